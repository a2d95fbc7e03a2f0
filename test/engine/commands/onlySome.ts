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
