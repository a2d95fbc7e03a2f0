// The program's files for a crate: those of the commit that launched the jobs where git has it, else those that are tracked now,
// else those of the folder, and what jobs' `files` took to /arc. No passphrase, state or package comes along, and of the stacks'
// configuration no secret.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, readdir, readFile, realpath, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { CommandError } from "../commandError";
import { type PlaceInGit, placeInGit } from "./program/git";
import { completed, type LaunchedFiles, listed, neededOutside } from "./program/launchedFiles";
import { commonFolder, type Selection, selectionOf } from "./program/selection";
import { checkoutSource, commitSource, plainSource } from "./program/source";
import { withoutSecretsOfConfig } from "./stackConfig";

export interface ProgramCopy {
  /** Paths in the copy, with `/`, each with its SHA-256. */
  readonly files: Readonly<Record<string, string>>;
  /** Where the project is in the copy, with `/`: not at its top where jobs need files beside the project. */
  readonly place: string;
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
  readonly files: readonly LaunchedFiles[];
  /** Where the project's program is, below the project: what `files` start from. */
  readonly base: string;
}

/**
 * @param project the folder of Pulumi.yaml
 * @param target is not there yet
 */
export async function copyProgram(
  project: string,
  target: string,
  { commits, isDirty, stack, files, base }: LaunchedBy,
): Promise<ProgramCopy> {
  const at = await placeInGit(project);
  const [commit = ""] = commits;
  const isOfOne = commits.length === 1 && !isDirty;
  const committed = at && isOfOne ? await commitSource(at, commit) : undefined;
  const source =
    committed ?? (at ? await checkoutSource(at) : await plainSource(project, mostFiles));
  const ofProject = {
    ...{ project, base, top: at?.top ?? (await realpath(project)) },
    folder: at?.folder ?? "",
  };
  const needed = neededOutside(files, ofProject);
  const root = commonFolder([ofProject.folder, ...needed.map(folderOf)]);
  const place = path.posix.relative(root, ofProject.folder);
  const selection = selectionOf(source.entries, ofProject.folder, needed);
  await assertFew(selection, project, committed ? undefined : ofProject.top);
  await source.write(selection.placed, root, target);
  await copyConfig(project, stack, path.join(target, place));
  const notes = await completed(files, {
    ...{ ...ofProject, target, root, mostBytes, isInGit: at !== undefined },
    isTracked: (name) => at !== undefined && source.entries.has(name),
  });
  return {
    ...{ files: await finished(target), place, folder: at?.folder },
    commit: committed ? commit : at?.head,
    isDirty: !committed && (at?.isDirty ?? false),
    notes: [
      ...(committed ? [] : notesOf(commits, isDirty, at)),
      ...deadLinksNote(selection, ofProject.folder, at !== undefined),
      ...notes,
    ],
  };
}

function folderOf(name: string): string {
  const folder = path.posix.dirname(name);
  return folder === "." ? "" : folder;
}

function deadLinksNote({ deadLinks }: Selection, folder: string, isInGit: boolean): string[] {
  if (deadLinks.length === 0) return [];
  const [links, they, these] =
    deadLinks.length === 1 ? ["this link", "it leads", "is"] : ["these links", "they lead", "are"];
  return [
    `Of the program ${links} ${these} not in the copy, because ${they} out of the ${isInGit ? "repository" : "folder"}, to nothing, or to what stays out: ${listed(deadLinks.map((one) => path.posix.relative(folder, one)))}.`,
  ];
}

function notesOf(
  commits: readonly string[],
  isDirty: boolean,
  at: PlaceInGit | undefined,
): string[] {
  if (at === undefined) {
    return [
      "The program is in no git repository that has a commit: its files are those that the folder has now.",
    ];
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

async function assertFew(
  { placed }: Selection,
  project: string,
  /** Undefined: the sizes are git's to know. */
  top: string | undefined,
): Promise<void> {
  if (placed.length > mostFiles) {
    throw new CommandError(
      `the program's folder ${project} has more than ${mostFiles} files: keep data elsewhere, or ignore it in git`,
    );
  }
  let bytes = 0;
  for (const { from } of top === undefined ? [] : placed) {
    bytes += (await stat(path.join(top ?? "", from))).size;
    if (bytes <= mostBytes) continue;
    throw new CommandError(
      `the program's folder ${project} has more than ${mostBytes / 2 ** 20} MiB: keep data elsewhere, or ignore it in git`,
    );
  }
}

async function copyConfig(project: string, stack: string, target: string): Promise<void> {
  const name = `Pulumi.${stack}.yaml`;
  const isThere = async (folder: string) =>
    (await stat(path.join(folder, name)).catch(() => undefined))?.isFile();
  if ((await isThere(project)) && !(await isThere(target))) {
    await copyFile(path.join(project, name), path.join(target, name));
  }
}

/** Takes secrets out of stacks' configuration, and sums up all files. */
async function finished(target: string): Promise<ProgramCopy["files"]> {
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
  return files;
}

export async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
