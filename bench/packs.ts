// Jobs of one second in packs, beside the same jobs in sessions of their own; a refresh of many live packs; and an `up`
// of 100,000 jobs in packs. By hand, after `npx tsc -b`, some ten minutes:
//
//   node dist/bench/packs.js [run] [runner] [refresh] [huge]     @default all four
//
// Exits with 1 if a gate is missed.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Skaha, type SkahaOptions, scriptedRunner, startSkaha } from "../embedded";
import { ledgerFile } from "../provider/record/ledger";
import { packed } from "../provider/record/pack";
import { checkout } from "../toolchain/checkout";
import { getPulumi, pulumiVersion } from "../toolchain/pulumiCli";
import { measure } from "./command";
import type { Trial } from "./contestant";
import { pulumiTrial } from "./contestants/pulumiTrial";
import { startStub } from "./stub/stub";
import { load } from "./surroundings";

const parts = ["run", "runner", "refresh", "huge"] as const;
type Part = (typeof parts)[number];

const record = "/arc/projects/bench/.jobs";
const mib = 2 ** 20;

interface Gate {
  readonly claim: string;
  readonly found: string;
  readonly holds: boolean;
}

interface Place {
  readonly url: string;
  readonly token: string;
}

/** One stack of its own. @param pack `jobs,parallel`; undefined for a session each */
async function trialOf(
  undo: AsyncDisposableStack,
  { url, token }: Place,
  jobs: number,
  pack: string | undefined,
): Promise<Trial> {
  const pulumi = await getPulumi({ preferred: `>=${pulumiVersion} <4` });
  const folder = await mkdtemp(path.join(tmpdir(), "bench-packs-"));
  undo.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const nothing = { latencyMs: 0, counted: () => Promise.reject(new Error("nothing counts")) };
  const stub = { url, token, ...nothing, async [Symbol.asyncDispose]() {} };
  const cli = path.join(checkout, "dist/cli/main.js");
  const words = (scenario: string) => {
    return [cli, scenario === "refresh" ? scenario : "up", "--yes", "--skip-preview"]; // one phase
  };
  const env = pack === undefined ? {} : { BENCH_PACK: pack };
  return pulumiTrial(
    { jobs, stub, folder },
    { pulumi, program: "packs", file: process.execPath, words, env },
  );
}

async function serverOf(
  undo: AsyncDisposableStack,
  options: SkahaOptions,
): Promise<Skaha & { readonly dataDir: string }> {
  const dataDir = await mkdtemp(path.join(tmpdir(), "bench-server-"));
  undo.defer(() => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }));
  mkdirSync(path.join(dataDir, "arc/projects/bench"), { recursive: true });
  const skaha = await startSkaha({ dataDir, ...options });
  undo.defer(() => skaha.stop());
  return Object.assign(skaha, { dataDir });
}

const requestsOf = (skaha: Skaha, pattern = /./) =>
  skaha.journal().filter(({ path: asked }) => pattern.test(asked)).length;

/** From the first `up` until a refresh has told how all jobs ended. */
async function wholeRun(jobs: number, pack: string | undefined) {
  await using undo = new AsyncDisposableStack();
  const capacity = { cores: 8, ramGiB: 1_000 };
  const skaha = await serverOf(undo, { capacity, startDelaySeconds: 5 });
  const trial = await trialOf(undo, skaha, jobs, pack);
  const start = performance.now();
  await measure(await trial.command("up"));
  while (skaha.jobs().some(({ ended }) => ended === undefined)) await sleep(200);
  await measure(await trial.command("refresh"));
  const failed = skaha.jobs().filter(({ exitCode }) => exitCode !== 0).length;
  if (failed > 0) throw new Error(`${failed} sessions failed`);
  return { seconds: (performance.now() - start) / 1_000, requests: requestsOf(skaha) };
}

async function run(): Promise<Gate[]> {
  const shared = await wholeRun(400, "50,4");
  const alone = await wholeRun(400, undefined);
  const what =
    "400 jobs of 1 s on 8 cores, sessions that take 5 s to start, in packs of 50, 4 at a time";
  const times = (one: number, other: number) => `${(one / other).toFixed(3)} ×`;
  return [
    {
      claim: `${what}: at most 0.1 × the requests of a session each`,
      found: `${shared.requests} of ${alone.requests} (${times(shared.requests, alone.requests)})`,
      holds: shared.requests <= 0.1 * alone.requests,
    },
    {
      claim: `${what}: at most 0.3 × the time`,
      found: `${shared.seconds.toFixed(1)} s of ${alone.seconds.toFixed(1)} s (${times(shared.seconds, alone.seconds)})`,
      holds: shared.seconds <= 0.3 * alone.seconds,
    },
  ];
}

/** What the runner and the wrapper add to each job, one job at a time, under each shell that is here. */
async function runner(): Promise<Gate[]> {
  const jobs = 50;
  const folder = mkdtempSync(path.join(tmpdir(), "bench-runner-"));
  try {
    return [["dash"], ["bash", "--posix"], ["busybox", "sh"]].flatMap((shell) => {
      const [name = "", ...words] = shell;
      if (spawnSync(name, [...words, "-c", ":"]).status !== 0) return [];
      const perJob = [1, 2, 3].map((round) =>
        runnerMs([name, ...words], jobs, path.join(folder, `${name}${round}`)),
      );
      const best = Math.min(...perJob);
      return [
        {
          claim: `the runner's own time for each job, under ${name}: at most 50 ms`,
          found: `${best.toFixed(1)} ms, the least of ${perJob.length} packs of ${jobs}`,
          holds: best <= 50,
        },
      ];
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runnerMs([shell = "", ...first]: readonly string[], jobs: number, folder: string): number {
  const all = Array.from({ length: jobs }, (_, index) => ({
    argv: ["true"],
    env: {},
    recording: { record: folder, id: `job-${index}`, attempt: 1, image: "none", outputs: [] },
  }));
  const { args } = packed(all, { record: folder, parallel: 1 });
  const env = { PATH: process.env.PATH, skaha_sessionid: "abcd1234" };
  const start = performance.now();
  // With a socket for its stdin bash would take itself for a remote shell, and read the user's settings.
  const { status } = spawnSync(shell, [...first, ...args], { env, stdio: "ignore" });
  if (status !== 0) throw new Error(`the pack ended with ${status} under ${shell}`);
  return (performance.now() - start) / jobs;
}

async function refresh(): Promise<Gate[]> {
  await using undo = new AsyncDisposableStack();
  const capacity = { cores: 10_000, ramGiB: 100_000 };
  const skaha = await serverOf(undo, { capacity, runner: scriptedRunner({ autoReady: true }) });
  const trial = await trialOf(undo, skaha, 2_000, "10,2");
  await measure(await trial.command("up"));
  const packs = skaha.jobs();
  for (const { id } of packs) writeLedger(skaha.dataDir, id);
  // The first run after a launch looks once more, whoever launched.
  await measure(await trial.command("refresh"));
  skaha.clearJournal();
  await measure(await trial.command("refresh"));
  const [lists, reads] = [requestsOf(skaha, /type=headless/), requestsOf(skaha, /^\/arc\//)];
  return [
    {
      claim: "a refresh of 200 live packs: at most 1 list, and 1 read for each",
      found: `${packs.length} packs, ${lists} lists, ${reads} reads`,
      holds: packs.length === 200 && lists <= 1 && reads <= 200,
    },
  ];
}

/** As the pack writes it when its first job has begun. The stack knows which jobs it has. */
function writeLedger(dataDir: string, sessionId: string): void {
  const file = path.join(dataDir, ledgerFile(record, sessionId));
  mkdirSync(path.dirname(file), { recursive: true });
  const begin = new Date().toISOString();
  const lines = [
    { pack: 1, jobs: [], session: sessionId, start: begin },
    { job: 1, begin },
  ];
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
}

async function huge(): Promise<Gate[]> {
  await using undo = new AsyncDisposableStack();
  const stub = undo.use(await startStub(0));
  const jobs = 100_000;
  const trial = await trialOf(undo, stub, jobs, "50,4");
  const { seconds, usage } = await measure(await trial.command("up"));
  const { requests } = await stub.counted();
  const bytes = usage?.peakMemoryBytes ?? Number.NaN;
  const state = (await trial.stateBytesPerJob?.()) ?? Number.NaN;
  const what = "100,000 jobs in 2,000 packs, 0 ms, up";
  return [
    { claim: `${what}: at most 60 s`, found: `${seconds.toFixed(1)} s`, holds: seconds <= 60 },
    {
      claim: `${what}: at most 1.5 GiB`,
      found: `${Math.round(bytes / mib)} MiB`,
      holds: bytes <= 1.5 * 1_024 * mib,
    },
    {
      claim: `${what}: at most 200 bytes of state a job`,
      found: `${Math.round(state)} bytes`,
      holds: state <= 200,
    },
    {
      claim: `${what}: 2,000 launches`,
      found: `${requests.create} launches, ${requests.list} lists, ${requests.other} reads of files`,
      holds: requests.create === 2_000,
    },
  ];
}

async function main(chosen: readonly string[]): Promise<void> {
  const unknown = chosen.find((word) => !parts.some((part) => part === word));
  if (unknown !== undefined) throw new Error(`${unknown}: one of ${parts.join(", ")}`);
  const judge: Readonly<Record<Part, () => Promise<Gate[]>>> = { run, runner, refresh, huge };
  for (const part of parts) {
    if (chosen.length > 0 && !chosen.includes(part)) continue;
    for (const { claim, found, holds } of await judge[part]()) {
      console.log(`${holds ? "holds " : "MISSED"} ${claim}: ${found}`);
      if (!holds) process.exitCode = 1;
    }
  }
  console.log(`load ${load().toFixed(1)} now`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
