// Two stages for each night: the spectrum is calibrated, then its brightest line extracted.
//
//   pulumi up       again and again, by hand or by cron: each launches what may run by then
//   node ../until-done/run.ts .      does so until nothing is left to do
import type * as pulumi from "@pulumi/pulumi";
import { HeadlessSession, type HeadlessSessionArgs } from "pulumi-skaha";

const nights = ["2026-11-20", "2026-11-21", "2026-11-22"];
const folder = "/arc/projects/pipeline"; // where the programs and raw/ lie

const both: HeadlessSessionArgs = {
  image: "images.canfar.net/skaha/astroml:24.07",
  cores: 1,
  ram: 2,
  retry: { limit: 2, ramFactor: 2 }, // 2 GiB, then 4, then 8
  logs: "logs",
};

export const status: Record<string, pulumi.Output<string>> = {};

for (const night of nights) {
  const calibrate = new HeadlessSession(`calibrate-${night}`, {
    ...both,
    cmd: `python3 ${folder}/calibrate.py`,
    args: [`${folder}/raw/${night}.txt`, `${folder}/calibrated/${night}.txt`],
  });
  const extract = new HeadlessSession(`extract-${night}`, {
    ...both,
    cmd: `python3 ${folder}/extract.py`,
    args: [`${folder}/calibrated/${night}.txt`, `${folder}/lines/${night}.json`],
    after: [calibrate],
  });
  status[night] = extract.status;
}
