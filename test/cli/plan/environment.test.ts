import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { compileCacheOfPulumi } from "../../../cli/compileCache/ofPulumi";
import { safeEnvironment } from "../../../cli/plan/environment";
import { checkout } from "../../../toolchain/checkout";

test("the user's own settings stand, and NODE_OPTIONS gets one more", () => {
  const env = safeEnvironment({ GOGC: "70", NODE_OPTIONS: "--no-warnings" });
  expect(env.GOGC).toBeUndefined();
  expect(env.NODE_OPTIONS).toBe("--no-warnings --max-semi-space-size=8");
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
  expect(safeEnvironment({}, { garbage: "50" }).GOGC).toBe("50");
  expect(safeEnvironment({ GOGC: "70" }, { garbage: "25" }).GOGC).toBeUndefined();
});

test("what a refresh saw is compared unless it is said not to be, and the user's own setting stands", () => {
  const name = "PULUMI_ENABLE_LEGACY_REFRESH_DIFF";
  expect(safeEnvironment({})[name]).toBeUndefined();
  expect(safeEnvironment({}, { comparesRefreshed: false })[name]).toBe("true");
  expect(safeEnvironment({ [name]: "false" }, { comparesRefreshed: false })[name]).toBeUndefined();
});

test("what keeps compiled code adds to NODE_OPTIONS", () => {
  const given = safeEnvironment({ NODE_OPTIONS: "--no-warnings" });
  const options = {
    temporary: () => mkdtempSync(path.join(tmpdir(), "env-")),
    preload: __filename,
  };
  const { NODE_OPTIONS } = compileCacheOfPulumi(given, checkout, options);
  expect(NODE_OPTIONS).toMatch(/^--no-warnings --max-semi-space-size=8 --require /);
});

test("new values take less where an array has jobs by the thousand", () => {
  const { NODE_OPTIONS } = safeEnvironment({}, { garbage: "25", youngHeapMB: 4 });
  expect(NODE_OPTIONS).toBe("--max-semi-space-size=4");
});
