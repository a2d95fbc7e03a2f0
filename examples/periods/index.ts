// Finds the periods of 400 variable stars. Each is a job of less than a second, so 40 of them share a session.
import { csv, Sweep } from "pulumi-skaha";

const folder = "/arc/projects/periods"; // where period.awk and curves/ lie

const periods = new Sweep("periods", {
  over: csv("stars.csv", { key: "star" }),
  image: "images.canfar.net/skaha/terminal:1.1.2",
  cmd: `awk -f ${folder}/period.awk`,
  job: ({ star }) => ({
    args: [`out=${folder}/found/${star}.csv`, `${folder}/curves/${star}.csv`],
    outputs: [`${folder}/found/${star}.csv`],
  }),
  cores: 1,
  ram: 1,
  retry: { limit: 1 },
  record: `${folder}/.jobs`,
  array: true,
  pack: { jobs: 40, parallel: 4 },
});

export const { summary } = periods;
