// A run that was begun while the server was still asked does nothing before the answer, and nothing after a refusal.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type * as pulumi from "@pulumi/pulumi";
import { startOf } from "../../../machine/processes";
import { Operations } from "../../../provider/operations";
import {
  answerFrom,
  awaitedAnswer,
  awaitingAnswer,
  leaveAnswer,
} from "../../../provider/run/answerFile";
import { leaveStop, stopFile } from "../../../provider/run/stopFile";
import { SkahaProvider } from "../../../provider/runtime";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "answer-"));
  file = path.join(folder, "answer");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const waited = (more: NodeJS.ProcessEnv = {}) => {
  const wait = awaitedAnswer({ ...awaitingAnswer(file), ...more });
  if (wait === undefined) throw new Error("nothing is waited for");
  return wait();
};

test("without pulumi-skaha nothing is waited for", () => {
  expect(awaitedAnswer({})).toBeUndefined();
});

test("the run goes on when it may act, also where the answer was there before", async () => {
  let hasGoneOn = false;
  const going = waited().then(() => {
    hasGoneOn = true;
  });
  await sleep(50);
  expect(hasGoneOn).toBe(false);
  leaveAnswer(file, "act");
  await going;
  await waited();
});

test.each<[string, () => void]>([
  ["the question failed", () => leaveAnswer(file, "stop")],
  ["the user stops it", () => leaveStop(path.join(folder, "stop"))],
  ["its folder is gone", () => rmSync(folder, { recursive: true })],
])("nothing is done where %s", async (_, ends) => {
  const waiting = waited({ [stopFile]: path.join(folder, "stop") });
  setTimeout(ends, 20);
  await expect(waiting).rejects.toThrow(/^nothing is done: the run was ended before it began$/);
});

test("nothing is done where who would answer is gone, and nobody waits for ever", async () => {
  const asker = spawn(process.execPath, ["-e", "setTimeout(() => {}, 1e6)"]);
  const pid = asker.pid ?? 0;
  const waiting = waited({ [answerFrom]: JSON.stringify({ pid, started: startOf(pid) }) });
  asker.kill("SIGKILL");
  await once(asker, "exit");
  await expect(waiting).rejects.toThrow(/pulumi-skaha, which asked the server first, is gone/);
});

test("an answer that was left by a process that is gone by now counts", async () => {
  leaveAnswer(file, "act");
  await waited({ [answerFrom]: JSON.stringify({ pid: 2 ** 22 + 1 }) });
});

test("no operation reads a setting or makes a run before the answer", async () => {
  const { promise: mayAct, resolve: answer } = Promise.withResolvers<void>();
  const made: string[] = [];
  const makeRun = () => {
    made.push("a run");
    throw new Error("it was made");
  };
  const provider = new SkahaProvider(makeRun);
  const operations = new Operations({ makeRun, mayAct: () => mayAct });
  Object.assign(provider, { operations });
  const config = { get: () => undefined } as unknown as pulumi.dynamic.ConfigureRequest["config"];
  await provider.configure({ config });
  const all = [
    provider.check({}, { identity: "x" }),
    provider.diff("a", {}, {}),
    provider.create({ jobName: "a" }),
    provider.read("a", {}),
    provider.update("a", {}, {}),
    provider.delete("a", {}),
  ].map((one) => one.catch(() => {}));
  await sleep(30);
  expect(made).toEqual([]);
  answer();
  await Promise.all(all);
  expect(made.length).toBeGreaterThan(0);
});
