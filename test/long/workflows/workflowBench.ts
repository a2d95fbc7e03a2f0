// Workflow managers from PyPI on a server of a test's own, with the example's files in a project on /arc, and the command on
// PATH as users have it.
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { SkahaOptions } from "../../../embedded";
import { checkout } from "../../../toolchain/checkout";
import { record, SubmitBench, script, until } from "../../cli/commands/submit/submitBench";
import { makeVenv } from "../../python/venv";

/** The folder of programs of an environment with these packages. It is kept from run to run. */
export async function programsOf(packages: readonly string[]): Promise<string> {
  const name = createHash("sha256").update(packages.join(" ")).digest("hex").slice(0, 12);
  const folder = path.join(checkout, "dist/test-venvs", name);
  const whole = path.join(folder, ".whole");
  if (!existsSync(whole)) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(path.dirname(folder), { recursive: true });
    await makeVenv(folder, packages);
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

  /** The job of one observation fails the first time, as one that has too little memory does. */
  async failOnce(observation: string): Promise<void> {
    const extract = path.join(this.project, "extract.py");
    const seen = path.join(this.project, `seen-${observation}`);
    const fails = `
import os
if "${observation}." in sys.argv[1] and not os.path.exists("${seen}"):
    open("${seen}", "w").close()
    sys.exit(1)
`;
    const text = await readFile(extract, "utf8");
    await writeFile(extract, text.replace("import sys\n", `import sys\n${fails}`));
  }

  /** Some of 80 jobs have ended, and most have not. */
  async untilMidway(): Promise<void> {
    await until(
      () => this.bench.skaha.jobs().filter(({ ended }) => ended !== undefined).length,
      (count) => count >= 12,
    );
  }

  /**
   * Of 40 observations both jobs ran once, but for one that failed, and ran again with twice the memory.
   * @param failing matches the name of its sessions
   */
  async assertAllRanOnce(failing: RegExp): Promise<void> {
    const sessions = this.sessions();
    expect(sessions.size).toBe(80);
    const twice = [...sessions].filter(([, all]) => all.length > 1);
    expect(twice.map(([name]) => name)).toEqual([expect.stringMatching(failing)]);
    const [failed, retried, ...more] = twice[0]?.[1] ?? [];
    expect([failed?.status, retried?.status, more]).toEqual(["Failed", "Completed", []]);
    expect(await this.ramOf(failed?.id ?? "")).toBe(2);
    expect(await this.ramOf(retried?.id ?? "")).toBe(4);
    expect(JSON.parse(await this.read("lines/obs40.json"))).toMatchObject({ channel: 20 });
    const { stdout } = await this.bench.command(["status", "--json", "--record", record]);
    expect(JSON.parse(stdout).counts).toEqual({ Completed: 80 });
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
