// Writes the files of a crate into a folder, and makes sure that the user's credential is in none of them.
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { CommandError } from "../commandError";
import { csvOf } from "../results/csv";
import { manifestTable } from "../results/manifest";
import type { Collected } from "./collected";
import { type Author, type CrateFile, metadataFile, metadataOf } from "./graph";
import { type Lock, lockFile } from "./lock";
import type { ProgramCopy } from "./programCopy";
import { sha256Of } from "./programCopy";
import { outputsOf, type PublishedJob } from "./publishedJob";
import { readmeOf } from "./readme";

export const programFolder = "program";

export interface CrateContents {
  readonly name: string;
  readonly description: string;
  readonly license: string;
  readonly authors: readonly Author[];
  readonly lock: Lock;
  readonly jobs: Collected["jobs"];
  readonly program: ProgramCopy | undefined;
  readonly notes: readonly string[];
}

const about: Readonly<Record<string, string>> = {
  "README.md": "What this crate is, for people",
  "manifest.csv": "The parameters and the outcome of each job, as a table",
  "jobs.json": "Each job whole: its command, its attempts, and what they recorded of themselves",
  "checksums.sha256": "SHA-256 of the outputs, by their paths where they were written",
  [lockFile]: "Images by digest, the commit, and the id of each job",
};

/** @param draft a folder that has the copy of the program already */
export async function writeCrate(draft: string, contents: CrateContents): Promise<void> {
  const { name, description, license, authors, lock, program, notes } = contents;
  const jobs = contents.jobs.map(({ published }) => published);
  const texts = {
    "README.md": readmeOf({
      ...{ name, description, license, lock, jobs, notes },
      authors: authors.map((one) => (one.orcid ? `${one.name} (${one.orcid})` : one.name)),
    }),
    "manifest.csv": csvOf(manifestTable(contents.jobs.map(({ view }) => view))),
    "jobs.json": listOf(jobs),
    "checksums.sha256": outputsOf(jobs).map(checksumLine).join(""),
    [lockFile]: `${JSON.stringify(lock, null, 1)}\n`,
  };
  const files: CrateFile[] = [];
  for (const [file, text] of Object.entries(texts)) {
    const place = path.join(draft, file);
    await writeFile(place, text);
    const bytes = Buffer.byteLength(text);
    files.push({ path: file, bytes, sha256: await sha256Of(place), about: about[file] });
  }
  for (const [file, sha256] of Object.entries(program?.files ?? {})) {
    const { size: bytes } = await stat(path.join(draft, programFolder, file));
    files.push({ path: `${programFolder}/${file}`, bytes, sha256 });
  }
  const madeAt = lock.madeAt;
  const metadata = metadataOf({ name, description, license, authors, madeAt, files, jobs });
  await writeFile(path.join(draft, metadataFile), `${JSON.stringify(metadata, null, 1)}\n`);
}

/** One job a line: people compare such files. */
function listOf(jobs: readonly PublishedJob[]): string {
  return `[\n${jobs.map((job) => JSON.stringify(job)).join(",\n")}\n]\n`;
}

/** As `sha256sum` writes it, and reads it with --check. */
function checksumLine({
  path: place,
  sha256,
}: {
  path: string;
  sha256?: string | undefined;
}): string {
  if (sha256 === undefined) return "";
  const isPlain = !/[\\\n\r]/.test(place);
  const escaped = place.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r");
  return `${isPlain ? "" : "\\"}${sha256}  ${escaped}\n`;
}

/**
 * @param program the copy in the crate; of a folder of records there is none
 * @param masked values by the names of their variables
 * @returns a sentence for each value that stands in the copy of the program
 */
export async function exposedIn(
  draft: string,
  program: Pick<ProgramCopy, "files"> | undefined,
  masked: ReadonlyMap<string, string>,
): Promise<string[]> {
  const left = new Map(masked);
  const found: string[] = [];
  for (const name of left.size === 0 ? [] : Object.keys(program?.files ?? {})) {
    const file = `${programFolder}/${name}`;
    const content = await readFile(path.join(draft, file));
    for (const [variable, value] of left) {
      if (!content.includes(value)) continue;
      left.delete(variable);
      found.push(
        `${file} of the crate has the value of the variable ${variable}, which looks like a secret: take it out there before you publish the folder, and put it into secretEnv`,
      );
    }
  }
  return found;
}

/** @throws CommandError that names the file */
export async function assertWithout(draft: string, credential: string): Promise<void> {
  const entries = await readdir(draft, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const place = path.join(entry.parentPath, entry.name);
    if (!(await readFile(place)).includes(credential)) continue;
    const file = path.relative(draft, place);
    throw new CommandError(
      `nothing is published: ${file} of the crate would have the token that you are logged in with; take it out of the program or the commands, and make it invalid where others may have read it`,
    );
  }
}
