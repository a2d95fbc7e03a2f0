import { spawnSync } from "node:child_process";
import { safeEnvironment } from "../../../cli/plan/environment";

test("the user's own settings stand, and NODE_OPTIONS gets one more", () => {
  const env = safeEnvironment({ GOGC: "70", NODE_OPTIONS: "--no-warnings" });
  expect(env.GOGC).toBeUndefined();
  expect(env.NODE_OPTIONS).toBe("--no-warnings --max-semi-space-size=4");
  expect(safeEnvironment({}).GOGC).toBe("200");
});

test.each(["--max-semi-space-size=32", "--max_semi_space_size=32 --no-warnings"])(
  "a size of new values that is set already stays: %s",
  (NODE_OPTIONS) => {
    expect(safeEnvironment({ NODE_OPTIONS }).NODE_OPTIONS).toBeUndefined();
  },
);

test("Node takes the options that it is given", () => {
  const env = { ...process.env, ...safeEnvironment({}) };
  const { status, stderr } = spawnSync(process.execPath, ["-e", ""], { env, encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});

test("with an array the engine collects garbage more often than Go does by itself", () => {
  expect(safeEnvironment({}, true).GOGC).toBe("50");
});
