// Reduces each night's observations, once: one job for each night so far.
//
//   0 9 * * *  cd ~/nights && pulumi up --yes --skip-preview      every morning, and however often
import * as pulumi from "@pulumi/pulumi";
import { nights, Sweep } from "pulumi-skaha";

const folder = "/arc/projects/nights"; // where reduce_night.py and data/ lie

const reduction = new Sweep("nightly-reduction", {
  over: nights({
    from: "2026-11-15",
    to: new pulumi.Config().get("lastNight") ?? "yesterday", // a date, to stop there
    timeZone: "America/Vancouver",
    keep: 30, // what is older leaves the stack; its results stay
  }),
  image: "images.canfar.net/skaha/casa:6.5",
  onRemove: "leave",
  retry: { limit: 2 },
  job: ({ night }) => ({
    cmd: `python3 ${folder}/reduce_night.py`,
    args: [`${folder}/data/${night}`, `${folder}/reduced/${night}.json`],
  }),
});

export const summary = reduction.summary;
