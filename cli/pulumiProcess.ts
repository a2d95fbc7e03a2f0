// Runs the Pulumi CLI in a project: quietly for what it answers, or on the user's terminal.
import { type SpawnOptions, spawn } from "node:child_process";
import { exitStatusOf } from "../machine/signals";
import { CommandError, PulumiError } from "./commandError";

export interface Answer {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface PulumiOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Called with what it prints, as it comes. */
  readonly onOutput?: (text: string) => void;
  /** Aborted, it tells Pulumi to stop as Ctrl-C does: what is under way ends, and the state is written. */
  readonly stop?: AbortSignal;
  /** Whether it is to end by itself, now, when this process is told to: a signal would leave the stack locked. */
  readonly endsByItself?: (() => boolean) | undefined;
}

/** A file's descriptor, or nowhere. */
export type Elsewhere = number | "ignore";

export interface RunOptions extends PulumiOptions {
  /** Where it prints. @default where this process does */
  readonly output?:
    | readonly [stdout: Elsewhere | "inherit", stderr: number | "inherit"]
    | undefined;
}

export class PulumiProcess {
  #env: Readonly<NodeJS.ProcessEnv>;

  constructor(
    readonly command: string,
    readonly folder: string,
    env: Readonly<NodeJS.ProcessEnv>,
  ) {
    this.#env = env;
  }

  get env(): Readonly<NodeJS.ProcessEnv> {
    return this.#env;
  }

  /** From now on this is the stack that is selected, for this process alone. */
  takeStack(name: string): void {
    this.#env = { ...this.#env, PULUMI_STACK: name };
  }

  /** What it prints; never asks anything. */
  async ask(words: readonly string[], options: PulumiOptions = {}): Promise<Answer> {
    const child = this.#spawn([...words, "--non-interactive", "--color=never"], options, {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout?.on("data", (data: Buffer) => {
      stdout.push(data);
      options.onOutput?.(data.toString());
    });
    child.stderr?.on("data", (data: Buffer) => {
      stderr.push(data);
      options.onOutput?.(data.toString());
    });
    const status = await this.#ended(child, "close", options);
    return {
      status,
      stdout: Buffer.concat(stdout).toString(),
      stderr: Buffer.concat(stderr).toString(),
    };
  }

  /** @throws PulumiError with what it said, where it fails */
  async read(words: readonly string[], options: PulumiOptions = {}): Promise<string> {
    const { status, stdout, stderr } = await this.ask(words, options);
    if (status === 0) return stdout;
    throw new PulumiError(`pulumi ${words.join(" ")} failed: ${said(stderr || stdout)}`);
  }

  /**
   * On the user's own terminal, unless it is to print elsewhere.
   * @returns its exit status
   */
  async run(
    words: readonly string[],
    { output = ["inherit", "inherit"], ...options }: RunOptions = {},
  ): Promise<number> {
    const [stdout, stderr] = output;
    const stdio: SpawnOptions = { stdio: ["inherit", stdout, stderr] };
    return this.#ended(this.#spawn(words, options, stdio), "exit", options);
  }

  #spawn(words: readonly string[], { env, stop }: PulumiOptions, options: SpawnOptions) {
    const child = spawn(this.command, words, {
      cwd: this.folder,
      env: { ...this.env, ...env },
      ...options,
    });
    stop?.addEventListener("abort", () => child.kill("SIGINT"), { once: true });
    return child;
  }

  #ended(
    child: ReturnType<typeof spawn>,
    event: "close" | "exit",
    { endsByItself = () => false }: PulumiOptions,
  ): Promise<number> {
    // Ctrl-C reaches it too: it decides how to end, and then this process does.
    const ignore = () => {};
    process.on("SIGINT", ignore);
    const handOn = () => {
      if (!endsByItself()) child.kill("SIGTERM");
    };
    process.on("SIGTERM", handOn);
    return new Promise<number>((resolve, reject) => {
      child.once("error", (error) => {
        reject(new CommandError(`${this.command} does not start: ${error.message}`));
      });
      child.once(event, (status: number | null, signal: NodeJS.Signals | null) => {
        resolve(status ?? (signal === null ? 128 : exitStatusOf(signal)));
      });
    }).finally(() => {
      process.off("SIGINT", ignore);
      process.off("SIGTERM", handOn);
    });
  }
}

/** What matters of what Pulumi prints on a failure. */
function said(text: string): string {
  return text
    .replace(/^error: /gm, "")
    .trim()
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join("; ");
}
