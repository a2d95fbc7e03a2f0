// A stack of one's own for a test: the real CLI, a temporary backend and home, and an embedded server in
// this process, which the provider, another process, reaches over loopback. It is long, because a test needs each of
// its verbs in one place.
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LocalWorkspace, PulumiCommand, type Stack } from "@pulumi/pulumi/automation";
import { compileCacheOfPulumi } from "../../cli/compileCache/ofPulumi";
import {
  type JournalEntry,
  type ScriptedRunner,
  type Skaha,
  type SkahaOptions,
  scriptedRunner,
  startSkaha,
} from "../../embedded";
import { type DoorName, doorVariable } from "../../provider/engine/door";
import { jobsOf } from "../../provider/job/deployment";
import { checkout } from "../../toolchain/checkout";
import { grpcWithoutProxy, networkEnvironment } from "../../toolchain/network";
import { getPulumi } from "../../toolchain/pulumiCli";
import { makeStack } from "./newStack";
import { type Process, processesOf } from "./processes";

/** A job of the program `fleet`. */
export interface JobSpec {
  readonly name: string;
  /** Inputs of the HeadlessSession. */
  readonly args?: Readonly<Record<string, unknown>>;
  /** Variables whose values are the stack's secrets of these names. */
  readonly secretEnv?: Readonly<Record<string, string>>;
  /** The registry's secret is the stack's secret of this name. */
  readonly registrySecret?: string;
  /** A component that it is under. */
  readonly group?: string;
  /** It had no parent before. */
  readonly wasRoot?: boolean;
  /** Its name before. */
  readonly formerly?: string;
  /** Its variable SESSION is the `sessionId` of this job. */
  readonly sessionOf?: string;
  /** It is `HeadlessSession.get` of this session, and has no inputs. */
  readonly get?: string;
  /** Its option `import`: a session that was started by hand. */
  readonly imports?: string;
  /** Jobs declared before it, or sessions outside the stack. */
  readonly after?: readonly (string | { readonly sessionId: string })[];
  /** Jobs declared before it, in the resource's options. */
  readonly dependsOn?: readonly string[];
}

export interface Outcome {
  readonly status: number;
  /** stdout and stderr. */
  readonly output: string;
}

export interface StateOfJob {
  readonly urn: string;
  readonly id: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** What the declared jobs are to the engine: a resource each, or one for all (`tiles/tile=0`, in their order). */
export type Form = "job" | "array";
export const forms: readonly Form[] = ["job", "array"];

interface CommandOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly stdin?: string;
  /** What Node compiles is kept for the commands of other tests, as `pulumi-skaha` keeps it. @default true */
  readonly keepsCompiled?: boolean;
  /** Called with the process as soon as there is one. */
  readonly started?: (process: ChildProcess) => void;
}

export interface BenchOptions extends SkahaOptions {
  /** The folder of the Pulumi.yaml. @default the program `fleet` */
  readonly program?: string;
  /** Sessions are real processes. @default false: they do what the test says */
  readonly real?: boolean;
  /** False: sessions that do what the test says stay Pending. @default true */
  readonly autoReady?: boolean;
  /** Of the program `fleet`. @default "job" */
  readonly form?: Form;
  /** @default a new one */
  readonly stack?: string;
  /** Of the stack's secrets. */
  readonly passphrase?: string;
  /** Through which door the jobs reach the engine. @default what SKAHA_DOOR says, else "dynamic" */
  readonly door?: DoorName;
  /** The server keeps its sessions in a folder, for {@link Bench.restart}. @default only of real ones */
  readonly lasting?: boolean;
}

const provisioned = provision();

/** The CLI that `npm test` found, or finds now. */
async function provision(): Promise<{ command: string; searchPath: string }> {
  const command = process.env.PULUMI_SKAHA_CLI_BIN;
  if (command) return { command, searchPath: process.env.PATH ?? "" };
  const found = await getPulumi();
  return { command: found.command, searchPath: found.env.PATH ?? "" };
}
provisioned.catch(() => {}); // told to whoever waits for it

export class Bench implements AsyncDisposable {
  /** What every command gets besides its own. */
  readonly env: NodeJS.ProcessEnv;
  stack = `t${randomUUID().slice(0, 8)}`;
  #jobs: readonly JobSpec[] = [];
  #skaha: Skaha;

  private constructor(
    readonly folder: string,
    readonly program: string,
    readonly command: string,
    searchPath: string,
    skaha: Skaha,
    readonly runner: ScriptedRunner,
    private readonly serverOptions: SkahaOptions,
    private readonly form: Form,
  ) {
    this.#skaha = skaha;
    this.env = {
      ...networkEnvironment(process.env),
      ...grpcWithoutProxy(process.env),
      PATH: searchPath,
      HOME: folder,
      TMPDIR: tmpdir(), // where a test looks for what the provider leaves
      PULUMI_HOME: path.join(folder, "home"),
      PULUMI_BACKEND_URL: `file://${folder}/backend`,
      PULUMI_CONFIG_PASSPHRASE: "a passphrase",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_PARALLEL: "128",
      CANFAR_URL: skaha.url,
      CANFAR_TOKEN: skaha.token,
    };
  }

  static async open({
    program = path.join(checkout, "test/engine/programs/fleet"),
    real = false,
    autoReady = true,
    lasting = real,
    passphrase,
    stack,
    form = "job",
    door = process.env.SKAHA_DOOR === "native" ? "native" : "dynamic",
    ...options
  }: BenchOptions = {}): Promise<Bench> {
    const { command, searchPath } = await provisioned;
    const folder = await mkdtemp(path.join(tmpdir(), "bench-"));
    await mkdir(path.join(folder, "backend"));
    const runner = scriptedRunner({ autoReady });
    const serverOptions: SkahaOptions = {
      users: { alice: {}, bob: {} },
      capacity: { cores: 1_000, ramGiB: 10_000 },
      graceSeconds: 0.2,
      ...(lasting && { dataDir: path.join(folder, "data") }),
      ...options,
      ...(real ? {} : { runner }),
    };
    const skaha = await startSkaha(serverOptions);
    const bench = new Bench(
      folder,
      program,
      command,
      searchPath,
      skaha,
      runner,
      serverOptions,
      form,
    );
    if (door === "native") bench.env[doorVariable] = door;
    if (passphrase !== undefined) bench.env.PULUMI_CONFIG_PASSPHRASE = passphrase;
    if (stack !== undefined) bench.stack = stack;
    const init = () => bench.succeed(["stack", "init", bench.stack]);
    if (stack !== undefined) await init();
    else await makeStack(bench, bench.env.PULUMI_CONFIG_PASSPHRASE ?? "", init);
    return bench;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.skaha.stop();
    // A killed CLI leaves its language host behind.
    for (const { pid } of await this.processes()) process.kill(pid, "SIGKILL");
    const settings = (await readdir(this.program)).filter((name) => name.includes(this.stack));
    for (const name of settings) await rm(path.join(this.program, name));
    await rm(this.folder, { recursive: true, maxRetries: 5 });
  }

  get skaha(): Skaha {
    return this.#skaha;
  }

  /** Another server at the same address, with the same sessions; other options where some are given. */
  async restart(options: SkahaOptions = {}): Promise<void> {
    const { port, tokens } = this.skaha;
    const users = Object.fromEntries(
      Object.entries(tokens).map(([name, token]) => [name, { token }]),
    );
    await this.skaha.close();
    this.#skaha = await startSkaha({ ...this.serverOptions, users, port, ...options });
  }

  /** The stack as a program of the Automation API has it; each `up` runs what is declared by then. */
  async automated(env: NodeJS.ProcessEnv = {}): Promise<Stack> {
    const pulumiCommand = await PulumiCommand.get({
      root: path.dirname(path.dirname(this.command)),
    });
    const all = { ...this.env, ...env };
    const variables = Object.entries({ ...all, ...compileCacheOfPulumi(all, this.program) }).map(
      ([name, value]) => [name, value ?? ""],
    );
    const stack = await LocalWorkspace.selectStack(
      { stackName: this.stack, workDir: this.program },
      { pulumiCommand, envVars: Object.fromEntries(variables) },
    );
    const get = () => JSON.stringify(this.#jobs);
    Object.defineProperty(stack.workspace.envVars, "JOBS", { enumerable: true, get });
    return stack;
  }

  /** The environment in which the program declares its jobs. */
  get jobsEnv(): NodeJS.ProcessEnv {
    if (this.form === "job") return { JOBS: JSON.stringify(this.#jobs) };
    const rows = this.#jobs.map(({ name: _, args = {}, ...others }) => {
      const [other] = Object.keys(others);
      if (other !== undefined) throw new Error(`no test has jobs of an array with ${other} yet`);
      return args;
    });
    return { ARRAY: JSON.stringify(rows) };
  }

  /** What the program declares from now on. */
  declare(jobs: readonly JobSpec[]): void {
    this.#jobs = jobs;
  }

  pulumi(words: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
    const global = ["--non-interactive", "--color=never"];
    const env = { ...this.env, ...this.jobsEnv, ...options.env };
    const child = spawn(this.command, [...words, ...global], {
      cwd: this.program,
      env: {
        ...env,
        ...(options.keepsCompiled !== false && compileCacheOfPulumi(env, this.program)),
      },
      stdio: ["pipe", "pipe", "pipe"],
    });
    options.started?.(child);
    child.stdin.on("error", () => {}); // it may end before it reads
    child.stdin.end(options.stdin ?? "");
    const heard: Buffer[] = [];
    child.stdout.on("data", (data) => heard.push(data));
    child.stderr.on("data", (data) => heard.push(data));
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      // Not "close": a provider that outlives its killed engine keeps the streams open.
      child.once("exit", async (status) => {
        await new Promise((turn) => setImmediate(turn));
        resolve({ status: status ?? -1, output: Buffer.concat(heard).toString() });
      });
    });
  }

  async succeed(words: readonly string[], options: CommandOptions = {}): Promise<string> {
    const { status, output } = await this.pulumi(words, options);
    if (status !== 0) throw new Error(`pulumi ${words.join(" ")} ended with ${status}:\n${output}`);
    return output;
  }

  async fail(words: readonly string[], options: CommandOptions = {}): Promise<string> {
    const { status, output } = await this.pulumi(words, options);
    if (status === 0) throw new Error(`pulumi ${words.join(" ")} succeeded:\n${output}`);
    return output;
  }

  /** The words of `pulumi up` without its preview. */
  up(...more: string[]): string[] {
    return ["up", "--yes", "--skip-preview", "--stack", this.stack, ...more];
  }

  /** The words of any other command that is about the stack. */
  on(command: string, ...more: string[]): string[] {
    const yes = ["refresh", "destroy", "cancel"].includes(command) ? ["--yes"] : [];
    const quick = ["refresh", "destroy"].includes(command) ? ["--skip-preview"] : [];
    return [command, ...yes, ...quick, "--stack", this.stack, ...more];
  }

  /** Sets a secret of the stack, over stdin. */
  async secret(key: string, value: string): Promise<void> {
    await this.succeed(["config", "set", "--secret", key, "--stack", this.stack], { stdin: value });
  }

  async stateFile(): Promise<string> {
    const stacks = path.join(this.folder, "backend/.pulumi/stacks");
    const [project = ""] = await readdir(stacks);
    return path.join(stacks, project, `${this.stack}.json`);
  }

  /** What the stack remembers of its jobs. */
  async state(): Promise<StateOfJob[]> {
    const { checkpoint } = JSON.parse(await readFile(await this.stateFile(), "utf8"));
    const resources: (StateOfJob & { type: string })[] = checkpoint.latest?.resources ?? [];
    const inArrays = jobsOf(checkpoint.latest).filter(({ arrayUrn }) => arrayUrn !== undefined);
    return [
      ...resources
        .filter(({ type }) => type.endsWith("HeadlessSession"))
        .map(({ urn, id, outputs }) => ({ urn, id, outputs })),
      ...inArrays.map(({ urn, id, state }) => ({ urn, id, outputs: { ...state } })),
    ];
  }

  /** Each job's status as the stack remembers it, by the resource's name. */
  async statuses(): Promise<Record<string, unknown>> {
    const jobs = await this.state();
    return Object.fromEntries(
      jobs.map(({ urn, outputs }) => [urn.split("::").at(-1), outputs.status]),
    );
  }

  /** What runs of the commands that were given here. */
  async processes(): Promise<Process[]> {
    return processesOf(this.env.PULUMI_HOME ?? "");
  }

  requests(method: string): JournalEntry[] {
    return this.skaha.journal().filter((entry) => entry.method === method);
  }

  /** How many requests the server got since the last time this was asked. */
  counted(): { GET: number; POST: number; DELETE: number } {
    const count = (method: string) => this.requests(method).length;
    const counts = { GET: count("GET"), POST: count("POST"), DELETE: count("DELETE") };
    this.skaha.clearJournal();
    return counts;
  }

  /** The names of the sessions that live, or wait to. */
  alive(): string[] {
    return this.skaha
      .jobs()
      .filter(({ ended, forgotten }) => ended === undefined && forgotten === undefined)
      .map(({ name }) => name)
      .sort();
  }
}

/** Lines of a Pulumi.yaml beside {@link linkedFolder}'s packages, for SKAHA_DOOR=native; through the other door they are nothing. */
export const nativeDoor = `
plugins:
  providers:
    - name: skaha
      path: node_modules/pulumi-skaha/plugin
`;

/** A folder with a program's node_modules: this package, linked. */
export async function linkedFolder(parent: string): Promise<string> {
  const folder = path.join(parent, "a user's program");
  await mkdir(path.join(folder, "node_modules/@pulumi"), { recursive: true });
  await symlink(checkout, path.join(folder, "node_modules/pulumi-skaha"));
  await symlink(
    path.join(checkout, "node_modules/@pulumi/pulumi"),
    path.join(folder, "node_modules/@pulumi/pulumi"),
  );
  return folder;
}

export function fleet(count: number, args: (n: number) => JobSpec["args"] = () => ({})): JobSpec[] {
  return Array.from({ length: count }, (_, n) => ({ name: `job-${n}`, args: args(n) ?? {} }));
}

/** Looks until it is so, or two minutes are over. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`after two minutes it is still not so: ${what}`);
    await sleep(20);
  }
}
