// `pulumi-skaha logs`: what jobs have written, from wherever that is by now; with `--follow` also what they
// write from now on.

import type { Job } from "../../provider/job/deployment";
import { isFinished } from "../../provider/job/status";
import { CommandError } from "../commandError";
import { Following } from "../logs/follow";
import { lookedAt, onDemand } from "../logs/places";
import { LogPrinter } from "../logs/printer";
import { type MakePrinter, showAll } from "../logs/show";
import type { GlobalOptions } from "../project";
import { jobsNamed } from "../stack/select";
import { openStack } from "../stack/stack";
import { coloured, plain, type Style, shortened } from "../terminal";

export interface LogsOptions extends GlobalOptions {
  readonly follow?: boolean | undefined;
  /** Seconds between two looks at a log that grows. */
  readonly every: number;
  readonly grep?: RegExp | undefined;
  readonly tail?: number | undefined;
  readonly attempt?: number | undefined;
}

/** @returns the exit status: 1 where a log is missing */
export async function logs(names: readonly string[], options: LogsOptions): Promise<number> {
  if (options.follow && options.attempt !== undefined) {
    throw new CommandError("--attempt is about one that is over: leave out --follow");
  }
  const stack = await openStack(options);
  const jobs = jobsNamed(await stack.jobs(), names);
  const printers = printersOf(jobs, options);
  if (options.follow) return new Following(stack, jobs, printers, options.every).run();
  // What is known to be over needs no look, and can be read where there is no server.
  const { jobs: now, places } = jobs.every(({ state }) => isFinished(state.status))
    ? { jobs: jobs.map((job) => ({ ...job, isKnown: true })), places: onDemand(stack) }
    : await lookedAt(stack, jobs);
  return showAll(now, places, printers, options.attempt);
}

function printersOf(jobs: readonly Job[], { grep, tail }: LogsOptions): MakePrinter {
  const isPlain = process.stdout.isTTY === true;
  const named = jobs.map(({ name }) => (isPlain ? shortened(plain(name), 32) : plain(name)));
  const width = isPlain ? Math.max(...named.map((name) => name.length)) : 0;
  const prefixes = new Map(
    jobs.map(({ urn }, index) => {
      const style = styles[index % styles.length] ?? "reset";
      return [urn, `${coloured(style, `${(named[index] ?? "").padEnd(width)} |`)} `];
    }),
  );
  return ({ urn }, write) => {
    const prefix = jobs.length > 1 ? prefixes.get(urn) : undefined;
    return new LogPrinter({ prefix, pattern: grep, tail, isPlain }, write);
  };
}

const styles: readonly Style[] = ["cyan", "yellow", "green", "magenta", "blue", "red"];
