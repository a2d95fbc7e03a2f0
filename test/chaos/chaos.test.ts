// A few plans of fixed seeds, so that a commit passes or fails as one. `npm run test:chaos` runs others.
import { getPulumi } from "../../toolchain/pulumiCli";
import type { Cli } from "./place";
import { carryOut } from "./run";
import { planOf } from "./seeds";

jest.setTimeout(600_000);

const seeds = [
  [8, "job"],
  [53, "array"],
  [1, "packs"],
] as const;

let cli: Cli;
beforeAll(async () => {
  const { command, env } = await getPulumi();
  cli = { command, searchPath: env.PATH ?? "" };
});

test("a seed makes the same plan each time", () => {
  expect(planOf(7)).toEqual(planOf(7));
  expect(planOf(7)).not.toEqual(planOf(8));
  expect(planOf(7, "array")).toEqual({ ...planOf(7), form: "array" });
});

test.each(seeds)(
  "every promise is kept in the run of seed %d, with jobs as %s",
  async (seed, form) => {
    const { violations, met, transcript } = await carryOut(planOf(seed, form), { cli });
    if (violations.length > 0) console.error(transcript);
    expect(violations).toEqual([]);
    expect(Object.keys(met)).not.toEqual([]);
  },
);
