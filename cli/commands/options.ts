// What the definitions of subcommands share: the options of all that are about a stack, the forms of values,
// examples at the end of a help text.
import { type Command, InvalidArgumentError, Option } from "commander";
import { expandHome } from "../../provider/homePath";

/** A subcommand about the jobs of a stack, with the options that all of these have. */
export function stackCommand(program: Command, nameAndArguments: string): Command {
  return program
    .command(nameAndArguments)
    .option("-s, --stack <name>", "the stack to use (default: the selected one)")
    .option("-C, --cwd <folder>", "run as if started in this folder", asPath)
    .option("--debug", "show where an error comes from");
}

/** A path: no shell but zsh, where it is told to, knows the `~` in `--cwd=~/survey`. */
export function asPath(value: string): string {
  return expandHome(value);
}

/** A subcommand about some of the jobs of a stack. */
export function jobsCommand(program: Command, nameAndArguments: string): Command {
  return stackCommand(program, nameAndArguments).option(
    "--where <parameter=value>",
    "only jobs of sweeps with this value, like sigma=5 or 'Name=NGC 224'; of several, all must match",
    (value: string, before: readonly string[] = []) => [...before, value],
  );
}

/** In place of a stack: the jobs of a folder of records. */
export function ofRecord(): Option {
  return new Option(
    "--record <folder>",
    "the jobs that are recorded in this folder below /arc, in place of a stack's: of submit, or of any stack",
  )
    .argParser(asPath)
    .conflicts(["stack", "offline"]);
}

/** A span of time: `90`, `90s`, `5m`, `2h`, `1d`. Its value is in seconds. */
export function seconds(flags: string, text: string, usual?: number): Option {
  const option = new Option(flags, text).argParser((value) => {
    const [, number, unit = "s"] = /^(\d+(?:\.\d+)?)([smhd])?$/.exec(value) ?? [];
    const span = Number(number) * (inSeconds[unit] ?? Number.NaN);
    if (span > 0) return span;
    throw new InvalidArgumentError("It must be a span of time like 90s, 5m, 2h or 1d.");
  });
  return usual === undefined ? option : option.default(usual, shownSpan(usual));
}

const inSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

function shownSpan(span: number): string {
  return span >= 60 && span % 60 === 0 ? `${span / 60}m` : `${span}s`;
}

export function examples(...lines: readonly string[]): string {
  return ["", "Examples:", ...lines.map((line) => `  $ ${line}`)].join("\n");
}

export function wholeNumber(flags: string, text: string): Option {
  return new Option(flags, text).argParser((value) => {
    if (/^[1-9]\d{0,8}$/.test(value)) return Number(value);
    throw new InvalidArgumentError("It must be a whole number above 0.");
  });
}

export function offline(): Option {
  return new Option(
    "--offline",
    "do not ask the server: show the jobs as the last up or refresh left them",
  );
}

/** What the arguments of a command about jobs may be. */
export const jobNames =
  "You can name a job by its name in the program, its id, its session, its sweep, the values of its parameters ('gal/Name=NGC 224'), or a pattern with *. A name that a table has shortened works too.";
