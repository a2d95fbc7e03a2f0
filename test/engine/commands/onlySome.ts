// Runs about some jobs of a sweep, for both forms of jobs.
import { open, type Spec, study } from "../sweeping";
import { cli } from "./cliBench";

const small: Spec = { ...study, parameters: { method: ["ls"], band: [1, 2, 3] } };
const env = (spec: Spec) => ({ SWEEP: JSON.stringify(spec) });

/** @param array whether the jobs are one resource */
export async function onlySome(array: boolean): Promise<void> {
  await using w = await open();
  const spec = { ...small, array, inside: "night" };
  const run = async (given: Spec, ...words: string[]) => {
    const { status, stdout, stderr } = await cli(w.bench, words, { env: env(given) });
    return { status, all: stdout + stderr };
  };
  const done = ["--yes", "--skip-preview"];
  const second = "study/band=2,method=ls";

  // Nothing of the sweep is in the stack yet, nor the component that it is in.
  expect((await run(spec, "preview", "--only", "study/band=2*")).all).toMatch(
    /^To do: launch 1\b/m,
  );
  const first = await run(spec, "up", "--only", "band=2.0", "--yes");
  expect(first.all).toMatch(/^Done: launched 1\b/m);
  expect(w.bench.alive()).toEqual([expect.stringMatching(/^study-band-2-method-ls-/)]);
  const misspelt = await run(spec, "up", "--only", "study/bnd=2,method=ls", ...done);
  expect(misspelt.all).toContain(`has such a job, so nothing is done; is it ${second}?`);
  expect(misspelt.status).toBe(1);
  expect(w.bench.alive()).toHaveLength(1);

  expect((await run(spec, "up", ...done)).all).toMatch(/^Done: launched 2, .*kept 1/m);
  w.bench.counted();
  const edited: Spec = { ...spec, env: { THRESHOLD: "5" } };
  const preview = await run(edited, "preview", "--only", second);
  expect(preview.all).toMatch(/^To do: launch 1, cancel 1 \w+.*, leave 2 alone$/m);
  expect((await run(edited, "up", "--only", second, ...done)).all).toMatch(
    /^Done: launched 1, cancelled 1 \w+.*, left 2 alone$/m,
  );
  expect(w.bench.counted()).toMatchObject({ POST: 1, DELETE: 1 });

  const destroyed = await run(
    edited,
    "destroy",
    "--only",
    second,
    "--only",
    "study/band=3*",
    ...done,
  );
  expect(destroyed.all).toMatch(/^Done: cancelled \d \w+/m);
  expect(w.bench.alive()).toEqual([expect.stringMatching(/^study-band-1-method-ls-/)]);
  expect(await w.names()).toEqual(["study/band=1,method=ls"]);
  expect((await run(spec, "up", ...done)).all).toMatch(/^Done: launched 2, .*kept 1/m);
}

/** A job that comes after new ones which the run leaves out, and then after some that it chooses. */
export async function onlyFollower(array: boolean): Promise<void> {
  await using w = await open();
  const spec = { ...small, array, follower: "last" };
  const run = async (given: Spec, ...words: string[]) => {
    const { status, stdout, stderr } = await cli(w.bench, words, { env: env(given) });
    return { status, stderr, all: stdout + stderr };
  };
  const up = ["up", "--yes", "--skip-preview"];
  const only = (...names: string[]) => names.flatMap((name) => ["--only", name]);

  for (const words of [["preview"], up]) {
    const { status, all } = await run(spec, ...words, ...only("last"));
    expect(all).toBe(
      array
        ? "pulumi-skaha: last comes after study, which is new and not chosen: name it too (--only study)\n"
        : "pulumi-skaha: last comes after study/band=1,method=ls, study/band=2,method=ls, study/band=3,method=ls, which are new and not chosen: name them too (--only for each)\n",
    );
    expect(status).toBe(1);
  }
  expect(w.bench.counted()).toMatchObject({ POST: 0 });

  // A stack in which there is no job yet, as an earlier release left it after such a run.
  await w.bench.succeed(w.bench.up("--target", "**none"), { env: env(spec) });
  for (const words of [["preview"], up]) {
    const part = await run(spec, ...words, ...only("last", "study/band=2*"));
    expect(part.all).toMatch(
      array
        ? /after has 2 jobs of an array that the stack does not have/
        : /last comes after study\/band=1/,
    );
    expect(part.status).toBe(1);
  }
  expect(await w.names()).not.toContain("last");

  expect((await run(spec, "preview", ...only("last", "study"))).all).toMatch(/^To do: launch \d/m);
  const whole = await run(spec, ...up, ...only("last", "study"));
  expect(whole.all).toMatch(/^Done: launched \d, .*held 1/m);
  expect(w.bench.alive()).toHaveLength(3);

  // New jobs of a stack that has others.
  const more = { ...spec, parameters: { method: ["ls"], band: [1, 2, 3, 4] } };
  const added = await run(more, ...up, ...only("study/band=4*"));
  expect(added.all).toMatch(/^Done: launched 1\b/m);
  expect(w.bench.alive()).toHaveLength(4);
}
