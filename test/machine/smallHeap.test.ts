import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { giveMemoryBack } from "../../machine/smallHeap";

test("this Node knows each flag that is set: of others it would say so to the user", () => {
  const source = readFileSync(path.join(__dirname, "../../machine/smallHeap.ts"), "utf8");
  const flags = [...source.matchAll(/setFlagsFromString\("(--[\w=-]+)"\)/g)].map(
    ([, flag]) => flag,
  );
  expect(flags).toHaveLength(3);
  const script = `for (const flag of ${JSON.stringify(flags)}) require("node:v8").setFlagsFromString(flag)`;
  const { status, stderr } = spawnSync(process.execPath, ["-e", script], { encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});

test("a process that has had thousands of jobs in hand gives their memory back to the system", () => {
  let jobs: unknown[] | undefined = Array.from({ length: 1_000_000 }, (_, n) => ({ n, args: [n] }));
  const before = process.memoryUsage().rss;
  expect(jobs).toHaveLength(1_000_000);
  jobs = undefined;
  giveMemoryBack();
  expect(before - process.memoryUsage().rss).toBeGreaterThan(50 * 2 ** 20);
});
