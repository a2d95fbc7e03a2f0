// The state of the stack that Pulumi would take, read from its file without asking Pulumi, which takes half a second.
// Only what is plain is read; for all else, as for a backend that is no folder, there is Pulumi itself.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { userInfo } from "node:os";
import path from "node:path";
import { folderOf } from "./fileBackend";

export interface StackSelection {
  /** Of Pulumi.yaml. */
  readonly folder: string;
  /** What Pulumi is run with. */
  readonly env: NodeJS.ProcessEnv;
  /** As `--stack` has it. @default the one that is selected */
  readonly stack?: string | undefined;
}

/** @returns undefined where the file cannot be told; there may be none */
export function stateFileOf({ folder, env, stack: wanted }: StackSelection): string | undefined {
  if (existsSync(path.join(folder, "Pulumi.json"))) return undefined; // Pulumi prefers it
  if (optionsOfPulumi.some((name) => env[name])) return undefined;
  const text = textOf(path.join(folder, "Pulumi.yaml"));
  const project = text && /^name: *["']?([\w.-]+)["']? *(#.*)?$/m.exec(text)?.[1];
  if (!text || !project) return undefined;
  const url = env.PULUMI_BACKEND_URL || urlIn(text) || urlOfLogin(env);
  const backend = url === undefined ? undefined : folderOf(url, folder);
  if (url === undefined || backend === undefined) return undefined;
  const named = wanted ?? env.PULUMI_STACK ?? selected(env, { project, folder, url });
  if (named === undefined) return undefined;
  const parts = named.split("/"); // organization/project/stack
  const [stack] = parts.slice(-1);
  const isOfProject = parts.length < 3 || parts[1] === project;
  if (!stack || !isOfProject) return undefined;
  const file = path.join(backend, "stacks", project, `${stack}.json`);
  return existsSync(`${file}.gz`) ? undefined : file; // the newer one of both is the state
}

/** Every option of Pulumi's can be a variable too (pkg/cmd/pulumi/main: `PULUMI_OPTION_`); these name a stack or its files. */
const optionsOfPulumi = ["STACK", "CONFIG_FILE", "CWD"].map((name) => `PULUMI_OPTION_${name}`);

/** @returns the resources in a state file's text; undefined where it is cut, as by a run that was killed */
export function resourcesIn(text: string): readonly unknown[] | undefined {
  try {
    const resources = JSON.parse(text)?.checkpoint?.latest?.resources;
    return Array.isArray(resources) ? resources : [];
  } catch {
    return undefined; // Pulumi says so too, and `leftover.ts` what to do
  }
}

/** Forms of the file whose `latest` is what `pulumi stack export` has under `deployment` (sdk/go/common/apitype/core.go). */
const knownVersions: readonly unknown[] = [3, 4];

/** @returns what `pulumi stack export` has under `deployment`; undefined where only Pulumi can tell it */
export function deploymentOf(file: string): object | undefined {
  try {
    const { version, checkpoint } = JSON.parse(textOf(file) ?? "");
    const latest: unknown = checkpoint?.latest ?? {};
    return knownVersions.includes(version) && typeof latest === "object" && latest
      ? latest
      : undefined;
  } catch {
    return undefined; // there is none, or it is just being written
  }
}

/** @returns undefined where there is none */
/** A stack's state as a file of this machine has it at a time. */
export interface StateFile {
  readonly file: string;
  /** Undefined where there is none, or it cannot be read. */
  readonly text: string | undefined;
}

/** @returns undefined where the state is kept elsewhere */
export function readState(selection: Parameters<typeof stateFileOf>[0]): StateFile | undefined {
  const file = stateFileOf(selection);
  return file === undefined ? undefined : { file, text: textOf(file) };
}

export function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined; // Pulumi says what is wrong with it
  }
}

function urlIn(projectFile: string): string | undefined {
  if (!/^backend:/m.test(projectFile)) return undefined;
  // Any other way to write it is none that this knows.
  return /^backend:\n +url: *["']?([^"'\s#]+)["']? *$/m.exec(projectFile)?.[1] ?? "unknown:";
}

/** Where `pulumi login` went last (sdk/go/common/workspace/creds.go). */
function urlOfLogin(env: NodeJS.ProcessEnv): string | undefined {
  const folder = env.PULUMI_CREDENTIALS_PATH || pulumiHome(env);
  if (folder === undefined) return undefined;
  const { current } = objectIn(path.join(folder, "credentials.json"));
  return typeof current === "string" ? current : undefined;
}

/**
 * What `pulumi stack select` left (pkg/workspace/workspace.go): one stack for the folder as the shell has it; since 3.276
 * one for each backend's URL, for the folder without links if there is one.
 * @returns undefined where there is none, or where it depends on the Pulumi which one is taken
 */
function selected(
  env: NodeJS.ProcessEnv,
  { project, folder, url }: { project: string; folder: string; url: string },
): string | undefined {
  const home = pulumiHome(env);
  if (home === undefined) return undefined;
  const names = [workingDirectory(env, folder), realpathSync(folder)].flatMap((place) => {
    const hash = createHash("sha1").update(path.join(place, "Pulumi.yaml")).digest("hex");
    const file = path.join(home, "workspaces", `${project}-${hash}-workspace.json`);
    const { stack, stacks } = objectIn(file);
    const ofBackend = Object.entries(stacks ?? {}).find(([key]) => key === url)?.[1];
    return [stack, ofBackend].flatMap((name) => (typeof name === "string" && name ? [name] : []));
  });
  return new Set(names).size === 1 ? names[0] : undefined;
}

/** As Go's `os.Getwd` tells it: through a link where the shell went through it. */
function workingDirectory({ PWD: shown = "" }: NodeJS.ProcessEnv, folder: string): string {
  const here = statSync(folder);
  const there = path.isAbsolute(shown) ? statSync(shown, { throwIfNoEntry: false }) : undefined;
  const isSame = there?.dev === here.dev && there.ino === here.ino;
  return isSame ? shown : realpathSync(folder);
}

/** Undefined where the user's home may be taken for one or the other. */
function pulumiHome({ PULUMI_HOME: own, HOME }: NodeJS.ProcessEnv): string | undefined {
  if (own) return own;
  const { homedir } = userInfo();
  return HOME === undefined || HOME === homedir ? path.join(homedir, ".pulumi") : undefined;
}

function objectIn(file: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(textOf(file) ?? "{}") ?? {};
  } catch {
    return {};
  }
}
