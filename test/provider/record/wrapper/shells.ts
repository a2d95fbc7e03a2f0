// Runs wrapped commands under each shell that is on this machine.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packed } from "../../../../provider/record/pack";
import { scriptOf } from "../../../../provider/record/script";
import { type RecordedEnd, type Recording, wrapped } from "../../../../provider/record/wrapper";
import { processesOf } from "./processes";

/** Whether the jobs of these tests run in packs of one: `test/long/packs.test.ts` has all of them run so, too. */
export const inPacks = process.env.SKAHA_TEST_IN_PACKS === "1";

/** A claim that holds of a job alone: a pack has claims of its own where a record cannot be written or it is killed. */
export const testAlone: jest.It = inPacks ? (test.skip as jest.It) : test;

export type Shell = readonly [program: string, ...words: string[]];

const known: Readonly<Record<string, Shell>> = {
  dash: ["dash"],
  bash: ["bash", "--posix"],
  busybox: ["busybox", "sh"],
};

/** What the wrapper calls; under busybox these are busybox's own, as in an Alpine image. */
const tools = "chmod date dd mkdir mkfifo mktemp mv od rm setsid sleep tee uname wc".split(" ");

/** One `describe` a shell; says so where a shell is missing. */
export function underEachShell(body: (shell: Shell, name: string) => void): void {
  for (const [name, shell] of Object.entries(known)) {
    if (spawnSync(shell[0], [...shell.slice(1), "-c", ":"]).status === 0) {
      describe(`under ${name}`, () => body(shell, name));
    } else {
      skipLoudly(name);
    }
  }
}

export function skipLoudly(what: string): void {
  process.stderr.write(`\n*** skipped: ${what} ***\n`);
  test.skip(`skipped: ${what}`, () => {});
}

export interface Outcome {
  readonly status: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly outcome: Promise<Outcome>;
}

/** Folders and processes of one test file. */
export class Place {
  readonly root = mkdtempSync(join(tmpdir(), "skaha-wrapper-"));
  readonly #busyboxTools = mkdtempSync(join(tmpdir(), "skaha-busybox-"));
  readonly #jobs: RecordedJob[] = [];

  /** Ends what a failed test left running, which would keep its pipes open, and the test run with them. */
  remove(): void {
    for (const job of this.#jobs) {
      for (const pid of processesOf(job.folder)) process.kill(pid, "SIGKILL");
    }
    rmSync(this.root, { recursive: true, force: true });
    rmSync(this.#busyboxTools, { recursive: true, force: true });
  }

  /** A job with a folder of its own. */
  job(shell: Shell, recording: Partial<Recording> = {}): RecordedJob {
    const job = new RecordedJob(shell, this.#path(shell), {
      record: join(this.root, "records"),
      id: `job-${this.#jobs.length + 1}`,
      attempt: 1,
      image: "images.canfar.net/skaha/terminal:1",
      outputs: [],
      ...recording,
      // in a pack no job is without one
      ...(inPacks && recording.record === undefined && { record: join(this.root, "records") }),
    });
    this.#jobs.push(job);
    return job;
  }

  #path(shell: Shell): string {
    const { PATH = "" } = process.env;
    if (shell[0] !== "busybox") return PATH;
    const folder = this.#busyboxTools;
    const busybox = spawnSync("/bin/sh", ["-c", "command -v busybox"]).stdout.toString().trim();
    for (const tool of tools) {
      if (!existsSync(join(folder, tool))) symlinkSync(busybox, join(folder, tool));
    }
    return `${folder}:${PATH}`;
  }
}

export interface Interruption {
  readonly before: string;
  readonly by: string;
}

export interface How {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Comes before the shell, such as `unshare --pid`. */
  readonly before?: readonly string[];
  /** Lines of the wrapper's script, or how they begin, and what the shell does before each. */
  readonly interrupted?: readonly Interruption[];
}

export class RecordedJob {
  readonly folder: string;
  /** The id of the session that its pack runs in. */
  readonly #session: string;

  constructor(
    readonly shell: Shell,
    readonly path: string,
    readonly recording: Recording,
  ) {
    this.folder = join(recording.record ?? "/nowhere", recording.id, String(recording.attempt));
    this.#session = recording.id.replaceAll(/\W/g, "");
  }

  start(argv: readonly string[], { env, cwd, before = [], interrupted = [] }: How = {}): Running {
    const args = inPacks ? this.#packed(argv) : wrapped(argv, this.recording).args;
    const wrapper = scriptOf(inPacks ? "packed" : "wrapper");
    const edited = args.map((word) => (word === wrapper ? interrupted.reduce(insert, word) : word));
    const [program = "", ...words] = [...before, ...this.shell, ...edited];
    const child = spawn(program, words, {
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...(env ?? { ...process.env, PATH: this.path, SKAHA_TEST_JOB: this.folder }),
        ...(inPacks && { skaha_sessionid: this.#session }),
      },
      ...(cwd !== undefined && { cwd }),
    });
    const stdout: Buffer[] = [];
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk;
    });
    const outcome = new Promise<Outcome>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (status) => {
        const said = Buffer.concat(stdout);
        resolve({ ...(inPacks ? this.#told(said) : { status, stdout: said }), stderr });
      });
    });
    return { child, outcome };
  }

  /** The same command in a pack of its own. */
  #packed(argv: readonly string[]): string[] {
    const { record = "" } = this.recording;
    // tests start a job again, and a session runs once
    rmSync(join(record, `pack-${this.#session}.ledger`), { force: true });
    const job = { argv, recording: { ...this.recording, record }, env: {} };
    return inShell(packed([job], { record, parallel: 1, tickSeconds: 1 }).args, this.shell);
  }

  /** What a job in a pack did, from what the pack says of it and from its log. */
  #told(said: Buffer): { status: number | null; stdout: Buffer } {
    const [, status] = / ended, exit status (\d+):/.exec(said.toString()) ?? [];
    return {
      status: status === undefined ? null : Number(status),
      stdout: this.has("log")
        ? this.log()
        : Buffer.from(said.toString().replace(/^pulumi-skaha: (1 of 1 |all jobs ).*\n/gm, "")),
    };
  }

  run(argv: readonly string[], how?: How): Promise<Outcome> {
    return this.start(argv, how).outcome;
  }

  has(file: string): boolean {
    return existsSync(join(this.folder, file));
  }

  log(): Buffer {
    return readFileSync(join(this.folder, "log"));
  }

  json(file: "start.json" | "heartbeat.json") {
    return JSON.parse(readFileSync(join(this.folder, file), "utf8"));
  }

  get end(): RecordedEnd {
    return JSON.parse(readFileSync(join(this.folder, "end.json"), "utf8"));
  }
}

/** The words of a pack, whose wrappers run under a shell that may not be this machine's. */
export function inShell(args: readonly string[], shell: Shell): string[] {
  const own = scriptOf("pack").replaceAll("/bin/sh -c", [...shell, "-c"].join(" "));
  return args.map((word) => (word === scriptOf("pack") ? own : word));
}

function insert(script: string, { before, by }: Interruption): string {
  if (!script.includes(`\n${before}`)) throw new Error(`the wrapper has no line ${before}`);
  return script.replaceAll(`\n${before}`, () => `\n${by}\n${before}`);
}

export const sh = (script: string): string[] => ["/bin/sh", "-c", script];

/** The first defined result; looks again and again, and gives up with a sentence. */
export async function eventually<T>(look: () => T | undefined, what: string): Promise<T> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const last = Date.now() > deadline;
    const result = look();
    if (result !== undefined) return result;
    if (last) throw new Error(`never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
