// A server whose sessions are real processes, and `pulumi-skaha submit` as workflow managers call it: each time a process
// of its own.
import { type ChildProcess, execFile } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type JournalEntry, type Skaha, type SkahaOptions, startSkaha } from "../../../../embedded";
import { checkout } from "../../../../toolchain/checkout";

export const image = "images.canfar.net/skaha/astroml:24.07";
export const record = "/arc/projects/survey/.jobs";

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command's script. */
export const script = path.join(checkout, "dist/cli/main.js");

export class SubmitBench implements AsyncDisposable {
  private constructor(
    readonly folder: string,
    readonly skaha: Skaha,
  ) {}

  static async open(options: SkahaOptions = {}): Promise<SubmitBench> {
    const folder = await mkdtemp(path.join(tmpdir(), "submit-"));
    await mkdir(path.join(folder, "tmp"));
    const skaha = await startSkaha({
      users: { alice: {} },
      capacity: { cores: 640, ramGiB: 5_120 },
      dataDir: path.join(folder, "data"),
      graceSeconds: 0.2,
      ...options,
    });
    return new SubmitBench(folder, skaha);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.skaha.stop();
    await rm(this.folder, { recursive: true, maxRetries: 5 });
  }

  environment(env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    const { folder, skaha } = this;
    return {
      PATH: process.env.PATH,
      ...{ HOME: folder, TMPDIR: path.join(folder, "tmp") },
      ...{ CANFAR_URL: skaha.url, CANFAR_TOKEN: skaha.token, PULUMI_SKAHA_RECORD: record },
      ...env,
    };
  }

  /** Runs `pulumi-skaha` with these words. */
  command(words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
    return new Promise((resolve) => {
      const options = { env: this.environment(env), cwd: this.folder };
      execFile(process.execPath, [script, ...words], options, (error, stdout, stderr) => {
        resolve({ status: error ? Number(error.code ?? 255) : 0, stdout, stderr });
      });
    });
  }

  submit(words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
    return this.command(["submit", ...words], env);
  }

  /** @returns the id of a job that is launched or found */
  async submitted(words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
    const { status, stdout, stderr } = await this.submit(["--image", image, ...words], env);
    if (status !== 0) throw new Error(stderr);
    return stdout.trimEnd();
  }

  async statusOf(id: string): Promise<string> {
    return (await this.submit(["--status", id])).stdout.trimEnd();
  }

  /** @returns its last word */
  ended(id: string): Promise<string> {
    return until(
      () => this.statusOf(id),
      (word) => word !== "running",
    );
  }

  alive() {
    return this.skaha
      .jobs()
      .filter(({ ended, forgotten }) => ended === undefined && forgotten === undefined);
  }

  /** The requests of a method about sessions. */
  requests(method: string): JournalEntry[] {
    return this.skaha
      .journal()
      .filter((entry) => entry.method === method && /\/session/.test(entry.path));
  }
}

export async function until<T>(look: () => Promise<T> | T, is: (seen: T) => boolean): Promise<T> {
  for (;;) {
    const seen = await look();
    if (is(seen)) return seen;
    await sleep(50);
  }
}

export function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once("exit", resolve));
}
