// What jobs' `files` took to /arc, held against the copy of the program: only where the copy has the same can `replay` find the
// same ids in it. What is missing comes along, where that is possible; else it is said why not.
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { placesOf, readTree, type TreeFile, treeOf } from "../../../provider/files/tree";
import { expandHome } from "../../../provider/homePath";
import type { JobInputs } from "../../../provider/job/inputs";
import { counted } from "../../../provider/text/counted";
import { named } from "../../plan/jobActions";
import { nameBelow } from "./selection";

/** One list of files, as jobs were launched with it. */
export interface LaunchedFiles {
  readonly files: readonly string[];
  readonly digest: string;
  readonly jobs: readonly { readonly name: string }[];
}

export function launchedFiles(
  jobs: readonly { readonly name: string; readonly inputs: Partial<JobInputs> }[],
): readonly LaunchedFiles[] {
  const withFiles = jobs.flatMap(({ name, inputs: { files, filesDigest } }) =>
    Array.isArray(files) && files.every((one) => typeof one === "string") && filesDigest
      ? [{ name, files, digest: filesDigest }]
      : [],
  );
  const same = Map.groupBy(withFiles, ({ files, digest }) => JSON.stringify([digest, files]));
  return [...same.values()].flatMap((all) => {
    const [first] = all;
    return first ? [{ files: first.files, digest: first.digest, jobs: all }] : [];
  });
}

export interface ProjectPlace {
  /** Of Pulumi.yaml. */
  readonly project: string;
  /** What relative paths of `files` start from, below the project: where its `main` is. */
  readonly base: string;
  /** Of the repository; without git the project. */
  readonly top: string;
  /** Of the project below the top, with `/`. */
  readonly folder: string;
}

/** @returns the path below the top, with `/`; undefined outside */
export function belowTop(
  written: string,
  { project, base, top, folder }: ProjectPlace,
): string | undefined {
  const file = expandHome(written);
  const ways = path.isAbsolute(file)
    ? [path.relative(project, file), path.relative(path.join(top, folder), file)]
    : [path.join(base, file)];
  const names = ways.map((way) => path.posix.join(folder, way).replace(/\/+$/, ""));
  const inside = names.find((name) => name !== ".." && !name.startsWith("../"));
  return inside === "." ? "" : inside;
}

/** What of all that jobs' `files` name is outside the project, and below the top. */
export function neededOutside(all: readonly LaunchedFiles[], place: ProjectPlace): string[] {
  const names = all.flatMap(({ files }) => files.flatMap((one) => belowTop(one, place) ?? []));
  return [...new Set(names)].filter((name) => nameBelow(place.folder, name) === undefined);
}

export interface Copied extends ProjectPlace {
  /** Where `root` is in the crate. */
  readonly target: string;
  /** The folder below the top that was copied. */
  readonly root: string;
  /** By path below the top. */
  readonly isTracked: (name: string) => boolean;
  readonly isInGit: boolean;
  /** How much may come along. */
  readonly mostBytes: number;
}

/** @returns what is to be known of it, as sentences */
export async function completed(
  all: readonly LaunchedFiles[],
  copied: Copied,
): Promise<readonly string[]> {
  const untracked = new Set<string>();
  const lacking = new Map<string, { readonly name: string }[]>();
  let left = copied.mostBytes;
  for (const launched of all) {
    const found = compared(launched, copied);
    if ("why" in found) {
      lacking.set(found.why, [...(lacking.get(found.why) ?? []), ...launched.jobs]);
      continue;
    }
    for (const { name, isExecutable, bytes } of found.missing) {
      left -= bytes.length;
      if (left < 0) {
        const why = `it would have more than ${copied.mostBytes / 2 ** 20} MiB`;
        lacking.set(why, [...(lacking.get(why) ?? []), ...launched.jobs]);
        break;
      }
      const place = path.join(copied.target, path.posix.relative(copied.root, name));
      await mkdir(path.dirname(place), { recursive: true });
      await writeFile(place, bytes, { mode: isExecutable ? 0o755 : 0o644 });
      if (copied.isInGit && !copied.isTracked(name)) untracked.add(shown(name, copied));
    }
  }
  return [
    ...(untracked.size === 0
      ? []
      : [
          `The copy of the program has files that git does not track, and that a clone lacks, because jobs' \`files\` name them: ${listed([...untracked])}.`,
        ]),
    ...[...lacking].map(([why, jobs]) => lackingText(why, jobs)),
  ];
}

function lackingText(why: string, jobs: readonly { readonly name: string }[]): string {
  const [other, their, these] =
    jobs.length === 1 ? ["another id", "its", "this id"] : ["other ids", "their", "these ids"];
  return `In the copy of the program, replay will find ${other} for ${counted(jobs.length, "job")} (${named(jobs)}), because the copy does not have what ${their} \`files\` took to /arc: ${why}. A clone that has it gives ${these}.`;
}

type Comparison =
  /** By path below the top. */
  { readonly missing: readonly TreeFile[] } | { readonly why: string };

function compared({ files, digest }: LaunchedFiles, copied: Copied): Comparison {
  const { project, base, isInGit } = copied;
  const whole = isInGit ? "its repository" : "its folder";
  const outside = files.filter((one) => belowTop(one, copied) === undefined);
  if (outside.length > 0) {
    const names = outside.map((one) => path.posix.basename(one));
    return { why: `${listed(names)} ${are(names, "lies", "lie")} outside ${whole}` };
  }
  const copies = files.flatMap((one) => inCopy(one, copied) ?? []);
  const there = new Map(
    copies.flatMap((one) => readable([one], copyBase(copied))).map((one) => [one.name, one]),
  );
  if (treeOf([...there.values()]).digest === digest) return { missing: [] };
  const here = path.join(project, base);
  const all = files.flatMap((one) => readable([one], here));
  const places = new Map(files.flatMap((one) => [...placesIn([one], here)]));
  const missing = all.filter(({ name }) => !there.has(name));
  if (treeOf([...there.values(), ...missing]).digest !== digest) {
    const gone = files.filter((one) => readable([one], here).length === 0);
    const names = gone.map((one) => shown(belowTop(one, copied) ?? one, copied));
    if (names.length > 0) return { why: `${listed(names)} ${are(names, "is", "are")} gone` };
    return treeOf(all).digest === digest
      ? { why: "they have another name there, which depends on where the project lies" }
      : { why: "they were edited since the launch" };
  }
  const named = missing.map((one) => ({
    ...one,
    name: belowTop(places.get(one.name) ?? "", copied) ?? "",
  }));
  const hidden = named
    .map(({ name }) => name)
    .filter((name) => isHidden(name, copied.folder) && !copied.isTracked(name));
  if (hidden.length > 0) {
    const names = hidden.map((name) => shown(name, copied));
    return {
      why: `${listed(names)} ${are(names, "is", "are")} hidden${isInGit ? ", and git does not track it" : ""}`,
    };
  }
  return { missing: named };
}

/** Each path as a program in the copy would have it: a whole path is made anew there. */
function inCopy(written: string, copied: Copied): string | undefined {
  if (!path.isAbsolute(expandHome(written))) return written;
  const name = nameBelow(copied.root, belowTop(written, copied) ?? "");
  return name === undefined ? undefined : path.join(copied.target, name);
}

function copyBase({ target, root, folder, base }: Copied): string {
  return path.join(target, path.posix.relative(root, folder), base);
}

function readable(paths: readonly string[], folder: string): readonly TreeFile[] {
  try {
    return readTree(paths, folder).files;
  } catch {
    return []; // who compares says what is missing
  }
}

function placesIn(paths: readonly string[], folder: string): ReadonlyMap<string, string> {
  try {
    return placesOf(paths, folder);
  } catch {
    return new Map();
  }
}

function isHidden(name: string, folder: string): boolean {
  return (nameBelow(folder, name) ?? name).split("/").some((part) => part.startsWith("."));
}

/** As the user sees it from the project. */
function shown(name: string, { folder }: ProjectPlace): string {
  return path.posix.relative(folder, name) || ".";
}

const longestList = 10;

export function listed(names: readonly string[]): string {
  const more = names.length - longestList;
  return [...names.slice(0, longestList), ...(more > 0 ? [`${more} more`] : [])].join(", ");
}

function are(names: readonly string[], one: string, many: string): string {
  return names.length === 1 ? one : many;
}
