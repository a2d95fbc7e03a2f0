// `npm run bench`: all contestants side by side in one run, as one table, one file, and a verdict.
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Interruption, onInterruption } from "../demo/interruption";
import { endWhatRunsBelow } from "../demo/processTree";
import { checkout } from "../toolchain/checkout";
import { oldestCheckout } from "../toolchain/oldestCheckout";
import { getPulumi, oldestPulumi, pulumiVersion } from "../toolchain/pulumiCli";
import { chartOf } from "./chart";
import { measure } from "./command";
import type { Contestant, Trial } from "./contestant";
import { curl } from "./contestants/curl";
import { oldestContestants, pulumiContestants } from "./contestants/pulumi";
import { pythonContestants, pythonProgram } from "./contestants/python";
import { closeCalls, gatesOf } from "./gates";
import { type Options, optionsFrom } from "./options";
import { type Heat, hasRounds, heatsAgain, planOf, stepsTo } from "./plan";
import { type Measurement, type Results, resultsSchema } from "./results";
import {
  type Cell,
  type ContestantName,
  isFloor,
  largeFleet,
  type Scenario,
  scenarios,
  titleOf,
} from "./scenario";
import { type Stub, startStub } from "./stub/stub";
import { commit, load, machine, versions } from "./surroundings";
import { gateLines, omissionLines, tableOf } from "./table";

const roundsOfCloseCalls = 4;

begin().then((status) => process.exit(status));

/** However it ends, what it started ends too, and its files go. */
async function begin(): Promise<number> {
  const options = optionsFrom(process.argv.slice(2));
  if (options.chartOf !== undefined) return draw(options.chartOf);
  const { signal } = onInterruption();
  const folder = await mkdtemp(path.join(tmpdir(), "skaha-bench-"));
  const interrupted = once(signal, "abort").then(() => Promise.reject(signal.reason));
  try {
    return await Promise.race([main(options, folder), interrupted]);
  } catch (error) {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return error instanceof Interruption ? error.exitStatus : 1;
  } finally {
    endWhatRunsBelow(process.pid);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function main(options: Options, folder: string): Promise<number> {
  const startedAt = new Date().toISOString();
  const loadBefore = load();
  const only = (version: string) => getPulumi({ version, accepted: version });
  const pulumi = options.oldest
    ? await only(pulumiVersion)
    : await getPulumi({ preferred: `>=${pulumiVersion} <4` });
  await using undo = new AsyncDisposableStack();
  const oldest = options.oldest
    ? { pulumi: await only(oldestPulumi), copy: undo.use(await oldestCheckout(oldestPulumi)) }
    : undefined;
  const contestants = [
    ...pulumiContestants(pulumi, options.cpuProf),
    ...(oldest ? oldestContestants(oldest.pulumi, oldest.copy.folder, options.cpuProf) : []),
    pythonProgram(pulumi, say),
    ...pythonContestants(say),
    curl,
  ];
  const unfit = await unfitOf(contestants.filter(({ name }) => options.contestants.includes(name)));
  const { heats, omissions } = planOf(options, contestants, unfit);
  const taken: Taken = new Map();
  for (const heat of heats) {
    const rounds = options.rounds ?? (heat.jobs === largeFleet ? 3 : 1);
    await run(heat, contestants, rounds, { parent: folder, taken });
  }
  const close = closeCalls(gatesOf({ measurements: medians(taken), omissions }));
  for (const heat of options.rounds === undefined ? heatsAgain(close, contestants) : []) {
    say(`A close call: ${roundsOfCloseCalls} more rounds.`);
    await run(heat, contestants, roundsOfCloseCalls, { parent: folder, taken });
  }
  const measurements = medians(taken);
  const results: Results = {
    startedAt,
    ...commit(),
    machine: machine(loadBefore),
    versions: {
      ...versions(pulumi),
      ...(oldest && { "pulumi oldest": oldestPulumi, "@pulumi/pulumi oldest": oldestPulumi }),
    },
    measurements,
    omissions: [...omissions],
  };
  const gates = gatesOf(results);
  print([tableOf(measurements), ...omissionLines(omissions), ...gateLines(gates)]);
  if (options.save) await save(results);
  return gates.some(({ holds }) => holds === false) ? 1 : 0;
}

/** Said at once, and again at the end: nobody shall take what is missing for what was good. */
async function unfitOf(contestants: readonly Contestant[]): Promise<Map<ContestantName, string>> {
  const unfit = new Map<ContestantName, string>();
  for (const contestant of contestants) {
    const why = await contestant.unfit();
    if (why === undefined) continue;
    unfit.set(contestant.name, why);
    say(`SKIPPED: ${contestant.name}: ${why}`);
  }
  return unfit;
}

/** All rounds of each cell, by its title. */
type Taken = Map<string, Measurement[]>;

async function run(
  heat: Heat,
  contestants: readonly Contestant[],
  rounds: number,
  { parent, taken }: { readonly parent: string; readonly taken: Taken },
): Promise<void> {
  for (let round = 1; round <= rounds; round += 1) {
    const again = contestants.filter((one) => round === 1 || hasRounds(one, heat.jobs));
    for (const one of await runOnce(heat, again, `round ${round} of ${rounds}`, parent)) {
      taken.set(titleOf(one), [...(taken.get(titleOf(one)) ?? []), one]);
    }
  }
}

function medians(taken: Taken): Measurement[] {
  return [...taken.values()].map(medianOf);
}

interface Entrant {
  readonly contestant: Contestant;
  readonly stub: Stub;
  readonly trial: Trial;
  readonly steps: readonly Scenario[];
}

async function runOnce(
  { jobs, latencyMs, cells }: Heat,
  contestants: readonly Contestant[],
  round: string,
  parent: string,
): Promise<Measurement[]> {
  await using undo = new AsyncDisposableStack();
  const entrants: Entrant[] = [];
  for (const contestant of contestants) {
    const own = cells.filter((cell) => cell.contestant === contestant.name);
    if (own.length === 0) continue;
    const stub = undo.use(await startStub(latencyMs));
    const folder = await mkdtemp(path.join(parent, "trial-"));
    undo.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
    const trial = undo.use(await contestant.enter({ jobs, stub, folder }));
    const measured = own.map(({ scenario }) => scenario);
    entrants.push({ contestant, stub, trial, steps: stepsTo(measured, contestant.scenarios) });
  }
  const measurements: Measurement[] = [];
  // In turns, so that what else the machine does hits all.
  for (const scenario of scenarios) {
    for (const entrant of entrants.filter(({ steps }) => steps.includes(scenario))) {
      const cell = { contestant: entrant.contestant.name, scenario, jobs, latencyMs };
      const measurement = await take(entrant, cell);
      say(`${titleOf(cell)}, ${round}: ${measurement.seconds.toFixed(2)} s`);
      if (cells.some((one) => titleOf(one) === titleOf(cell))) measurements.push(measurement);
    }
  }
  return measurements;
}

async function take({ contestant, stub, trial }: Entrant, cell: Cell): Promise<Measurement> {
  await stub.counted(); // the set-up's
  const { scenario, jobs } = cell;
  const { startedAt, seconds, usage } = await measure(await trial.command(scenario));
  const { requests, connections, sessions, firstCreateAt } = await stub.counted();
  const left = scenario === "destroy" ? 0 : jobs;
  if (!isFloor(contestant.name) && sessions !== left) {
    throw new Error(`${titleOf(cell)} left ${sessions} sessions instead of ${left}`);
  }
  const firstLaunchAt = firstCreateAt ?? (await trial.firstLaunchAt?.());
  const launches = scenario === "up" || scenario === "replace all";
  const phases = contestant.phases?.(scenario);
  return {
    ...cell,
    seconds,
    rounds: [seconds],
    requests,
    connections,
    ...(phases !== undefined && { phases }),
    ...(contestant.parallel !== undefined && { parallel: contestant.parallel }),
    ...(usage && { cpuSeconds: usage.cpuSeconds, peakMemoryBytes: usage.peakMemoryBytes }),
    ...(launches &&
      firstLaunchAt !== undefined && {
        secondsToFirstLaunch: (firstLaunchAt - startedAt) / 1_000,
      }),
    ...(trial.stateBytesPerJob &&
      scenario !== "destroy" && { stateBytesPerJob: await trial.stateBytesPerJob() }),
  };
}

/** The round in the middle, with what belongs to it. */
function medianOf(rounds: readonly Measurement[]): Measurement {
  const sorted = rounds.toSorted((a, b) => a.seconds - b.seconds);
  const median = sorted[Math.floor((sorted.length - 1) / 2)];
  if (!median) throw new Error("there was no round");
  return { ...median, rounds: rounds.map(({ seconds }) => seconds) };
}

async function save(results: Results): Promise<void> {
  const name = `${results.startedAt.slice(0, 10)}-${results.commit}.json`;
  const file = path.join("bench/results", name);
  await mkdir(path.join(checkout, "bench/results"), { recursive: true });
  await writeFile(path.join(checkout, file), `${JSON.stringify(results, null, 2)}\n`);
  say(`Saved as ${file}`);
}

async function draw(file: string): Promise<number> {
  const results = resultsSchema.parse(JSON.parse(await readFile(file, "utf8")));
  await writeFile(path.join(checkout, "docs/scaling.svg"), chartOf(results));
  say("Drawn: docs/scaling.svg");
  return 0;
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
