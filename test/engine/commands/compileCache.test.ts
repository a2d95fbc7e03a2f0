// What Pulumi's Node processes compile is kept for the next run, also by those that the engine kills.
import { mkdirSync, readdirSync } from "node:fs";
import path from "node:path";
import { Bench, fleet } from "../harness";
import { cli } from "./cliBench";

jest.setTimeout(300_000);

test("program and provider keep what they compiled, and plain pulumi is left alone", async () => {
  await using bench = await Bench.open();
  const TMPDIR = path.join(bench.folder, "tmp");
  mkdirSync(TMPDIR);
  const filesOf = (kind: string) =>
    readdirSync(TMPDIR, { recursive: true, encoding: "utf8", withFileTypes: true }).filter(
      (entry) => entry.isFile() && entry.parentPath.includes(`/${kind}/`),
    ).length;
  bench.declare(fleet(2));
  await bench.succeed(bench.on("preview"), { env: { TMPDIR }, keepsCompiled: false });
  expect([filesOf("program"), filesOf("provider")]).toEqual([0, 0]);

  expect(await cli(bench, ["up", "--yes"], { env: { TMPDIR } })).toMatchObject({ status: 0 });
  // The SDK alone is some hundred files.
  expect([filesOf("program") > 100, filesOf("provider") > 100]).toEqual([true, true]);
  const before = filesOf("provider");
  const again = await cli(bench, ["refresh", "--yes", "--skip-preview"], { env: { TMPDIR } });
  expect([again.status, again.stderr]).toEqual([0, expect.stringContaining("Seen:")]);
  expect(filesOf("provider")).toBeGreaterThanOrEqual(before);
});
