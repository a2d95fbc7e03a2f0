// `pulumi-skaha replay --check`: whether the same commit and images would launch the jobs of a crate by the same ids.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { messageOf } from "../../../provider/errors";
import { resolveWritten } from "../../../provider/homePath";
import { CommandError } from "../../commandError";
import {
  type Checkout,
  type ComparedJob,
  commitSchema,
  comparedCommit,
  comparedImageSchema,
  comparedImages,
  comparedJobSchema,
  comparedJobs,
} from "../../crate/differences";
import { idsInFreshStack } from "../../crate/freshStack";
import { type Lock, lockFile, lockIn } from "../../crate/lock";
import { placeInGit } from "../../crate/program/git";
import { sha256Of } from "../../crate/programCopy";
import { programFolder } from "../../crate/writeCrate";
import { readProjectFile } from "../../doctor/project";
import { folderAbove, type GlobalOptions, openProject } from "../../project";
import { connected } from "../../stack/connection";
import { plain, print, say } from "../../terminal";

export interface ReplayOptions extends GlobalOptions {
  readonly check?: boolean | undefined;
  readonly copy?: boolean | undefined;
  readonly offline?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** What `replay --check --json` prints. */
export const replaySchema = z.object({
  isSame: z.boolean().describe("nothing that could be compared differs, and all was looked at"),
  program: z.string().describe("the folder of the program that was looked at").optional(),
  commit: commitSchema.optional(),
  images: z.array(comparedImageSchema).optional(),
  jobs: z.array(comparedJobSchema).optional(),
  problems: z.array(z.string()).describe("what could not be looked at"),
});
type Replayed = z.infer<typeof replaySchema>;

/** @returns the exit status */
export async function replay(dir: string, options: ReplayOptions): Promise<number> {
  const { check, copy = false, offline, json } = options;
  const from = path.resolve(options.cwd ?? ".");
  const crate = resolveWritten(from, dir);
  const lock = await lockOf(crate);
  if (!check)
    throw new CommandError(
      `give --check: replay only compares, and launches nothing${toLaunch(lock)}`,
    );
  const program = await programOf(lock, crate, from, copy);
  const config = program && (await configOf(program.folder, crate, lock));
  const problems: string[] = [];
  const looked = async <T>(what: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      problems.push(`${what}: ${messageOf(error)}`);
      return undefined;
    }
  };
  const [images, jobs] = await Promise.all([
    offline
      ? undefined
      : looked("the images were not compared", () => imagesNow(lock, config, from)),
    program && looked("the jobs were not compared", () => jobsNow(lock, program.folder, config)),
  ]);
  const compared: Omit<Replayed, "isSame"> = {
    ...(program && { program: program.folder }),
    ...(program && { commit: comparedCommit(lock, program.checkout) }),
    ...(images && { images: comparedImages(lock, images) }),
    ...(jobs && { jobs: comparedJobs(lock, jobs) }),
    problems,
  };
  const isSame = problems.length === 0 && !hasDifference(compared);
  if (json) print(JSON.stringify({ isSame, ...compared } satisfies Replayed));
  else tell({ isSame, ...compared }, lock);
  return isSame ? 0 : 1;
}

async function lockOf(crate: string): Promise<Lock> {
  const file = path.join(crate, lockFile);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new CommandError(
      `there is no crate in ${crate}: it has no ${lockFile}; name the folder that pulumi-skaha publish wrote`,
      1,
      { cause: error },
    );
  }
  return lockIn(text, file);
}

function toLaunch({ origin }: Lock): string {
  return origin.kind === "stack"
    ? "; to launch its jobs, run pulumi-skaha up in a clone of the program"
    : "";
}

interface Program {
  /** Of Pulumi.yaml. */
  readonly folder: string;
  readonly checkout: Checkout;
}

/** The clone that the command runs in, else the crate's copy. Jobs that were submitted have no program. */
async function programOf(
  { origin, program }: Lock,
  crate: string,
  from: string,
  wantsCopy: boolean,
): Promise<Program | undefined> {
  if (origin.kind === "record") return undefined;
  const clone = wantsCopy ? undefined : folderAbove(from);
  if (clone !== undefined && (await readProjectFile(clone)).name === origin.project) {
    const at = await placeInGit(clone);
    return { folder: clone, checkout: at && { head: at.head, isDirty: at.isDirty } };
  }
  const copy = path.join(crate, programFolder);
  if (!wantsCopy) {
    say(
      plain(
        `${from} is in no clone of the project ${origin.project}: the copy in the crate is taken.`,
      ),
    );
  }
  const files = Object.entries(program?.files ?? {});
  const now = await Promise.all(
    files.map(async ([name, before]) => {
      const is = await sha256Of(path.join(copy, name)).catch(() => undefined);
      return is === before ? [] : [name];
    }),
  );
  return { folder: path.join(copy, program?.place ?? ""), checkout: { changed: now.flat() } };
}

/** The stack's configuration: the clone's, else the one that was published. */
async function configOf(
  folder: string,
  crate: string,
  { origin, program }: Lock,
): Promise<string | undefined> {
  if (origin.kind !== "stack") return undefined;
  const name = `Pulumi.${origin.stack}.yaml`;
  const places = [folder, path.join(crate, programFolder, program?.place ?? "")].map((one) =>
    path.join(one, name),
  );
  const file = places.find((one) => existsSync(one));
  return file === undefined ? undefined : readFile(file, "utf8");
}

/** Which digest the server has for each image. */
async function imagesNow(
  { servers }: Lock,
  config: string | undefined,
  from: string,
): Promise<ReadonlyMap<string, string | undefined>> {
  const values = z.looseObject({ config: z.looseObject({}).optional() }).catch({});
  const { config: settings = {} } = values.parse(config === undefined ? {} : parse(config));
  const textOf = (key: string) => {
    const value = settings[key];
    return ["string", "number"].includes(typeof value) ? String(value) : undefined;
  };
  const { client } = connected(textOf, from, say);
  const listed = await client.images();
  if (!servers.includes(client.server)) {
    say(plain(`The images are those of ${client.server}; the jobs ran on ${servers.join(", ")}.`));
  }
  return new Map(listed.map(({ id, digest }) => [id, digest]));
}

async function jobsNow({ origin }: Lock, folder: string, config: string | undefined) {
  if (origin.kind !== "stack") return undefined;
  const { pulumi } = await openProject({ cwd: folder });
  const { project, stack, organization } = origin;
  return idsInFreshStack(pulumi, { project, stack, organization, folder, config });
}

function hasDifference({ commit, images = [], jobs = [] }: Omit<Replayed, "isSame">): boolean {
  const differs = ({ is }: { readonly is: string }) => is !== "same" && is !== "unknown";
  return [...(commit ? [commit] : []), ...images, ...jobs].some(differs);
}

function tell({ isSame, commit, images, jobs, problems, program }: Replayed, lock: Lock): void {
  const lines = [
    ...(commit ? [lineOfCommit(commit)] : []),
    ...(images ?? []).map(lineOfImage),
    ...(jobs ? linesOfJobs(jobs) : []),
    ...problems,
    ...(lock.origin.kind === "record"
      ? [
          "jobs: they were submitted one by one, and no program declares them, so their ids cannot be compared",
        ]
      : []),
  ];
  for (const line of lines) print(plain(line));
  const place = program === undefined ? "" : ` in ${program}`;
  print(
    plain(
      !isSame
        ? `Not the same${place}: see above.`
        : jobs === undefined
          ? "Nothing that could be compared differs."
          : `The same jobs would be launched${place}, as far as this can be known.`,
    ),
  );
}

function lineOfCommit({ is, before, now = "?", why }: z.infer<typeof commitSchema>): string {
  const because = why === undefined ? "" : `: ${why}`;
  if (is === "same") return `commit: the same, ${before[0]}`;
  if (is === "unknown") return `commit: cannot be compared${because}`;
  return `commit: another${because || `: ${before.join(", ")} then, ${now} now`}`;
}

function lineOfImage({ image, is, before, now }: z.infer<typeof comparedImageSchema>): string {
  if (is === "same") return `image ${image}: the same, ${before}`;
  if (is === "unknown")
    return `image ${image}: cannot be compared, its digest at the launch is not known`;
  return `image ${image}: another, ${before} then, ${now ?? "not listed by the server"} now`;
}

const longestList = 20;

function linesOfJobs(jobs: readonly ComparedJob[]): string[] {
  const same = jobs.filter(({ is }) => is === "same").length;
  const others = jobs.filter(({ is }) => is !== "same");
  const shown = others.slice(0, longestList).map(lineOfJob);
  const rest = others.length - shown.length;
  return [
    `jobs: ${same} of ${jobs.length} the same by id`,
    ...shown,
    ...(rest > 0 ? [`  and ${rest} more, which --json names`] : []),
  ];
}

function lineOfJob({ name, is, before, now, inputs = [], why }: ComparedJob): string {
  const because = why === undefined ? "" : `: ${why}`;
  if (is === "missing") return `  ${name}: the program does not declare it`;
  if (is === "new") return `  ${name}: the crate does not have it`;
  if (is === "unknown") return `  ${name}: cannot be compared${because}`;
  const ids = now === undefined ? "" : `, ${before} then, ${now} now`;
  const of =
    inputs.length === 0
      ? because
      : `: ${inputs.join(", ")} ${inputs.length === 1 ? "differs" : "differ"}`;
  return `  ${name}: another${ids}${of}`;
}
