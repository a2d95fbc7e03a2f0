// Workflow managers from PyPI on a server of a test's own, with the example's files in a project on /arc, and the command on
// PATH as users have it.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import type { SkahaOptions } from "../../../embedded";
import { checkout } from "../../../toolchain/checkout";
import { record, SubmitBench, script } from "../../cli/commands/submit/submitBench";

const run = promisify(execFile);

/** The folder of programs of an environment with these packages. It is kept from run to run. */
export async function programsOf(packages: readonly string[]): Promise<string> {
  const name = createHash("sha256").update(packages.join(" ")).digest("hex").slice(0, 12);
  const folder = path.join(checkout, "dist/test-venvs", name);
  const whole = path.join(folder, ".whole");
  if (!existsSync(whole)) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(path.dirname(folder), { recursive: true });
    await run("python3", ["-m", "venv", folder]);
    const pip = [path.join(folder, "bin/python"), "-m", "pip", "install", "--quiet", ...packages];
    await run(pip[0] ?? "", pip.slice(1));
    await writeFile(whole, "");
  }
  return path.join(folder, "bin");
}

export class WorkflowBench implements AsyncDisposable {
  readonly #children = new Set<ChildProcess>();

  private constructor(
    readonly bench: SubmitBench,
    private readonly programs: string,
  ) {}

  /** @param programs the folder of Snakemake's or Prefect's programs */
  static async open(programs: string, options: SkahaOptions = {}): Promise<WorkflowBench> {
    const bench = await SubmitBench.open(options);
    const bin = path.join(bench.folder, "bin");
    await mkdir(bin);
    const command = path.join(bin, "pulumi-skaha");
    await writeFile(command, `#!/bin/sh\nexec '${process.execPath}' '${script}' "$@"\n`);
    await chmod(command, 0o755);
    const its = new WorkflowBench(bench, programs);
    await mkdir(its.project, { recursive: true });
    return its;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) {
      try {
        process.kill(-(child.pid ?? 0), "SIGKILL");
      } catch {
        // it has ended with all that it started
      }
    }
    await this.bench[Symbol.asyncDispose]();
  }

  /** As the jobs see it. */
  readonly record = record;

  /** The project on /arc, as this machine sees it. */
  get project(): string {
    return path.join(this.bench.folder, "data/arc/projects/survey");
  }

  /** Copies an example's files, and as many observations as are wanted. */
  async lay(example: string, observations: number): Promise<void> {
    const from = (name: string) => path.join(checkout, "examples", name);
    for (const name of ["calibrate.py", "extract.py"]) {
      await cp(path.join(from("pipeline"), name), path.join(this.project, name));
    }
    await cp(from(example), this.project, { recursive: true });
    await mkdir(path.join(this.project, "raw"));
    const text = await readFile(path.join(from("pipeline"), "raw/2026-11-20.txt"), "utf8");
    for (let n = 1; n <= observations; n += 1) {
      await writeFile(path.join(this.project, `raw/obs${n}.txt`), text);
    }
  }

  read(file: string): Promise<string> {
    return readFile(path.join(this.project, file), "utf8");
  }

  /** Starts a program in the project, in a process group of its own, as a terminal does. */
  start(command: string, words: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const { folder } = this.bench;
    const PATH = [path.join(folder, "bin"), this.programs, process.env.PATH].join(path.delimiter);
    const child = spawn(path.join(this.programs, command), words, {
      cwd: this.project,
      env: { ...this.bench.environment(), PATH, ...env },
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#children.add(child);
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (data) => {
        text += data;
      });
    }
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    return { child, ended, said: () => text };
  }

  /** What sessions there were of each job, by the job's session name without its attempt, each with its memory in GiB. */
  sessions(): Map<string, readonly { readonly id: string; readonly status: string }[]> {
    return Map.groupBy(this.bench.skaha.jobs(), ({ name }) => name.replace(/-\d$/, ""));
  }

  /** The memory that a session asked for, in GiB. */
  async ramOf(id: string): Promise<number> {
    const { skaha } = this.bench;
    const url = new URL(`/_embedded/jobs/${id}`, skaha.url);
    const answer = await fetch(url, { headers: { authorization: `Bearer ${skaha.token}` } });
    const { requests } = (await answer.json()) as { requests: { memory: string } };
    return Number(requests.memory) / 2 ** 30;
  }
}
