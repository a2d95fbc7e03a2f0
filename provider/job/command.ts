// From what a user writes (`cmd`, `script`, `args`) to the words a process gets (argv).
import { parse } from "shell-quote";

/** What the process is started with; without `command` the image's own ENTRYPOINT runs. */
export interface Argv {
  readonly command: string | undefined;
  readonly args: readonly string[];
}

export function argvOf(input: {
  readonly cmd?: string | undefined;
  readonly script?: string | undefined;
  readonly args?: readonly string[] | undefined;
}): Argv {
  const args = input.args ?? [];
  if (input.script !== undefined) {
    // The word after the script becomes $0, so that `args` are $1, $2, ...
    return { command: "bash", args: ["-c", input.script, "script", ...args] };
  }
  if (input.cmd === undefined) return { command: undefined, args };
  const [command, ...words] = splitCommand(input.cmd).words;
  return { command, args: [...words, ...args] };
}

/** Splits a command line as a shell would, but runs none: `problem` names what only a shell could do. */
export function splitCommand(line: string): { words: string[]; problem?: string } {
  const words: string[] = [];
  let problem: string | undefined;
  for (const part of parse(line, (name) => ({ op: `$${name}` }))) {
    if (typeof part === "string") words.push(part);
    else if ("comment" in part) problem ??= `a comment (#${part.comment})`;
    else if ("pattern" in part) problem ??= `the pattern ${part.pattern}`;
    else
      problem ??= part.op.startsWith("$") ? `the variable ${part.op}` : `the operator ${part.op}`;
  }
  if (problem === undefined && words.length === 0) problem = "no word";
  return problem === undefined ? { words } : { words, problem };
}
