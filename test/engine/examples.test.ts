// The examples of stages and of untilDone, as a user runs them: from a folder of one's own, on local processes.
import { execFile } from "node:child_process";
import { cp, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { checkout } from "../../toolchain/checkout";
import { Bench, linkedFolder } from "./harness";

jest.setTimeout(600_000);

test("examples/until-done brings examples/pipeline to its end", async () => {
  await using bench = await Bench.open({ real: true, capacity: { cores: 4, ramGiB: 64 } });
  const program = await linkedFolder(bench.folder);
  const example = path.join(checkout, "examples/pipeline");
  for (const name of ["index.ts", "Pulumi.yaml"]) {
    await cp(path.join(example, name), path.join(program, name));
  }
  const project = path.join(bench.folder, "data/arc/projects/pipeline");
  await cp(example, project, { recursive: true });

  const run = path.join(checkout, "examples/until-done/run.ts");
  const searchPath = [path.dirname(bench.command), bench.env.PATH].join(path.delimiter);
  const { stdout } = await promisify(execFile)(process.execPath, [run, program, "night-shift"], {
    env: { ...bench.env, PATH: searchPath, INTERVAL_SECONDS: "0.2" },
  });
  expect(stdout).toContain('{"Completed":6}');
  const sessions = bench.skaha.jobs();
  expect(sessions).toHaveLength(6);
  for (const [n, night] of ["2026-11-20", "2026-11-21", "2026-11-22"].entries()) {
    const of = (stage: string) => sessions.find(({ name }) => name.startsWith(`${stage}-${night}`));
    expect(of("extract")?.created).toBeGreaterThanOrEqual(of("calibrate")?.ended ?? Number.NaN);
    const line = JSON.parse(await readFile(path.join(project, `lines/${night}.json`), "utf8"));
    expect(line).toEqual({ channel: 20 + n, height: expect.any(Number) });
  }
  const logs = await readdir(path.join(program, "logs"));
  expect(logs).toHaveLength(6);
  const text = await readFile(path.join(program, "logs", logs.sort()[0] ?? ""), "utf8");
  expect(text).toContain("2026-11-20.txt: 64 channels, background");
});
