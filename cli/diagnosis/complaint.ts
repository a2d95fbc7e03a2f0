// What the last lines of a log complain of: the end of a traceback, a program that is not there, a full
// disk. Pure. The languages are those that astronomers' jobs are written in.

export type Complaint = {
  readonly kind:
    | "memory"
    | "noSuchProgram"
    | "noSuchFile"
    | "permission"
    | "notExecutable"
    | "disk"
    | "module"
    | "network"
    | "crash"
    | "exception"
    | "error";
  /** The line that says so, at most 300 characters. */
  readonly line: string;
  /** What is missing or refused: a program, a file, a module. */
  readonly what?: string | undefined;
};
type Kind = Complaint["kind"];

/** Only the end of a log tells why a job ended. */
const linesLookedAt = 200;
const longestLine = 300;
/** Patterns are slow on lines without end. */
const lookedAt = 2_000;

/** @returns undefined where there is no text, or where it complains of nothing that is known */
export function complaintIn(tail: string | undefined): Complaint | undefined {
  if (tail === undefined) return undefined;
  const lines = tail
    .split(/\r?\n|\r/)
    .map((line) => line.slice(0, lookedAt).trimEnd())
    .filter((line) => line !== "")
    .slice(-linesLookedAt);
  const line = exceptionOf(lines);
  if (line !== undefined) return { ...judged(line, "exception"), line: shortened(line) };
  for (const patterns of [phrases, mentions]) {
    for (const one of [...lines].reverse()) {
      const found = matching(one, patterns);
      if (found) return { ...found, line: shortened(one) };
    }
  }
  return undefined;
}

/** The last line of a text that says something. */
export function lastLine(tail: string | undefined): string | undefined {
  const lines = (tail ?? "").split(/\r?\n|\r/).map((line) => line.trim());
  const last = lines.findLast((line) => line !== "" && !line.startsWith("pulumi-skaha: "));
  return last === undefined ? undefined : shortened(last);
}

function shortened(line: string): string {
  const trimmed = line.trim();
  return trimmed.length > longestLine ? `${trimmed.slice(0, longestLine)}…` : trimmed;
}

/** What ended an interpreter, whichever comes last: Python's, R's, Julia's. */
function exceptionOf(lines: readonly string[]): string | undefined {
  for (let at = lines.length - 1; at >= 0; at -= 1) {
    const line = lines[at] ?? "";
    const found =
      pythonsException(lines, at) ??
      (/^ERROR: /.test(line) && isJulias(lines, at) ? line : undefined) ??
      rsError(lines, at);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The line after the frames: `ValueError: no rows`, `astropy.io.fits.VerifyError: ...`, `KeyboardInterrupt`. */
function pythonsException(lines: readonly string[], at: number): string | undefined {
  const line = lines[at] ?? "";
  if (!/^[A-Za-z_][\w.]*(: .*)?$/.test(line)) return undefined;
  const frame = lines.slice(Math.max(0, at - 60), at).findLastIndex((one) => /^ +File "/.test(one));
  if (frame === -1) return undefined;
  const frames = lines.slice(Math.max(0, at - 60), at).slice(frame);
  return frames.every((one) => /^[ \t]/.test(one)) ? line : undefined;
}

function isJulias(lines: readonly string[], at: number): boolean {
  return (
    lines.slice(at + 1).some((line) => /^(Stacktrace:|in expression starting at )/.test(line)) ||
    /^ERROR: (LoadError|InitError|\w+(Error|Exception)\b)/.test(lines[at] ?? "")
  );
}

/** `Error in f(x) : words`, whose words may be on the next line; at its end R says `Execution halted`. */
function rsError(lines: readonly string[], at: number): string | undefined {
  if (!/^Execution halted$/.test(lines[at] ?? "")) return undefined;
  const before = lines.slice(0, at);
  const start = before.findLastIndex((line) => /^Error( in .*)?\s?:|^Error in /.test(line));
  if (start === -1) return undefined;
  const line = before[start] ?? "";
  const next = before[start + 1];
  return /:\s*$/.test(line) && next !== undefined ? `${line} ${next.trim()}` : line;
}

type Patterns = readonly (readonly [Kind, RegExp])[];

/** What is said of an exception in more than its name. The first group is what is missing. */
const exceptions: Patterns = [
  ["memory", /MemoryError|OutOfMemoryError|cannot allocate vector|Unable to allocate|SIGKILL/],
  ["memory", /Cannot allocate memory|CUDA out of memory|bad_alloc/],
  ["disk", /No space left on device|Disk quota exceeded|Errno 28\b|Errno 122\b/i],
  [
    "module",
    /No module named ['"]?([\w.]+)|there is no package called .(\S+?).$|Package (\S+) not found/,
  ],
  ["module", /ImportError: (?:cannot import name ['"]?([\w.]+)|(lib\S+): cannot open shared)/],
  ["permission", /PermissionError.*?(?:: ['"](.+?)['"])?$|Permission denied/],
  ["noSuchFile", /No such file or directory: ['"](.+?)['"]|cannot open file '(.+?)'/],
  ["noSuchFile", /opening file "(.+?)": No such file|FileNotFoundError|No such file or directory/],
  [
    "network",
    /Connection(Refused|Reset|Aborted)?Error|Max retries exceeded|ConnectTimeout|ReadTimeout|URLError|Temporary failure in name resolution/,
  ],
];

/** Lines of shells, linkers, kernels and run-time systems. */
const phrases: Patterns = [
  ["module", /error while loading shared libraries: (\S+?):/],
  ["noSuchProgram", /(?:^|: )(?:line )?\d*:? ?(?:exec: )?([^\s:]+): (?:command )?not found$/],
  ["noSuchProgram", /^(?:\/usr\/bin\/)?env: .(.+?).: No such file or directory/],
  ["noSuchProgram", /exec: "(.+?)": (?:executable file not found|stat .*no such file)/],
  [
    "notExecutable",
    /^(?:.*: )?(\S+): (?:cannot execute(?: binary file)?: .*|.*bad interpreter: .*|Exec format error)$/i,
  ],
  [
    "notExecutable",
    /^\S*(?:sh|bash|dash): (?:line )?\d+: (?:exec: )?(\S+): (?:Permission denied|cannot execute.*)$/,
  ],
  [
    "noSuchFile",
    /can't open file '(.+?)'|[Cc]annot open file '(.+?)'|(?:cannot open|can't open) (\S+?):? /,
  ],
  [
    "memory",
    /std::bad_alloc|Cannot allocate memory|[Oo]ut of memory|oom-kill|java\.lang\.OutOfMemoryError/,
  ],
  ["memory", /^(?:.*: )?(?:line \d+: +\d+ )?Killed\b/],
  ["disk", /No space left on device|Disk quota exceeded/i],
  [
    "crash",
    /Segmentation fault|Bus error|Illegal instruction|Floating point exception|core dumped/,
  ],
  ["crash", /^terminate called after|^thread '.*' panicked at|^panic: |^Fortran runtime error/],
  [
    "permission",
    /(?:open|create|write|remove|access)\w* .*?['‘"]?(\/\S+?)['’"]?: Permission denied/i,
  ],
  ["permission", /(\/[^\s:'"]+)['"]?: Permission denied/],
  ["noSuchFile", /['‘"]?(\/[^\s:'"’]+)['’"]?: No such file or directory/],
  ["permission", /Permission denied/],
  ["noSuchFile", /No such file or directory/],
  [
    "network",
    /Connection (?:refused|timed out|reset)|Could not resolve host|Network is unreachable/,
  ],
];

const mentions: Patterns = [
  ["error", /\b(?:FATAL|SEVERE|CRITICAL|ERROR)\b/],
  ["error", /^(?:\S+: )?(?:fatal )?error\b/i],
  ["exception", /^Exception in thread|^\w[\w.]*(?:Error|Exception): /],
];

function judged(line: string, otherwise: Kind): Omit<Complaint, "line"> {
  return matching(line, exceptions) ?? { kind: otherwise };
}

function matching(line: string, patterns: Patterns): Omit<Complaint, "line"> | undefined {
  for (const [kind, pattern] of patterns) {
    const found = pattern.exec(line);
    if (!found) continue;
    const what = found.slice(1).find((group) => group !== undefined && group.length < 200);
    return { kind, ...(what !== undefined && kind !== "network" && { what }) };
  }
  return undefined;
}
