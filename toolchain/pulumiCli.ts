// Getting a Pulumi CLI that runs Node programs and dynamic providers, whatever the machine can reach:
//
//   1. the `pulumi` on PATH;
//   2. one that was installed below PULUMI_HOME before, the newest first;
//   3. the official release;
//   4. one built from its Go module, with our own language host: this needs package registries only.
//
// Of the first two each will do that is promised: a user is not kept waiting for a newer one. Tests are to see the
// newest, and one version alone where they ask for it.

import { mkdir, readdir } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import rcompare from "semver/functions/rcompare";
import satisfies from "semver/functions/satisfies";
import valid from "semver/functions/valid";
import { checkout } from "./checkout";
import { exclusively } from "./exclusively";
import { findExecutable } from "./executables";
import { buildFromGo } from "./goBuild";
import { grpcWithoutProxy } from "./network";
import { placeNodeHelpers } from "./nodeHelpers";
import { installRelease } from "./officialRelease";
import { judgePulumi } from "./pulumiVerdict";
import { versionMemory } from "./versionMemory";
import { installWhole } from "./wholeFolder";

/** The newest that the tests pass with: what is installed where there is none. */
export const pulumiVersion = "3.276.0";
/** The oldest that is promised, as the peer dependency says: one that is there already will do. */
export const oldestPulumi = "3.250.0";

export interface Pulumi {
  /** The absolute path of `pulumi`. */
  readonly command: string;
  readonly version: string;
  /** To be added to the environment of `command`: it needs its helpers and Node on PATH, and itself without a proxy. */
  readonly env: NodeJS.ProcessEnv;
  readonly origin: "path" | "installed" | "release" | "go";
}

/** What the search depends on; each has a default that is right outside tests. */
export interface Surroundings {
  /** PATH, HOME, PULUMI_HOME and Go's settings. */
  readonly env: NodeJS.ProcessEnv;
  /** Called with one line for each thing that takes time. */
  readonly say: (line: string) => void;
  /** Called while a `pulumi` is asked for its version, which takes a fifth of a second. */
  readonly meanwhile: () => void;
  /** Puts the official release into `folder`/bin. */
  readonly installRelease: (folder: string, version: string) => Promise<void>;
  /** The compiled languageHost.ts. */
  readonly languageHost: string;
  /** What is installed where there is none. */
  readonly version: string;
  /** The range of those that will do. */
  readonly accepted: string;
  /** The range of those below PULUMI_HOME that keep a better one from being installed. */
  readonly preferred: string;
  /** How often a second run looks whether the first has finished. */
  readonly pollMs: number;
  /** How often a build says that it is still going on. */
  readonly progressMs: number;
}

export async function getPulumi(options: Partial<Surroundings> = {}): Promise<Pulumi> {
  const surroundings = surroundingsWith(options);
  const { env, say, pollMs } = surroundings;
  const failures: string[] = [];

  const there =
    (await onPath(surroundings, failures)) ??
    (await installed({ ...surroundings, accepted: surroundings.preferred }, failures));
  if (there) return there;

  const ours = path.join(pulumiHome(env), "pulumi-skaha");
  await mkdir(ours, { recursive: true }).catch((error: Error) => {
    throw new Error(
      `There is no usable Pulumi CLI, and none can be installed below ${ours} (${error.message}): set PULUMI_HOME to a folder that can be written.`,
      { cause: error },
    );
  });
  return await exclusively(path.join(ours, "installing"), { say, pollMs }, async () => {
    const made =
      (await installed({ ...surroundings, accepted: surroundings.preferred }, [])) ?? // by the run that was waited for
      (await released(surroundings, failures)) ??
      (await built(surroundings, failures)) ??
      (await installed(surroundings, [])); // better than none
    if (made) return made;
    throw new Error(
      [
        "There is no usable Pulumi CLI, and none could be installed. Tried:",
        ...failures.map((failure) => `  - ${failure}`),
        `Install Pulumi ${surroundings.version} (https://www.pulumi.com/docs/install), or Go (https://go.dev/dl) with a way to its module proxy, and run this again.`,
      ].join("\n"),
    );
  });
}

/** @returns undefined where there is none yet: nothing is installed */
export async function findPulumi(): Promise<Pulumi | undefined> {
  const surroundings = surroundingsWith({ say: () => {} });
  return (await onPath(surroundings, [])) ?? (await installed(surroundings, []));
}

function surroundingsWith(options: Partial<Surroundings>): Surroundings {
  const accepted = options.accepted ?? `>=${oldestPulumi} <4`;
  return {
    env: process.env,
    say: (line) => process.stderr.write(`${line}\n`),
    meanwhile: () => {},
    installRelease,
    languageHost: path.join(checkout, "dist/toolchain/languageHost.js"),
    version: pulumiVersion,
    accepted,
    preferred: accepted,
    pollMs: 500,
    progressMs: 60_000,
    ...options,
  };
}

async function onPath(surroundings: Surroundings, failures: string[]): Promise<Pulumi | undefined> {
  const command = findExecutable("pulumi", surroundings.env.PATH);
  if (!command) {
    failures.push("pulumi on PATH: there is none.");
    return undefined;
  }
  const verdict = await judge(command, surroundings);
  if ("version" in verdict) return pulumi(command, verdict.version, "path", surroundings);
  surroundings.say(`The pulumi on PATH is not used: ${verdict.reason}`);
  failures.push(`pulumi on PATH: ${verdict.reason}`);
  return undefined;
}

async function installed(
  surroundings: Surroundings,
  failures: string[],
): Promise<Pulumi | undefined> {
  const home = pulumiHome(surroundings.env);
  const reasons: string[] = [];
  const candidates = await installationsBelow(home, surroundings.accepted);
  for (const { folder, isBuilt } of candidates) {
    const command = findExecutable("pulumi", path.join(folder, "bin"));
    if (!command) continue;
    if (isBuilt) await placeNodeHelpers(path.dirname(command), surroundings);
    const verdict = await judge(command, surroundings);
    if ("version" in verdict) return pulumi(command, verdict.version, "installed", surroundings);
    reasons.push(verdict.reason);
  }
  failures.push(`installed before, below ${home}: ${reasons.join(" ") || "there is none."}`);
  return undefined;
}

/** Releases and what was built from Go, also by another version of this package; the newest first. */
async function installationsBelow(
  home: string,
  accepted: string,
): Promise<readonly { readonly folder: string; readonly isBuilt: boolean }[]> {
  const named = async (parent: string, name: RegExp, isBuilt: boolean) =>
    (await readdir(parent).catch(() => [])).flatMap((entry) => {
      const version = valid(name.exec(entry)?.[1]);
      if (version === null || !satisfies(version, accepted)) return [];
      return [{ version, folder: path.join(parent, entry), isBuilt }];
    });
  const releases = await named(path.join(home, "versions"), /^(.*)$/, false);
  const built = await named(path.join(home, "pulumi-skaha"), /^v(.*)-go$/, true);
  return [...releases, ...built].sort((a, b) => rcompare(a.version, b.version));
}

function goBuiltFolder(home: string, version: string): string {
  return path.join(home, "pulumi-skaha", `v${version}-go`);
}

async function released(
  surroundings: Surroundings,
  failures: string[],
): Promise<Pulumi | undefined> {
  surroundings.say(
    `Downloading the official release of Pulumi ${surroundings.version} (one to three minutes; given up within seconds where get.pulumi.com cannot be reached) ...`,
  );
  const folder = path.join(pulumiHome(surroundings.env), "versions", surroundings.version);
  try {
    return await installWhole(folder, async (part) => {
      await surroundings.installRelease(part, surroundings.version);
      const version = await insist(path.join(part, "bin"), surroundings);
      return pulumi(path.join(folder, "bin/pulumi"), version, "release", surroundings);
    });
  } catch (error) {
    failures.push(`the official release: ${sentence(error)}`);
    return undefined;
  }
}

async function built(surroundings: Surroundings, failures: string[]): Promise<Pulumi | undefined> {
  const folder = goBuiltFolder(pulumiHome(surroundings.env), surroundings.version);
  try {
    return await installWhole(folder, async (part) => {
      const bin = path.join(part, "bin");
      await buildFromGo(path.join(bin, "pulumi"), surroundings.version, surroundings);
      await placeNodeHelpers(bin, surroundings);
      const version = await insist(bin, surroundings);
      return pulumi(path.join(folder, "bin/pulumi"), version, "go", surroundings);
    });
  } catch (error) {
    failures.push(`built from its Go module: ${sentence(error)}`);
    return undefined;
  }
}

async function insist(bin: string, surroundings: Surroundings): Promise<string> {
  const command = findExecutable("pulumi", bin);
  if (!command) throw new Error("it left no `pulumi` behind.");
  const verdict = await judge(command, surroundings);
  if ("reason" in verdict) throw new Error(verdict.reason);
  return verdict.version;
}

function judge(
  command: string,
  { env, accepted, meanwhile }: Surroundings,
): ReturnType<typeof judgePulumi> {
  return judgePulumi(command, {
    ...{ accepted, meanwhile },
    env: { ...env, PULUMI_HOME: pulumiHome(env) },
    memory: versionMemory(path.join(pulumiHome(env), "pulumi-skaha/version.json")),
  });
}

function pulumi(
  command: string,
  version: string,
  origin: Pulumi["origin"],
  { env }: Surroundings,
): Pulumi {
  const folders = [path.dirname(command), path.join(checkout, "node_modules/.bin"), env.PATH ?? ""];
  return {
    command,
    version,
    origin,
    env: {
      PATH: folders.join(path.delimiter),
      PULUMI_SKIP_UPDATE_CHECK: "true",
      ...grpcWithoutProxy(env),
    },
  };
}

/** Where Pulumi keeps what is not of one project. */
export function pulumiHome(env: NodeJS.ProcessEnv): string {
  return path.resolve(env.PULUMI_HOME || path.join(env.HOME || homedir(), ".pulumi"));
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
