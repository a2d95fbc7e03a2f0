// One job for each combination of the values, named by them: another value launches its jobs, and no others.
import { grid, Sweep } from "pulumi-skaha";

const study = new Sweep("study", {
  over: grid({ method: ["mean", "median"], band: [1, 2, 3] }),
  image: "images.canfar.net/skaha/astroml:24.07",
  cores: 1,
  ram: 1,
  job: ({ method, band }) => ({
    cmd: "echo",
    args: ["searching band", band, "by its", method],
  }),
});

export const { summary } = study;
