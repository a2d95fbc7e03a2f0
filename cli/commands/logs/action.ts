// `pulumi-skaha logs`: what jobs have written, from wherever that is by now; with `--follow` also what they
// write from now on.

import type { Job } from "../../../provider/job/deployment";
import { isFinished } from "../../../provider/job/status";
import { CommandError } from "../../commandError";
import { Following } from "../../logs/follow";
import { observeWithLogs, onDemand } from "../../logs/places";
import { LogPrinter } from "../../logs/printer";
import { type MakePrinter, showAll } from "../../logs/show";
import { distinctNames } from "../../names";
import type { JobOptions } from "../../project";
import { assertAsked, jobsChosen } from "../../stack/select";
import { openStack } from "../../stack/stack";
import { coloured, plain, type Style } from "../../terminal";
import { widthOf } from "../../width";

export interface LogsOptions extends JobOptions {
  readonly follow?: boolean | undefined;
  /** Seconds between two looks at a log that grows. */
  readonly every: number;
  readonly grep?: RegExp | undefined;
  /** With `grep`. */
  readonly ignoreCase?: boolean | undefined;
  readonly tail?: number | undefined;
  readonly attempt?: number | undefined;
}

/** @returns the exit status: 1 where a log is missing */
export async function logs(names: readonly string[], options: LogsOptions): Promise<number> {
  if (options.follow && options.attempt !== undefined) {
    throw new CommandError("--attempt shows one attempt that has ended: leave out --follow");
  }
  if (options.ignoreCase && !options.grep) {
    throw new CommandError("--ignore-case needs a pattern: give --grep PATTERN too");
  }
  assertAsked(names, options.where);
  const stack = await openStack(options);
  const jobs = jobsChosen(await stack.jobs(), names, options.where);
  const printers = printersOf(jobs, options);
  if (options.follow) return new Following(stack, jobs, printers, options.every).run();
  // What is known to be over needs no look, and can be read where there is no server.
  const { jobs: now, places } = jobs.every(({ state }) => isFinished(state.status))
    ? { jobs: jobs.map((job) => ({ ...job, isKnown: true })), places: onDemand(stack) }
    : await observeWithLogs(stack, jobs);
  return showAll(now, places, printers, options.attempt);
}

function printersOf(jobs: readonly Job[], { grep, ignoreCase, tail }: LogsOptions): MakePrinter {
  const pattern = grep && ignoreCase ? new RegExp(grep.source, "i") : grep;
  const isPlain = process.stdout.isTTY === true;
  const names = jobs.map(({ name }) => plain(name));
  const shown = distinctNames(names, isPlain ? mostOfName : Number.POSITIVE_INFINITY);
  const named = names.map((name) => shown.get(name) ?? name);
  const width = isPlain ? Math.max(...named.map(widthOf)) : 0;
  const prefixes = new Map(
    jobs.map(({ urn }, index) => {
      const style = styles[index % styles.length] ?? "reset";
      return [urn, `${coloured(style, `${padded(named[index] ?? "", width)} |`)} `];
    }),
  );
  return ({ urn }, write) => {
    const prefix = jobs.length > 1 ? prefixes.get(urn) : undefined;
    return new LogPrinter({ prefix, pattern, tail, isPlain }, write);
  };
}

function padded(name: string, width: number): string {
  return name + " ".repeat(Math.max(0, width - widthOf(name)));
}

/** Columns before each line on a terminal. */
const mostOfName = 32;

const styles: readonly Style[] = ["cyan", "yellow", "green", "magenta", "blue", "red"];
