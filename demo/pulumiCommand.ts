// Runs `pulumi` for everyone to see: the command line, then what it says.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { stripVTControlCharacters } from "node:util";
import { endTree } from "./processTree";
import { say, sayCommand } from "./terminal";

export interface PulumiOptions {
  readonly command: string;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Ends the running command. */
  readonly signal: AbortSignal;
}

/** Pulumi lets the operations under way end first. */
const graceMs = 5_000;

export class PulumiCommand {
  constructor(private readonly options: PulumiOptions) {}

  /**
   * @returns all that the command said
   * @throws an error that names the command if it fails, once everything of it was shown
   */
  async run(...words: string[]): Promise<string> {
    const { command, cwd, env, signal } = this.options;
    signal.throwIfAborted();
    sayCommand(["pulumi", ...words]);
    const color = process.stdout.isTTY && !process.env.NO_COLOR ? "always" : "never";
    const child = spawn(command, [...words, "--color", color], {
      cwd,
      env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true, // a terminal's Ctrl-C is for the demo, which ends pulumi in good order
    });
    const exit = once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
    const lines: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        lines.push(line);
        if (isNews(line)) say(line);
      });
    }
    const { pid } = child;
    const ended = () => child.exitCode !== null || child.signalCode !== null;
    const stopped = new Promise<never>((_, reject) => {
      const stop = async () => {
        if (pid !== undefined && !ended()) await endTree(pid, ended, graceMs);
        reject(signal.reason);
      };
      signal.addEventListener("abort", () => stop().catch(reject), { once: true });
    });
    const [status, by] = await Promise.race([exit, stopped]);
    signal.throwIfAborted();
    if (status !== 0) {
      for (const line of lines) if (!isNews(line)) say(line);
      throw new Error(`\`pulumi ${words.join(" ")}\` ended with ${by ?? `status ${status}`}.`);
    }
    return lines.map((line) => stripVTControlCharacters(line)).join("\n");
  }
}

/** Left out: blank lines, what is only in progress, and resources that stay as they are. */
function isNews(line: string): boolean {
  const plain = stripVTControlCharacters(line);
  if (plain.trim() === "" || plain.startsWith("@ ")) return false;
  const resource = /^ (.) {2}pulumi\S+ \S+ (.*)$/.exec(plain);
  if (!resource) return true;
  const [, mark, state = ""] = resource;
  return mark !== " " && !/^(creating|deleting|refreshing|refresh|updating|running)\b/.test(state);
}
