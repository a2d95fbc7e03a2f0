// README.md of a crate, for whoever finds it in a repository with a DOI: what it is, what is in it, what ran with what, and
// how to run it again. Pure.
import path from "node:path";
import { counted } from "../../provider/text/counted";
import { shellWord } from "../../provider/text/shellWord";
import type { Lock } from "./lock";
import { outputsOf, type PublishedJob } from "./publishedJob";

export interface Told {
  readonly name: string;
  readonly description: string;
  readonly license: string;
  readonly authors: readonly string[];
  readonly lock: Lock;
  readonly jobs: readonly PublishedJob[];
  /** What is not as one might think, as sentences. */
  readonly notes: readonly string[];
}

const longestList = 20;

export function readmeOf(told: Told): string {
  const { name, description, license, authors, lock, jobs, notes } = told;
  const parts = [
    `# ${line(name)}\n\n${description}`,
    [
      `- Made by ${lock.madeBy} on ${lock.madeAt.slice(0, 10)}`,
      ...(authors.length > 0 ? [`- Authors: ${authors.map(line).join(", ")}`] : []),
      `- License: ${line(license)}`,
      `- Jobs: ${countsOf(jobs)}`,
      ...lock.servers.map((server) => `- Server: ${server}`),
    ].join("\n"),
    `## What is here\n\n${contents(lock)}`,
    `## What ran\n\n${imagesOf(lock)}\n\n${commitsOf(lock)}`,
    ...outputsText(jobs),
    `## To run it again\n\n${replay(lock)}`,
    ...(notes.length === 0
      ? []
      : [`## To be known\n\n${notes.map((one) => `- ${line(one)}`).join("\n")}`]),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** On one line, and no markup. */
function line(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[<>|`*[\]]/g, (sign) => `\\${sign}`);
}

function countsOf(jobs: readonly PublishedJob[]): string {
  const counts = Map.groupBy(jobs, ({ status }) => status);
  const words = [...counts].map(([status, { length }]) => `${length} ${status}`);
  return words.length === 0 ? "none" : words.join(", ");
}

function contents({ program }: Lock): string {
  const rows = [
    [
      "`ro-crate-metadata.json`",
      "all of it as an [RO-Crate](https://w3id.org/ro/crate/1.2): each run with its program, image, parameters and outputs",
    ],
    ["`manifest.csv`", "a row for each job: its parameters and what became of it"],
    ["`jobs.json`", "each job whole: its command, all attempts, what each recorded of itself"],
    [
      "`checksums.sha256`",
      "of the outputs, by their paths where they were written; `sha256sum --check` reads it",
    ],
    [
      "`lock.json`",
      "images by digest, the commit, and the id of each job, for `pulumi-skaha replay`",
    ],
    ...(program ? [["`program/`", "the program that declared the jobs"]] : []),
  ];
  return [
    "| file | what it is |",
    "|---|---|",
    ...rows.map(([file, what]) => `| ${file} | ${what} |`),
  ].join("\n");
}

function imagesOf({ images }: Lock): string {
  const rows = images.map(
    ({ image, digest, jobs }) => `| ${line(image)} | ${digest ?? "not known"} | ${jobs} |`,
  );
  return ["| image | digest at the launch | jobs |", "|---|---|---|", ...rows].join("\n");
}

function commitsOf({ commits, program }: Lock): string {
  const of = commits.map(
    ({ commit, isDirty, jobs }) =>
      `${counted(jobs, "job was", "jobs were")} launched by the commit ${commit}${isDirty ? ", with changes that were not committed" : ""}.`,
  );
  const folder = program?.folder
    ? [`The program is in the folder ${line(program.folder)} of its repository.`]
    : [];
  return [...(of.length === 0 ? ["The commit of the program is not known."] : of), ...folder].join(
    " ",
  );
}

function outputsText(jobs: readonly PublishedJob[]): string[] {
  const outputs = outputsOf(jobs);
  if (outputs.length === 0) return [];
  const known = outputs.filter(({ sha256 }) => sha256 !== undefined);
  const unknown = outputs.filter(({ sha256 }) => sha256 === undefined);
  const shown = unknown
    .slice(0, longestList)
    .map(({ path, unknown: why = "" }) => `- ${line(path)}: ${line(why)}`);
  const rest = unknown.length - shown.length;
  return [
    [
      `## Outputs`,
      `The jobs declared ${counted(outputs.length, "output")}. ${outputs.length === 1 ? "It is" : "They are"} not in this folder; ${counted(known.length, "has", "have")} a checksum.`,
      ...(shown.length === 0
        ? []
        : [[...shown, ...(rest > 0 ? [`- and ${rest} more, in jobs.json`] : [])].join("\n")]),
    ].join("\n\n"),
  ];
}

function replay({ origin, commits, program }: Lock): string {
  if (origin.kind === "record") {
    return "These jobs were submitted one by one with `pulumi-skaha submit`, and no program declares them: `jobs.json` has their commands. `pulumi-skaha replay DIR --check`, with this folder as DIR, says whether the server has the same images.";
  }
  const [only, ...others] = commits;
  const checkout = only !== undefined && others.length === 0 ? `git checkout ${only.commit}\n` : "";
  const where = program?.commit
    ? "In a clone of the program's repository"
    : "In the program's folder";
  return `${where}, with its packages installed and this folder as DIR:\n\n\`\`\`sh\n${checkout}pulumi-skaha replay DIR --check\n\`\`\`\n\nIt says whether the same commit and images would launch the same jobs, by their ids, and launches nothing. Elsewhere it takes the program in \`${path.posix.join("program", program?.place ?? "")}/\`, where \`npm install\` has to be run first. To run the jobs: \`pulumi-skaha up --stack ${shellWord(origin.stack)}\`.`;
}
