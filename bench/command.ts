// Runs one command and measures it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { ProcessTree, type Usage } from "./processTree";

export interface Command {
  readonly file: string;
  readonly words: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

export interface Measured {
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly seconds: number;
  readonly usage: Usage | undefined;
  readonly output: string;
}

/** @throws an error with all the command said, if it does not end with status 0 */
export async function measure({ file, words, cwd, env }: Command): Promise<Measured> {
  const startedAt = Date.now();
  const start = performance.now();
  const child = spawn(file, words, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "exit"); // not "close": what is left behind keeps the streams open
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data: Buffer) => said.push(data));
  }
  if (child.pid === undefined) {
    const [error] = await once(child, "error");
    throw error;
  }
  using tree = new ProcessTree(child.pid);
  const [status, signal] = await ended;
  const seconds = (performance.now() - start) / 1_000;
  await new Promise((turn) => setImmediate(turn)); // the rest of what it said
  const output = Buffer.concat(said).toString();
  if (status !== 0) {
    throw new Error(`${[file, ...words].join(" ")} ended with ${signal ?? status}:\n${output}`);
  }
  return { startedAt, seconds, usage: tree.usage(), output };
}
