// The real `pulumi-skaha`, in the folder and environment of a Bench: its own process, and where a test wants
// it a terminal of its own.
import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { checkout } from "../../../toolchain/checkout";
import type { Bench } from "../harness";

export interface CliOutcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly stdin?: string;
  /** @default the Bench's program */
  readonly cwd?: string;
  /** Called with the process as soon as there is one, and with what it has printed so far. */
  readonly started?: (process: ChildProcess, printed: () => string) => void;
}

const binary = path.join(checkout, "dist/cli/main.js");

/** Runs `pulumi-skaha` on the Bench's stack. */
export function cli(
  bench: Bench,
  words: readonly string[],
  options: CliOptions = {},
): Promise<CliOutcome> {
  return run(bench, process.execPath, [binary, ...words], options);
}

/** The same in a pseudo-terminal, which `script` of util-linux makes: all that is shown comes as stdout. */
export function cliInTerminal(
  bench: Bench,
  words: readonly string[],
  options: CliOptions = {},
): Promise<CliOutcome> {
  const line = [process.execPath, binary, ...words].map(quoted).join(" ");
  return run(bench, "script", ["--quiet", "--return", "--command", line, "/dev/null"], {
    ...options,
    env: { TERM: "xterm-256color", SHELL: "/bin/sh", ...options.env },
  });
}

function run(
  bench: Bench,
  command: string,
  words: readonly string[],
  { env, stdin, cwd = bench.program, started }: CliOptions,
): Promise<CliOutcome> {
  const child = spawn(command, words, { cwd, env: environment(bench, env) });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (data: Buffer) => stdout.push(data));
  child.stderr.on("data", (data: Buffer) => stderr.push(data));
  const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString();
  started?.(child, () => text(stdout) + text(stderr));
  child.stdin.on("error", () => {}); // it may end before it reads
  if (stdin !== undefined) child.stdin.end(stdin);
  else if (command === process.execPath) child.stdin.end();
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    // Not "close": a provider that outlives its killed engine keeps the streams open.
    child.once("exit", async (status) => {
      await new Promise((turn) => setImmediate(turn));
      resolve({ status: status ?? -1, stdout: text(stdout), stderr: text(stderr) });
    });
  });
}

/** The Bench's, whose stack is the one that is selected; nothing of the machine's. */
function environment(bench: Bench, env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return { ...bench.env, ...bench.jobsEnv, ...env };
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
