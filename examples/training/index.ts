// Trains a model for longer than the server lets a session run: the next `up` after the time limit starts
// another, which goes on from the last checkpoint.
import { HeadlessSession } from "pulumi-skaha";

const folder = "/arc/projects/training"; // where train.py and settings.json lie

const training = new HeadlessSession("train", {
  image: "images.canfar.net/skaha/astroml:24.07",
  cmd: `python3 ${folder}/train.py`,
  args: ["--settings", `${folder}/settings.json`, "--checkpoint", `${folder}/checkpoint.json`],
  resumeArgs: ["--resume"], // from the second attempt on
  retry: { limit: { Deadline: 10, Failed: 1 } },
  cores: 2,
  ram: 8,
});

export const { status, attempt } = training;
