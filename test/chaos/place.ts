// Where commands are given: a program's folder, a backend, a home and a machine's temporary folder of its own,
// and the processes that come of it.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { cp, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { doorVariable } from "../../provider/engine/door";
import { jobsOf } from "../../provider/job/deployment";
import { checkout } from "../../toolchain/checkout";
import { grpcWithoutProxy, networkEnvironment } from "../../toolchain/network";
import { type Process, processesOf } from "../engine/processes";

export const stack = "s";
/** With these words Pulumi prints no colours and asks nothing. */
export const plain: readonly string[] = ["--non-interactive", "--color=never"];
/** No command of a few jobs takes so long; a machine under load is slow, too. */
const hangsAfterMs = 240_000;

export interface Said {
  /** -1: it was killed. */
  readonly status: number;
  readonly output: string;
  readonly ms: number;
  readonly hung: boolean;
}

export interface Job {
  readonly urn: string;
  readonly id: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** The CLI, and what its commands need to be found. */
export interface Cli {
  readonly command: string;
  readonly searchPath: string;
}

export class Place {
  readonly env: NodeJS.ProcessEnv;

  private constructor(
    readonly folder: string,
    private readonly cli: Cli,
    machine: string,
    server: { readonly url: string; readonly token: string },
  ) {
    this.env = {
      ...networkEnvironment(process.env),
      ...grpcWithoutProxy(process.env),
      PATH: cli.searchPath,
      HOME: machine,
      TMPDIR: path.join(machine, "tmp"),
      PULUMI_HOME: path.join(folder, "home"),
      PULUMI_BACKEND_URL: `file://${this.backend}`,
      PULUMI_CONFIG_PASSPHRASE: "a passphrase",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_PARALLEL: "128",
      CANFAR_URL: server.url,
      CANFAR_TOKEN: server.token,
      ...(process.env.SKAHA_DOOR === "native" && { [doorVariable]: "native" }),
    };
  }

  /**
   * @param template a place whose backend and configuration are copied
   * @param machine the folder that stands for a machine: its home and temporary files
   */
  static async make(
    folder: string,
    cli: Cli,
    machine: string,
    server: { readonly url: string; readonly token: string },
    template?: Place,
  ): Promise<Place> {
    const place = new Place(folder, cli, machine, server);
    await mkdir(path.join(machine, "tmp"), { recursive: true });
    await mkdir(place.backend, { recursive: true });
    await cp(path.join(checkout, "test/chaos/program"), place.program, { recursive: true });
    await mkdir(path.join(place.program, "node_modules/@pulumi"), { recursive: true });
    await symlink(checkout, path.join(place.program, "node_modules/pulumi-skaha"));
    await symlink(
      path.join(checkout, "node_modules/@pulumi/pulumi"),
      path.join(place.program, "node_modules/@pulumi/pulumi"),
    );
    if (template) await place.#take(template);
    return place;
  }

  async #take(template: Place): Promise<void> {
    await cp(template.backend, this.backend, { recursive: true });
    const settings = `Pulumi.${stack}.yaml`;
    await cp(path.join(template.program, settings), path.join(this.program, settings));
  }

  get backend(): string {
    return path.join(this.folder, "backend");
  }

  get program(): string {
    return path.join(this.folder, "program");
  }

  get logs(): string {
    return path.join(this.program, "logs");
  }

  get stateFile(): string {
    return path.join(this.backend, ".pulumi/stacks/chaos", `${stack}.json`);
  }

  /** Runs the Pulumi CLI, or ours. */
  async run(
    words: readonly string[],
    {
      by = "pulumi",
      env = {},
      stdin = "",
      started = () => {},
    }: {
      by?: "pulumi" | "pulumi-skaha";
      env?: Readonly<Record<string, string>>;
      stdin?: string;
      started?: (process: ChildProcess) => void;
    } = {},
  ): Promise<Said> {
    const begun = Date.now();
    const [command = "", ...first] =
      by === "pulumi" ? [this.cli.command] : [process.execPath, ourCli];
    const child = spawn(command, [...first, ...words], {
      cwd: this.program,
      env: { ...this.env, ...env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    started(child);
    child.stdin.on("error", () => {}); // it may end before it reads
    child.stdin.end(stdin);
    const heard: Buffer[] = [];
    child.stdout.on("data", (data) => heard.push(data));
    child.stderr.on("data", (data) => heard.push(data));
    let hung = false;
    const watch = setTimeout(() => {
      hung = true;
      child.kill("SIGKILL");
    }, hangsAfterMs);
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      // Not "close": a provider that outlives its killed engine keeps the streams open.
      child.once("exit", async (status) => {
        clearTimeout(watch);
        await new Promise((turn) => setImmediate(turn));
        const output = Buffer.concat(heard).toString();
        resolve({ status: status ?? -1, output, ms: Date.now() - begun, hung });
      });
    });
  }

  /** What the stack remembers of its jobs; undefined if its file is not whole. */
  async state(): Promise<Job[] | undefined> {
    const text = await readFile(this.stateFile, "utf8").catch(() => undefined);
    if (text === undefined) return undefined;
    try {
      const { checkpoint } = JSON.parse(text);
      return jobsOf(checkpoint.latest).map(({ urn, id, state }) => ({
        urn,
        id,
        outputs: { ...state },
      }));
    } catch {
      return undefined;
    }
  }

  async locks(): Promise<string[]> {
    const folder = path.join(this.backend, ".pulumi/locks");
    const all = await readdir(folder, { recursive: true }).catch(() => []);
    return all.filter((name) => name.endsWith(".json"));
  }

  /**
   * Removes what a full disk left of the files beside the state: an empty one makes Pulumi refuse each command
   * with "unexpected end of JSON input".
   */
  async sweepBackend(): Promise<void> {
    const folder = path.join(this.backend, ".pulumi");
    for (const name of await readdir(folder, { recursive: true })) {
      const file = path.join(folder, name);
      const isBeside = /\.(attrs|tmp)$/.test(name) || name.startsWith("locks/");
      if (!isBeside || !(await stat(file)).isFile()) continue;
      if (!isJson(await readFile(file, "utf8"))) await rm(file, { force: true });
    }
  }

  /** Puts another state in the place of this one; undefined: that of an empty stack. */
  async putState(text: string): Promise<void> {
    await writeFile(this.stateFile, text);
    await rm(`${this.stateFile}.bak`, { force: true });
  }

  /** What runs of the commands that were given here. */
  async processes(): Promise<Process[]> {
    return processesOf(this.env.PULUMI_HOME ?? "");
  }

  /** `kill -9` of the processes that the engine asks about the jobs. */
  async killProvider(): Promise<boolean> {
    const providers = (await this.processes()).filter(({ command }) =>
      /^[^\0]*node\0.*(cmd\/dynamic-provider|dist\/provider\/native\/main\.js)/.test(command),
    );
    for (const { pid } of providers) kill(pid);
    return providers.length > 0;
  }

  async killAll(): Promise<void> {
    for (const { pid } of await this.processes()) kill(pid);
  }
}

/** What comes with the package. */
const ourCli = path.join(checkout, "dist/cli/main.js");

/** Whether this checkout's command can run `up` already. */
export function hasOurUp(): boolean {
  knowsUp ??= /^Usage: pulumi-skaha up\b/m.test(
    String(spawnSync(process.execPath, [ourCli, "up", "--help"]).stdout),
  );
  return knowsUp;
}
let knowsUp: boolean | undefined;

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself.
  }
}
