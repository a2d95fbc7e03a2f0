// What could stand where the cursor is, from the definitions of the commands. Pure.
import type { Argument, Command, Option } from "commander";

/** A word, and what is said of it. */
export type Candidate = readonly [word: string, about: string];

/** What may stand there: words that the definitions know, or things that have to be looked for. */
export interface Completion {
  readonly words: readonly Candidate[];
  readonly things?: "jobs" | "stacks" | "files" | "folders" | undefined;
  /** What stands before the value in its word: `--cwd=`. */
  readonly head?: string;
  /** The values of the command's options that are given before. */
  readonly given: Readonly<Record<string, string>>;
}

/** @param words after the program's name; the last one is the one that is being written, perhaps empty */
export function completionAt(program: Command, words: readonly string[]): Completion {
  const current = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const at = before.findIndex((word) => !word.startsWith("-"));
  const name = before[at];
  if (name === undefined) {
    const isOption = current.startsWith("-");
    return { words: isOption ? optionsOf(program) : commandsOf(program), given: {} };
  }
  if (name === "help") return { words: commandsOf(program), given: {} };
  const command = program.commands.find((one) => one.name() === name);
  if (command === undefined) return { words: [], given: {} };
  return wantedOf(command, before.slice(at + 1), current);
}

function wantedOf(command: Command, before: readonly string[], current: string): Completion {
  const given: Record<string, string> = {};
  let open: Option | undefined;
  let positions = 0;
  for (const word of before) {
    if (open !== undefined) {
      given[open.attributeName()] = word;
      open = undefined;
    } else if (word.startsWith("-")) {
      const [flag = "", value] = split(word);
      const option = optionNamed(command, flag);
      if (option && takesValue(option) && value !== undefined)
        given[option.attributeName()] = value;
      else if (option?.required) open = option;
    } else positions += 1;
  }
  if (open) return { ...valuesOf(open), given };
  const [flag = "", value] = split(current);
  const option = value === undefined ? undefined : optionNamed(command, flag);
  if (option) return { ...valuesOf(option), head: `${flag}=`, given };
  if (current.startsWith("-")) return { words: optionsOf(command), given };
  const { registeredArguments } = command;
  const last = registeredArguments.at(-1);
  const argument = registeredArguments[positions] ?? (last?.variadic ? last : undefined);
  return { ...argumentsOf(argument), given };
}

function split(word: string): [flag: string, value: string | undefined] {
  const at = word.startsWith("--") ? word.indexOf("=") : -1;
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}

function optionNamed(command: Command, flag: string): Option | undefined {
  return command.options.find(({ short, long }) => short === flag || long === flag);
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional;
}

function valuesOf({ argChoices, flags }: Option): Pick<Completion, "words" | "things"> {
  if (argChoices) return { words: argChoices.map((word) => [word, ""]) };
  const [, placeholder = ""] = /[<[](.+?)[>\]]/.exec(flags) ?? [];
  if (/folder|directory/.test(placeholder)) return { words: [], things: "folders" };
  if (/file/.test(placeholder)) return { words: [], things: "files" };
  if (placeholder === "job") return { words: [], things: "jobs" };
  return flags.includes("--stack") ? { words: [], things: "stacks" } : { words: [] };
}

function argumentsOf(argument: Argument | undefined): Pick<Completion, "words" | "things"> {
  if (argument?.argChoices) return { words: argument.argChoices.map((word) => [word, ""]) };
  return /^jobs?$/i.test(argument?.name() ?? "") ? { words: [], things: "jobs" } : { words: [] };
}

function commandsOf(program: Command): Candidate[] {
  return program
    .createHelp()
    .visibleCommands(program)
    .map((command) => [command.name(), command.summary() || command.description()]);
}

function optionsOf(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .map(({ long, short, description }) => [long ?? short ?? "", description]);
}
