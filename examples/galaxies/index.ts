// Measures the galaxies of a table, each with the memory that it needs.
import { csv, Sweep } from "pulumi-skaha";

const folder = "/arc/projects/galaxies"; // where measure.py lies

const survey = new Sweep("galaxies", {
  over: csv("galaxies.csv", { key: "galaxy", columns: { gaia: "string", ram: "number" } }),
  image: "images.canfar.net/skaha/astroml:24.07",
  canary: 1, // the others wait until the first is Completed
  maxInFlight: 10,
  job: ({ galaxy, gaia, ram }) => ({
    cmd: `python3 ${folder}/measure.py`,
    args: [galaxy, gaia, `${folder}/measured/${galaxy}.json`],
    cores: 1,
    ram,
  }),
});

export const { manifest, summary } = survey;
