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

export interface Split {
  readonly words: readonly string[];
  /** What only a shell could do. */
  readonly problem?: string;
}

/** The jobs of a sweep have one command, and each is asked about several times. */
let last: { readonly line: string; readonly split: Split } | undefined;

/** Splits a command line as a shell would, but runs none. */
export function splitCommand(line: string): Split {
  if (last?.line !== line) last = { line, split: split(line) };
  return last.split;
}

function split(line: string): Split {
  const words: string[] = [];
  let problem = readOtherwise(line);
  if (problem !== undefined) return { words, problem };
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

/** What `parse` takes for something else than a shell does, or throws at. */
function readOtherwise(line: string): string | undefined {
  const pieces = line.trim().matchAll(/'[^']*'|"(?:\\[\s\S]|[^"\\])*"|\\[\s\S]|\$[({']|[\s\S]/gu);
  let before = " ";
  for (const [piece] of pieces) {
    const quoted = piece.length > 1 && piece.startsWith('"');
    const read = quoted ? piece.replaceAll(/\\["\\$]/g, "") : piece;
    const substitution = quoted ? /\$[({]|`/.exec(read) : /^(\$.|`)$/.exec(piece);
    if (substitution) return `the substitution ${substitution[0]}`;
    if (piece === "'" || piece === '"') return `a quote (${piece}) that is not closed`;
    if (piece === "\\") return "a backslash with nothing after it";
    if (/^\\?[\n\r]$/.test(piece) || (quoted && read.includes("\\\n"))) return "a line break";
    if (/^\\?[^\S \t]$/u.test(piece)) {
      return `the white space U+${(piece.codePointAt(piece.length - 1) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
    }
    if (piece === "~" && /\s/.test(before)) return "the home folder ~";
    before = piece;
  }
  return undefined;
}
