import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";

test("this Node knows each flag that is set: of others it would say so to the user", () => {
  const source = readFileSync(path.join(__dirname, "../../machine/smallHeap.ts"), "utf8");
  const flags = [...source.matchAll(/setFlagsFromString\("(--[\w=-]+)"\)/g)].map(
    ([, flag]) => flag,
  );
  expect(flags).toHaveLength(2);
  const script = `for (const flag of ${JSON.stringify(flags)}) require("node:v8").setFlagsFromString(flag)`;
  const { status, stderr } = spawnSync(process.execPath, ["-e", script], { encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});
