// A Pulumi project of its own for one trial: program, backend, settings, and one stack.
import { cp, mkdir, readFile, symlink } from "node:fs/promises";
import path from "node:path";
import { isArrayType, isJobType } from "../../provider/job/identity";
import { checkout } from "../../toolchain/checkout";
import type { Pulumi } from "../../toolchain/pulumiCli";
import { type Command, measure } from "../command";
import type { Arena, Trial } from "../contestant";
import type { Scenario } from "../scenario";

export interface PulumiTrialOptions {
  readonly pulumi: Pulumi;
  /** Where this package and the SDK are. @default this checkout */
  readonly root?: string;
  /** A folder of `programs/`. */
  readonly program: string;
  /** What is run: `file`, then the words for a scenario. @default the Pulumi CLI */
  readonly file?: string;
  readonly words: (scenario: Scenario) => readonly string[];
  /** The stack's configuration. */
  readonly config?: Readonly<Record<string, string>>;
  /** Besides what every trial gets. */
  readonly env?: NodeJS.ProcessEnv;
}

const stack = "bench";
/** Pulumi's name for the stack's state. */
const stateFile = path.join("backend/.pulumi/stacks/bench", `${stack}.json`);

export async function pulumiTrial(
  { jobs, stub, folder }: Arena,
  {
    pulumi,
    root = checkout,
    program,
    file = pulumi.command,
    words,
    config = {},
    env: more,
  }: PulumiTrialOptions,
): Promise<Trial> {
  const programs = path.join(checkout, "bench/programs");
  const cwd = path.join(folder, "program");
  await cp(path.join(programs, program), cwd, { recursive: true });
  await cp(path.join(programs, "jobs.js"), path.join(folder, "jobs.js"));
  await mkdir(path.join(folder, "node_modules/@pulumi"), { recursive: true });
  await symlink(root, path.join(folder, "node_modules/pulumi-skaha"));
  await symlink(
    path.join(root, "node_modules/@pulumi/pulumi"),
    path.join(folder, "node_modules/@pulumi/pulumi"),
  );
  for (const name of ["backend", "tmp", "home"]) await mkdir(path.join(folder, name));
  const firstLaunch = path.join(folder, "first-launch");
  const env = {
    ...withoutSettings(process.env),
    ...pulumi.env,
    HOME: path.join(folder, "home"),
    TMPDIR: path.join(folder, "tmp"), // nothing that an earlier trial left is shared
    PULUMI_HOME: path.join(folder, "home/.pulumi"),
    PULUMI_BACKEND_URL: `file://${folder}/backend`,
    PULUMI_CONFIG_PASSPHRASE: "bench",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    CANFAR_URL: stub.url,
    CANFAR_TOKEN: stub.token,
    BENCH_JOBS: String(jobs),
    BENCH_LATENCY_MS: String(stub.latencyMs),
    BENCH_FIRST_LAUNCH: firstLaunch,
    ...more,
  };
  const init = ["stack", "init", stack, "--non-interactive"];
  await measure({ file: pulumi.command, words: init, cwd, env });
  for (const setting of Object.entries(config)) {
    const set = ["config", "set", ...setting, "--stack", stack, "--non-interactive"];
    await measure({ file: pulumi.command, words: set, cwd, env });
  }

  return {
    async command(scenario) {
      const edition = scenario === "replace all" || scenario === "destroy" ? "2" : "1";
      const command: Command = {
        file,
        words: words(scenario),
        cwd,
        env: { ...env, BENCH_EDITION: edition },
      };
      return command;
    },
    async stateBytesPerJob() {
      return bytesPerJob(await readFile(path.join(folder, stateFile), "utf8"), jobs);
    },
    async firstLaunchAt() {
      const noted = await readFile(firstLaunch, "utf8").catch(() => undefined);
      return noted === undefined ? undefined : Number(noted);
    },
    async [Symbol.asyncDispose]() {},
  };
}

/** What the file would be smaller by without the jobs, for each of them. */
function bytesPerJob(state: string, jobs: number): number {
  const { checkpoint } = JSON.parse(state);
  const resources: readonly { readonly type: string }[] = checkpoint.latest.resources;
  const isOfFloor = (type: string) => type.startsWith("pulumi-nodejs:dynamic");
  const own = resources.filter(
    ({ type }) => isOfFloor(type) || isJobType(type) || isArrayType(type),
  );
  const isArray = isArrayType(own[0]?.type);
  if (own.length !== (isArray ? 1 : jobs))
    throw new Error(`the state holds ${own.length} of ${jobs} jobs`);
  const compact = JSON.stringify(JSON.parse(state)).length;
  const ownShare = own.reduce((sum, one) => sum + JSON.stringify(one).length + 1, 0) / compact;
  return (ownShare * Buffer.byteLength(state)) / jobs;
}

/** The user's settings are for the user's stacks and servers. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(PULUMI|CANFAR|NODE_OPTIONS)/.test(name)),
  );
}
