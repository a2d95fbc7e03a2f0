// The words of `npm run bench -- ...`.
import { Command, InvalidArgumentError, Option } from "commander";
import type { Choice } from "./plan";
import {
  contestantNames,
  hugeFleet,
  isOldest,
  largeFleet,
  latencies,
  scenarios,
  veryLargeFleet,
} from "./scenario";

export interface Options extends Choice {
  /** @default one below 1,000 jobs; else three, but one of what takes minutes each */
  readonly rounds: number | undefined;
  readonly save: boolean;
  /** A file of results to draw the chart of docs/ from, instead of a run. */
  readonly chartOf: string | undefined;
  /** Also with the oldest Pulumi that is promised. */
  readonly oldest: boolean;
  /** Where the CPU profiles of ours go. */
  readonly cpuProf: string | undefined;
}

export function optionsFrom(words: readonly string[]): Options {
  const command = new Command("npm run bench --")
    .description(
      "Measures pulumi-skaha beside others, all against a bare stub of the server. Exits with 1 when a gate is missed.",
    )
    .option("--quick", "N = 10 and 100 only, one round, not saved", false)
    .option(
      "--huge",
      "N = 100000 too, as one resource at 0 ms: up, and a preview without a change",
      false,
    )
    .option("--all", "also what takes many minutes without a gate on it", false)
    .option(
      "--oldest",
      "also with the oldest Pulumi that is promised, CLI and SDK, in turns with the newest",
      false,
    )
    .option("--jobs <N,...>", "how many jobs", numbers)
    .option("--latency <MS,...>", "of the server", numbers)
    .addOption(
      listOf(
        "--contestant <NAME,...>",
        contestantNames.filter((name) => !isOldest(name)),
      ),
    )
    .addOption(listOf("--scenario <NAME,...>", scenarios))
    .option(
      "--rounds <COUNT>",
      "of each cell, whose median counts; of 1,000 jobs none is repeated that takes minutes",
      count,
    )
    .option("--save", "save also a quick or chosen run")
    .option("--chart-of <FILE>", "only draw docs/scaling.svg, from a file of results")
    .option("--cpu-prof <FOLDER>", "CPU profiles of our own processes, which slows them");
  command.parse(words, { from: "user" });
  const given = command.opts();
  const { quick, huge, jobs, latency, contestant, scenario, rounds } = given;
  const isWhole = [quick, jobs, latency, contestant, scenario].every((one) => !one);
  return {
    contestants: contestantNames.filter((name) =>
      isOldest(name)
        ? given.oldest && (contestant?.includes(name.replace(/ oldest$/, "")) ?? true)
        : (contestant?.includes(name) ?? true),
    ),
    scenarios: scenario ?? scenarios,
    jobs: jobs ?? [
      10,
      100,
      ...(quick ? [] : [largeFleet, veryLargeFleet]),
      ...(huge ? [hugeFleet] : []),
    ],
    latencies: latency ?? latencies,
    all: given.all,
    rounds: rounds ?? (quick ? 1 : undefined),
    save: given.save ?? isWhole,
    chartOf: given.chartOf,
    oldest: given.oldest,
    cpuProf: given.cpuProf,
  };
}

function listOf(flags: string, names: readonly string[]): Option {
  return new Option(flags, `some of: ${names.join(", ")}`).argParser((text) =>
    text.split(",").map((name) => {
      if (names.includes(name)) return name;
      throw new InvalidArgumentError(`there is no ${JSON.stringify(name)}.`);
    }),
  );
}

function numbers(text: string): number[] {
  return text.split(",").map(count);
}

function count(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError("it has to be a whole number.");
}
