// Files and outputs of jobs that share sessions, with the real engine, real processes and the real runner.
import { mkdirSync } from "node:fs";
import path from "node:path";
import { checkout } from "../../toolchain/checkout";
import { cli } from "../engine/commands/cliBench";
import { asked, ended, logs, record, survey } from "../engine/filesStory";
import { Bench } from "../engine/harness";
import type { Spec } from "../engine/sweeping";

jest.setTimeout(600_000);

const program = path.join(checkout, "test/engine/programs/sweep");
const out = "/arc/projects/survey/out";

test("jobs of one session see their files, each is judged by its own outputs, and an edit of a file runs all anew in one", async () => {
  await using bench = await Bench.open({
    ...{ program, real: true, capacity: { cores: 8, ramGiB: 64 } },
  });
  mkdirSync(path.join(bench.folder, "data", out), { recursive: true });
  const { folder, write } = survey(bench);
  const script = `cat search.py {files}/lib/fit.py; echo "job $1"; [ $1 = 2 ] || echo "$1" >${out}/$1`;
  const spec: Spec = {
    ...{ parameters: { n: [0, 1, 2, 3] }, uses: ["n"], array: true, record, cores: 1, ram: 1 },
    pack: { jobs: 4, parallel: 2 },
    files: [path.join(folder, "search.py"), `${path.join(folder, "lib")}/`],
    cmd: `sh -c '${script}' job`,
    writes: out,
  };
  const env = { SWEEP: JSON.stringify(spec) };
  const said = (search: number) =>
    [0, 1, 2, 3].map((n) => {
      const own = `search ${search}\nfit 1\njob ${n}\n`;
      const lacks = `^${own}pulumi-skaha: missing outputs: ".*${out}/2"\n$`;
      return n === 2 ? expect.stringMatching(new RegExp(lacks)) : own;
    });

  await bench.succeed(bench.up(), { env });
  await ended(bench);
  expect(asked(bench)).toEqual({ PUT: 1, read: 0 });
  expect(bench.counted()).toMatchObject({ POST: 1 });
  expect(await logs(bench)).toEqual(said(1));
  const missing = `${out}/2`;
  expect((await bench.state()).map(({ outputs }) => outputs)).toMatchObject([
    { status: "Completed" },
    { status: "Completed" },
    { status: "Failed", cause: "MissingOutputs", missingOutputs: [missing] },
    { status: "Completed" },
  ]);
  const why = await cli(bench, ["why", "study/n=2"], { env });
  expect(why.stdout).toContain(missing);

  write("search.py", "search 2\n");
  await bench.succeed(bench.up(), { env });
  await ended(bench);
  expect(asked(bench)).toEqual({ PUT: 1, read: 0 });
  expect(bench.counted()).toMatchObject({ POST: 1 });
  expect(await logs(bench)).toEqual(said(2));
});
