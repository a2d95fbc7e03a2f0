import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { leaveStop, stopAsked, stopFile } from "../../../provider/run/stopFile";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "stop-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test("a wish to stop is seen within 10 ms, and stays", () => {
  let now = 0;
  const file = path.join(folder, "stop");
  const isStopped = stopAsked({ [stopFile]: file }, () => now);
  expect(isStopped()).toBe(false);
  leaveStop(file);
  expect(isStopped()).toBe(false); // it was looked for in this very moment
  now = 10;
  expect(isStopped()).toBe(true);
  rmSync(file);
  now = 60_000;
  expect(isStopped()).toBe(true);
});

test.each([{}, { [stopFile]: "" }])("nobody asks to stop where no file is named: %j", (env) => {
  expect(stopAsked(env)()).toBe(false);
});
