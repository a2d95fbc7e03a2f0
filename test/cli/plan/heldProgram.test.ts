// The program of an `up` that began unasked runs when the answer is there, not at all where there is none to come, and with the
// environment that it would have had.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { holdingProgram } from "../../../cli/plan/unasked";
import { answerFrom, awaitingAnswer, leaveAnswer } from "../../../provider/run/answerFile";
import { leaveStop, stopFile } from "../../../provider/run/stopFile";

let folder: string;
let run: string;
const answer = () => path.join(run, "answer");
const stop = () => path.join(run, "stop");
beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), "held-program-")));
  run = path.join(folder, "run");
  mkdirSync(run);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const tellsEnvironment = `console.log(JSON.stringify([process.env.NODE_OPTIONS ?? "",
  Object.keys(process.env).filter((name) => name.startsWith("PULUMI_SKAHA"))]))`;

interface Started {
  readonly said: () => string;
  readonly ended: Promise<number | null>;
}

/** A process that Pulumi starts, as far as its path says. */
function start(script: string, more: NodeJS.ProcessEnv = {}, user = ""): Started {
  const file = path.join(folder, "node_modules/@pulumi/pulumi/cmd", script);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, tellsEnvironment);
  const env = {
    PATH: process.env.PATH,
    ...awaitingAnswer(answer()),
    ...holdingProgram(["up"], { NODE_OPTIONS: user }),
    ...more,
  };
  const child: ChildProcess = spawn(process.execPath, [file], { env, stdio: "pipe" });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (data: Buffer) => {
      printed += data.toString();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return { said: () => printed, ended };
}

test("a program stands still until the answer is there, and starts what it starts without a trace of that", async () => {
  for (const user of ["", "--trace-warnings"]) {
    const { said, ended } = start("run/index.js", {}, user);
    await sleep(300);
    expect(said()).toBe("");
    leaveAnswer(answer(), "act");
    expect([await ended, said()]).toEqual([0, `${JSON.stringify([user, []])}\n`]);
    rmSync(answer());
  }
});

test("any other process goes on at once, and keeps what it needs to wait by itself", async () => {
  const { said, ended } = start("dynamic-provider/index.js");
  expect(await ended).toBe(0);
  expect(said()).toContain("PULUMI_SKAHA_ANSWER_FROM");
});

test.each<[string, () => void, NodeJS.ProcessEnv]>([
  ["the question failed", () => leaveAnswer(answer(), "stop"), {}],
  ["the user stops it", () => leaveStop(stop()), {}],
  ["the folder of the run is gone", () => rmSync(run, { recursive: true }), {}],
  ["who would answer is gone", () => {}, { [answerFrom]: JSON.stringify({ pid: 2 ** 22 + 1 }) }],
])("nothing of a program runs where %s", async (_, ends, more) => {
  const { said, ended } = start("run/index.js", { [stopFile]: stop(), ...more });
  ends();
  expect(await ended).toBe(1);
  expect(said()).toMatch(/^nothing is done: .*\n$/);
});
