// The state of the stack that Pulumi would take, read from its file without asking Pulumi, which takes half a second.
// Only what is plain is read; for all else, as for a backend that is no folder, there is Pulumi itself.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
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
  const projectFile = path.join(folder, "Pulumi.yaml");
  const text = textOf(projectFile);
  const project = text && /^name: *["']?([\w.-]+)["']? *(#.*)?$/m.exec(text)?.[1];
  if (!text || !project) return undefined;
  const url = env.PULUMI_BACKEND_URL || urlIn(text) || urlOfLogin(env);
  const backend = url === undefined ? undefined : folderOf(url, folder);
  const named = wanted ?? (env.PULUMI_STACK || selected(env, project, projectFile));
  if (backend === undefined || named === undefined) return undefined;
  const parts = named.split("/"); // organization/project/stack
  const [stack] = parts.slice(-1);
  const isOfProject = parts.length < 3 || parts[1] === project;
  if (!stack || !isOfProject) return undefined;
  return path.join(backend, "stacks", project, `${stack}.json`);
}

/** The resources in a state file's text. @throws where it is cut */
export function resourcesIn(text: string): readonly unknown[] {
  const resources = JSON.parse(text)?.checkpoint?.latest?.resources;
  return Array.isArray(resources) ? resources : [];
}

/** @returns undefined where there is none */
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
  const { PULUMI_CREDENTIALS_PATH: folder = pulumiHome(env) } = env;
  const { current } = objectIn(path.join(folder, "credentials.json"));
  return typeof current === "string" ? current : undefined;
}

/** What `pulumi stack select` left (sdk/go/common/workspace/workspace.go). */
function selected(
  env: NodeJS.ProcessEnv,
  project: string,
  projectFile: string,
): string | undefined {
  const hash = createHash("sha1").update(projectFile).digest("hex");
  const file = path.join(pulumiHome(env), "workspaces", `${project}-${hash}-workspace.json`);
  const { stack } = objectIn(file);
  return typeof stack === "string" ? stack : undefined;
}

function pulumiHome({ PULUMI_HOME: home, HOME = homedir() }: NodeJS.ProcessEnv): string {
  return home || path.join(HOME, ".pulumi");
}

function objectIn(file: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(textOf(file) ?? "{}") ?? {};
  } catch {
    return {};
  }
}
