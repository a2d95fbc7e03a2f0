// Where the files of a program are read: in a commit, in a checkout as it is now, or in a folder without git.
import { lstatSync, readlinkSync } from "node:fs";
import { copyFile, mkdir, readdir, realpath, rename, rm } from "node:fs/promises";
import path from "node:path";
import { scratchFolder } from "../../../machine/scratchFolder";
import { git, type PlaceInGit } from "./git";
import { type Entries, type Entry, isWanted, type Placed } from "./selection";

export interface ProgramSource {
  readonly entries: Entries;
  /**
   * @param root the folder below the top whose place `target` takes: all files are put below it
   * @param target is not there yet
   */
  write(files: readonly Placed[], root: string, target: string): Promise<void>;
}

type Tracked = Entry & {
  readonly mode: string;
  readonly object: string;
  /** The repository within this one that has it, by its path; "" for none. */
  readonly repository: string;
};

/** @returns undefined where the repository does not have that commit, or the commit not that folder */
export async function commitSource(
  { top, folder }: PlaceInGit,
  commit: string,
): Promise<ProgramSource | undefined> {
  try {
    await git(top, ["cat-file", "-e", `${commit}:${folder}`]);
  } catch {
    return undefined;
  }
  const entries = new Map<string, Tracked>();
  /** What each repository is at, by its path: the top's is "". */
  const trees = new Map<string, string>();
  await listTree(top, "", commit, { entries, trees });
  return { entries, write: (...words) => writeTracked({ top, entries, trees }, ...words) };
}

interface Listing {
  readonly entries: Map<string, Tracked>;
  readonly trees: Map<string, string>;
}

/** With the repositories within that are checked out: the others have no files here. */
async function listTree(top: string, repository: string, commit: string, found: Listing) {
  const folder = path.join(top, repository);
  found.trees.set(repository, commit);
  const listed = await git(folder, ["ls-tree", "-r", "-z", "--full-tree", commit]);
  const links: { readonly name: string; readonly object: string }[] = [];
  for (const line of listed.split("\0")) {
    const [, mode = "", object = "", below] = /^(\d+) \w+ (\w+)\t(.*)$/s.exec(line) ?? [];
    if (below === undefined) continue;
    const name = repository === "" ? below : `${repository}/${below}`;
    if (mode === "160000") {
      if (await hasCommit(path.join(top, name), object)) await listTree(top, name, object, found);
    } else if (mode === "120000") links.push({ name, object });
    else found.entries.set(name, { kind: "file", mode, object, repository });
  }
  const texts = await blobs(
    folder,
    links.map(({ object }) => object),
  );
  for (const [at, { name, object }] of links.entries()) {
    const target = withinTop(texts[at] ?? "", name, top);
    found.entries.set(name, { kind: "link", target, mode: "120000", object, repository });
  }
}

/** The texts of objects, by one process: a repository may have thousands of links. */
async function blobs(folder: string, objects: readonly string[]): Promise<readonly string[]> {
  if (objects.length === 0) return [];
  const stdin = objects.map((object) => `${object}\n`).join("");
  // A character is a byte here, because sizes are told in bytes.
  const told = await git(folder, ["cat-file", "--batch"], { stdin, encoding: "latin1" });
  const texts: string[] = [];
  for (let at = 0; at < told.length; ) {
    const start = told.indexOf("\n", at) + 1;
    const size = Number(told.slice(at, start).split(" ")[2]);
    texts.push(Buffer.from(told.slice(start, start + size), "latin1").toString());
    at = start + size + 1;
  }
  return texts;
}

/** Of a folder that is no checkout git would tell of the one around it. */
async function hasCommit(folder: string, commit: string): Promise<boolean> {
  try {
    const top = await git(folder, ["rev-parse", "--show-toplevel"]);
    if (top.trimEnd() !== (await realpath(folder))) return false;
    await git(folder, ["cat-file", "-e", `${commit}^{commit}`]);
    return true;
  } catch {
    return false;
  }
}

/** By git itself, which undoes what filters did to the files. */
async function writeTracked(
  { top, entries, trees }: Listing & { readonly top: string },
  files: readonly Placed[],
  root: string,
  target: string,
): Promise<void> {
  const stage = `${target}.part`;
  const of = Map.groupBy(files, ({ from }) => entries.get(from)?.repository ?? "");
  for (const [repository, ofIt] of of) {
    await using scratch = await scratchFolder();
    // An index of its own: that of the checkout stays as it is.
    const env = { ...process.env, GIT_INDEX_FILE: path.join(scratch.path, "index") };
    const folder = path.join(top, repository);
    const place = repository === "" ? [] : [`--prefix=${repository}/`];
    await git(folder, ["read-tree", ...place, trees.get(repository) ?? ""], { env });
    const lines = ofIt.map(({ to, from }) => {
      const { mode, object } = entries.get(from) ?? {};
      return to === from ? "" : `${mode} ${object}\t${to}\0`;
    });
    const stdin = lines.join("");
    await git(folder, ["update-index", "-z", "--replace", "--index-info"], { env, stdin });
    const words = ["checkout-index", "--force", "-z", "--stdin", `--prefix=${stage}/`];
    await git(folder, words, { env, stdin: ofIt.map(({ to }) => `${to}\0`).join("") });
  }
  await mkdir(path.join(stage, root), { recursive: true });
  await rename(path.join(stage, root), target);
  await rm(stage, { recursive: true, force: true });
}

/** What git tracks, as it is in the checkout now. */
export async function checkoutSource({ top }: PlaceInGit): Promise<ProgramSource> {
  const words = ["ls-files", "-z"];
  // It refuses a repository within that is configured and not there.
  const listed = await git(top, [...words, "--recurse-submodules"]).catch(() => git(top, words));
  return folderSource(top, listed.split("\0"));
}

/** What a folder has that may be a part of a program. */
export async function plainSource(folder: string, mostFiles: number): Promise<ProgramSource> {
  const found: string[] = [];
  const walk = async (below: string): Promise<void> => {
    const entries = await readdir(path.join(folder, below), { withFileTypes: true });
    if (entries.some(({ name }) => name === "ro-crate-metadata.json")) return; // an earlier crate
    for (const entry of entries) {
      const name = below === "" ? entry.name : `${below}/${entry.name}`;
      if (!isWanted(name)) continue;
      if (entry.isDirectory()) await walk(name);
      else found.push(name);
      if (found.length > mostFiles) return; // who selects them refuses so many
    }
  };
  await walk("");
  return folderSource(folder, found);
}

/** @param names with some that are no files by now */
function folderSource(top: string, names: readonly string[]): ProgramSource {
  const entries = new Map(names.flatMap((name) => entryOf(top, name)));
  const write = async (files: readonly Placed[], root: string, target: string) => {
    await mkdir(target, { recursive: true });
    for (const { to, from } of files) {
      const place = path.join(target, path.posix.relative(root, to));
      await mkdir(path.dirname(place), { recursive: true });
      await copyFile(path.join(top, from), place);
    }
  };
  return { entries, write };
}

function entryOf(top: string, name: string): [string, Entry][] {
  const file = path.join(top, name);
  const stats = name === "" ? undefined : lstatSync(file, { throwIfNoEntry: false });
  if (stats?.isFile()) return [[name, { kind: "file" }]];
  if (!stats?.isSymbolicLink()) return [];
  return [[name, { kind: "link", target: withinTop(readlinkSync(file), name, top) }]];
}

/** An absolute target that is below the top, as one that starts from the link. */
function withinTop(target: string, name: string, top: string): string {
  if (!path.isAbsolute(target) || !`${target}/`.startsWith(`${top}/`)) return target;
  return path.relative(path.dirname(path.join(top, name)), target) || ".";
}
