import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  commandLineOf,
  ended,
  isRunning,
  parents,
  pidsWith,
  startByPs,
  startIn,
  startOf,
  statOf,
} from "../../machine/processes";

let child: ChildProcess;
let pid: number;

beforeAll(async () => {
  child = spawn("sleep", ["1000"], { env: { ...process.env, MACHINE_TEST: `${process.pid}` } });
  await once(child, "spawn");
  pid = child.pid ?? 0;
});

afterAll(() => {
  child.kill("SIGKILL");
});

test("a process is the one that was started then, and no other of its number", () => {
  const started = startOf(pid);
  expect(started).toBeDefined();
  expect(isRunning({ pid, started })).toBe(true);
  expect(isRunning({ pid, started: "another time" })).toBe(false);
  expect(isRunning({ pid, started: undefined })).toBe(true);
});

test("one that has ended does not run, whatever its number", async () => {
  const short = spawn("true");
  await once(short, "exit");
  expect(isRunning({ pid: short.pid ?? 0, started: undefined })).toBe(false);
});

test("numbers that mean a group, or nothing, are no process", () => {
  for (const number of [0, -1, 1.5, Number.NaN]) {
    expect(isRunning({ pid: number, started: undefined })).toBe(false);
  }
});

test("one whose start cannot be read now counts as it; a zombie does not", () => {
  const started = startOf(pid);
  expect(isRunning({ pid, started }, () => undefined)).toBe(true);
  expect(isRunning({ pid, started }, () => ended)).toBe(false);
  expect(isRunning({ pid, started: undefined }, () => ended)).toBe(false);
});

test("`ps` tells starts apart too, in any language and time zone", () => {
  const { LC_ALL, TZ } = process.env;
  const here = startByPs(pid);
  try {
    process.env.LC_ALL = "de_DE.UTF-8";
    process.env.TZ = "Pacific/Auckland";
    expect(startByPs(pid)).toBe(here);
  } finally {
    restore("LC_ALL", LC_ALL);
    restore("TZ", TZ);
  }
  expect(here).toMatch(/^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/);
  expect(startByPs(2 ** 22 + 1)).toBeUndefined();
});

test.each([
  ["7 (a) b) S 1 7 7 0 -1 4 0 0 0 0 0 0 0 0 20 0 1 0 4711 1 1 1", "4711"],
  ["7 (sh) Z 1 7 7 0 -1 4 0 0 0 0 0 0 0 0 20 0 1 0 4711 1 1 1", ended],
  ["Ss   Mon Nov  2 10:00:00 2026\n", "Mon Nov  2 10:00:00 2026"],
  ["Z+   Mon Nov  2 10:00:00 2026    \n", ended],
  ["", undefined],
])("in %j the start is %j", (text, start) => {
  expect(startIn(text)).toBe(start);
});

test("finds a process by its environment, its words and its parent", () => {
  expect(pidsWith(`MACHINE_TEST=${process.pid}`)).toEqual([pid]);
  expect(commandLineOf(pid)).toBe("sleep\u00001000\0");
  expect(parents().get(pid)).toBe(process.pid);
  expect(statOf(pid)).toMatchObject({ parent: process.pid, started: startOf(pid) });
});

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
