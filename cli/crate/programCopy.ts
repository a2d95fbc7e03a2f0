// The program's files for a crate: those of the commit that launched the jobs where git has it, else those that are tracked now,
// else those of the folder. No passphrase, state or package comes along, and of the stacks' configuration no secret.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, lstat, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { scratchFolder } from "../../machine/scratchFolder";
import { CommandError } from "../commandError";
import { withoutSecretsOfConfig } from "./stackConfig";

export interface ProgramCopy {
  /** Paths in the copy, with `/`, each with its SHA-256. */
  readonly files: Readonly<Record<string, string>>;
  /** The commit whose files these are; undefined where they are those of the folder. */
  readonly commit: string | undefined;
  /** Whether they differ from that commit's. */
  readonly isDirty: boolean;
  /** Of the project's folder in its repository, with `/`; empty at its top. */
  readonly folder: string | undefined;
  /** What is to be known of the copy, as sentences. */
  readonly notes: readonly string[];
}

/** More is no program, but data that was put beside it. */
const mostFiles = 5_000;
const mostBytes = 200 * 2 ** 20;

export interface LaunchedBy {
  readonly commits: readonly string[];
  /** Whether one of them had changes besides. */
  readonly isDirty: boolean;
  /** Whose configuration comes along, also where git does not have it. */
  readonly stack: string;
}

/** @param project the folder of Pulumi.yaml */
export async function copyProgram(
  project: string,
  target: string,
  { commits, isDirty, stack }: LaunchedBy,
): Promise<ProgramCopy> {
  await mkdir(target, { recursive: true });
  const [commit] = commits;
  const at = await placeInGit(project);
  if (at !== undefined && commit !== undefined && commits.length === 1 && !isDirty) {
    if (await copyCommit(project, at, commit, target)) {
      await copyConfig(project, stack, target);
      return { ...(await finished(target)), commit, isDirty: false, folder: at.folder, notes: [] };
    }
  }
  const names = at === undefined ? await filesBelow(project) : await trackedFiles(project);
  await copyFiles(project, names, target);
  await copyConfig(project, stack, target);
  return {
    ...(await finished(target)),
    commit: at?.head,
    isDirty: at?.isDirty ?? false,
    folder: at?.folder,
    notes: notesOf(commits, isDirty, at),
  };
}

function notesOf(
  commits: readonly string[],
  isDirty: boolean,
  at: PlaceInGit | undefined,
): string[] {
  if (at === undefined) {
    return ["The program is in no git repository: its files are those that the folder has now."];
  }
  const now = `the copy has the tracked files of ${at.head.slice(0, 12)} as they are now${at.isDirty ? ", with changes that are not committed" : ""}`;
  if (commits.length === 0) {
    return [`The jobs' states name no commit: ${now}.`];
  }
  if (isDirty) {
    return [`Jobs were launched with changes that were not committed: ${now}.`];
  }
  if (commits.length > 1) {
    return [`The jobs were launched by ${commits.length} commits: ${now}.`];
  }
  return [`This repository does not have the commit ${commits[0]} that launched the jobs: ${now}.`];
}

export interface PlaceInGit {
  readonly top: string;
  /** Of the project below it, with `/`. */
  readonly folder: string;
  readonly head: string;
  readonly isDirty: boolean;
}

/** @returns undefined without git, outside a checkout, and in one without a commit */
export async function placeInGit(project: string): Promise<PlaceInGit | undefined> {
  try {
    const [top, prefix, head, changes] = await Promise.all([
      git(project, ["rev-parse", "--show-toplevel"]),
      git(project, ["rev-parse", "--show-prefix"]),
      git(project, ["rev-parse", "HEAD"]),
      git(project, ["status", "--porcelain", "--untracked-files=no", "--", "."]),
    ]);
    return {
      top: top.trimEnd(),
      folder: prefix.trimEnd().replace(/\/$/, ""),
      head: head.trim(),
      isDirty: changes.trim() !== "",
    };
  } catch {
    return undefined;
  }
}

/** @returns false where the repository does not have that commit, or the commit not that folder */
async function copyCommit(
  project: string,
  { top, folder }: PlaceInGit,
  commit: string,
  target: string,
): Promise<boolean> {
  const tree = `${commit}:${folder}`;
  try {
    await git(project, ["cat-file", "-e", tree]);
  } catch {
    return false;
  }
  await using scratch = await scratchFolder();
  // An index of its own: that of the checkout stays as it is.
  const env = { ...process.env, GIT_INDEX_FILE: path.join(scratch.path, "index") };
  await git(top, ["read-tree", tree], env);
  const listed = await git(top, ["ls-files", "-z", "--stage"], env);
  const names = listed.split("\0").flatMap((line) => {
    const [, mode, name = ""] = /^(\d+) [^\t]*\t(.*)$/s.exec(line) ?? [];
    return mode?.startsWith("100") && isWanted(name) ? [name] : []; // no link, and no repository within
  });
  assertFew(names.length, project);
  await checkOut(top, names, `${target}/`, env);
  return true;
}

/** The names go through a pipe: they may be thousands. */
async function checkOut(
  top: string,
  names: readonly string[],
  prefix: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const words = ["checkout-index", "--force", "-z", "--stdin", `--prefix=${prefix}`];
  await new Promise<void>((resolve, reject) => {
    const child = execFile("git", words, { cwd: top, env }, (error) =>
      error ? reject(error) : resolve(),
    );
    child.stdin?.end(names.map((name) => `${name}\0`).join(""));
  });
}

async function trackedFiles(project: string): Promise<readonly string[]> {
  const text = await git(project, ["ls-files", "-z"]);
  return text.split("\0").filter((name) => name !== "" && isWanted(name));
}

async function filesBelow(project: string): Promise<readonly string[]> {
  const found: string[] = [];
  const walk = async (folder: string): Promise<void> => {
    const entries = await readdir(path.join(project, folder), { withFileTypes: true });
    const names = entries.map(({ name }) => name);
    if (names.includes("ro-crate-metadata.json")) return; // an earlier crate
    for (const entry of entries) {
      const name = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (!isWanted(name)) continue;
      if (entry.isDirectory()) await walk(name);
      else if (entry.isFile()) found.push(name);
      assertFew(found.length, project);
    }
  };
  await walk("");
  return found;
}

/** Neither what is hidden, nor packages, logs or states. */
function isWanted(name: string): boolean {
  const parts = name.split("/");
  return parts.every(
    (part) => !part.startsWith(".") && !["node_modules", "logs", "__pycache__"].includes(part),
  );
}

function assertFew(count: number, project: string): void {
  if (count <= mostFiles) return;
  throw new CommandError(
    `the program's folder ${project} has more than ${mostFiles} files: keep data elsewhere, or ignore it in git`,
  );
}

async function copyFiles(project: string, names: readonly string[], target: string): Promise<void> {
  assertFew(names.length, project);
  let bytes = 0;
  for (const name of names) {
    const from = path.join(project, name);
    const stats = await lstat(from).catch(() => undefined);
    if (!stats?.isFile()) continue; // a link, or removed and not committed
    bytes += stats.size;
    if (bytes > mostBytes) {
      throw new CommandError(
        `the program's folder ${project} has more than ${mostBytes / 2 ** 20} MiB: keep data elsewhere, or ignore it in git`,
      );
    }
    await mkdir(path.dirname(path.join(target, name)), { recursive: true });
    await copyFile(from, path.join(target, name));
  }
}

async function copyConfig(project: string, stack: string, target: string): Promise<void> {
  const name = `Pulumi.${stack}.yaml`;
  const isThere = await lstat(path.join(target, name)).catch(() => undefined);
  if (isThere === undefined) await copyFiles(project, [name], target);
}

/** Takes secrets out of stacks' configuration, and sums up all files. */
async function finished(target: string): Promise<Pick<ProgramCopy, "files">> {
  const names = (await readdir(target, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(target, path.join(entry.parentPath, entry.name)))
    .map((name) => name.split(path.sep).join("/"))
    .sort();
  const files: Record<string, string> = {};
  for (const name of names) {
    const file = path.join(target, name);
    if (/^Pulumi\..+\.ya?ml$/.test(path.basename(name))) {
      await writeFile(file, withoutSecretsOfConfig(await readFile(file, "utf8")));
    }
    files[name] = await sha256Of(file);
  }
  return { files };
}

export async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

async function git(
  folder: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const options = { cwd: folder, env, timeout: 60_000, maxBuffer: 2 ** 26 };
  return (await promisify(execFile)("git", words, options)).stdout;
}
