// `pulumi-skaha publish`: what ran, as a folder for a repository that gives DOIs.
import path from "node:path";
import { z } from "zod";
import { resolveWritten } from "../../../provider/homePath";
import { placeOf, tagIn } from "../../../provider/job/identity";
import { hasEnded } from "../../../provider/job/status";
import { tagOfRecord } from "../../../provider/submitted/submission";
import { counted } from "../../../provider/text/counted";
import { CommandError } from "../../commandError";
import { authorIn, licenseUrl, noLicense } from "../../crate/citation";
import { type Collected, collected } from "../../crate/collected";
import { assertFree, written } from "../../crate/folder";
import { commitsOf, type Lock, lockOf } from "../../crate/lock";
import { launchedFiles } from "../../crate/program/launchedFiles";
import { copyProgram, type ProgramCopy } from "../../crate/programCopy";
import { outputsOf } from "../../crate/publishedJob";
import { digestsByInput, maskedVariables } from "../../crate/tellable";
import { assertWithout, exposedIn, programFolder, writeCrate } from "../../crate/writeCrate";
import { programPlace, readProjectFile } from "../../doctor/project";
import { named } from "../../plan/jobActions";
import type { JobOptions } from "../../project";
import type { JobView } from "../../stack/jobView";
import { type ObservedJob, observeChosen } from "../../stack/observe";
import { openStack, type Stack } from "../../stack/stack";
import { plain, say } from "../../terminal";

export interface PublishOptions extends JobOptions {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly author?: readonly string[] | undefined;
  readonly license?: string | undefined;
  /** GiB; 0 reads no outputs. */
  readonly checksumsUpTo: number;
  readonly unfinished?: boolean | undefined;
  readonly force?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly offline?: boolean | undefined;
}

/** What `publish --json` prints. */
export const publishSchema = z.object({
  folder: z.string(),
  jobs: z.int(),
  outputs: z.int().describe("that the jobs declare"),
  checksums: z.int().describe("of outputs that could be read"),
  commits: z.array(z.string()).describe("of the program, with which the jobs were launched"),
  images: z.array(z.object({ image: z.string(), digest: z.string().nullable() })),
  notes: z.array(z.string()).describe("what is not as one might think, as in the README"),
  problems: z.array(z.string()).describe("what could not be found out"),
});

export async function publish(
  dir: string,
  wanted: readonly string[],
  { version, ...options }: PublishOptions & { readonly version: string },
): Promise<void> {
  const { where, offline, unfinished = false, force = false, json } = options;
  const license = licenseUrl(options.license);
  const authors = (options.author ?? []).map(authorIn);
  const target = resolveWritten(path.resolve(options.cwd ?? "."), dir);
  await assertFree(target, force);
  const stack = await openStack(options);
  const now = Date.now();
  const standing = await observeChosen(stack, { wanted, where, offline, now });
  if (standing.jobs.length === 0) throw new CommandError("there are no jobs to publish");
  const left = standing.jobs.filter((job) => !job.isKnown || !hasEnded(job.state.status));
  if (left.length > 0 && !unfinished) throw new CommandError(notYet(left));
  const gathered = await collected(standing.jobs, {
    arc: offline ? undefined : stack.connection().arc,
    ...{ now, mostBytes: options.checksumsUpTo * 2 ** 30, tell: say },
    isSubmitted: submittedIn(options.record && stack.selection[0]),
  });
  const origin = await originOf(stack, standing.jobs, options.record !== undefined);
  const isPart = standing.jobs.length < (await stack.jobs()).length;
  const madeBy = `pulumi-skaha ${version}`;
  const { lock, notes, exposed } = await written(target, async (draft) => {
    const views = gathered.jobs.map(({ view }) => view);
    const program =
      origin.kind === "record"
        ? undefined
        : await programOf(stack, path.join(draft, programFolder), standing.jobs, {
            ...{ views, stackName: origin.stack },
          });
    const lock = lockFrom(gathered, { madeBy, now, origin, isPart, program });
    const notes = [...notesOf(lock, left), ...(program?.notes ?? [])];
    const name = options.title ?? nameOf(origin);
    const description = options.description ?? describe(origin, gathered.jobs.length);
    await writeCrate(draft, {
      ...{ name, description, license, authors, lock, jobs: gathered.jobs, program, notes },
    });
    const credential = await credentialOf(stack);
    if (credential !== undefined) await assertWithout(draft, credential);
    const masked = new Map(standing.jobs.flatMap(({ inputs }) => [...maskedVariables(inputs)]));
    return { lock, notes, exposed: await exposedIn(draft, program, masked) };
  });
  const problems = [...standing.problems, ...gathered.problems, ...exposed];
  const outputs = outputsOf(gathered.jobs.map(({ published }) => published));
  const shown: z.infer<typeof publishSchema> = {
    folder: target,
    jobs: lock.jobs.length,
    outputs: outputs.length,
    checksums: outputs.filter(({ sha256 }) => sha256 !== undefined).length,
    commits: lock.commits.map(({ commit }) => commit),
    images: lock.images.map(({ image, digest }) => ({ image, digest })),
    ...{ notes, problems },
  };
  if (json) process.stdout.write(`${JSON.stringify(shown)}\n`);
  tell(shown, license === noLicense);
}

function tell(
  { folder, jobs, outputs, checksums, notes, problems }: z.infer<typeof publishSchema>,
  hasNoLicense: boolean,
): void {
  for (const text of [...problems, ...notes]) say(plain(text));
  const ofOutputs =
    outputs === 0 ? "" : `, ${checksums} of ${counted(outputs, "output")} with a checksum`;
  say(`${plain(folder)}: ${counted(jobs, "job")}${ofOutputs}`);
  if (hasNoLicense)
    say("No licence is chosen: give --license, or write one into the crate before you publish it.");
}

function notYet(left: readonly ObservedJob[]): string {
  const have = left.length === 1 ? "has" : "have";
  return `nothing is published: ${named(left)} ${have} not ended; wait for them with pulumi-skaha wait, name the jobs to publish, or give --unfinished`;
}

/** Which jobs were submitted for a folder of records: a stack's jobs may be recorded there, too. */
function submittedIn(record: string | undefined): (job: ObservedJob) => boolean {
  if (record === undefined) return () => false;
  const tag = tagOfRecord(record);
  return ({ id }) => tagIn(id) === tag;
}

async function originOf(
  stack: Stack,
  [first]: readonly ObservedJob[],
  isRecord: boolean,
): Promise<Lock["origin"]> {
  if (isRecord) return { kind: "record", folder: stack.selection[0] ?? "" };
  const urn = first?.urn ?? "";
  const identity = first?.inputs.identity;
  const place = placeOf(typeof identity === "string" ? identity : `organization/${urn}`);
  const project = place.project || (await readProjectFile(stack.project.folder)).name;
  return { kind: "stack", project, stack: place.stack, organization: place.organization };
}

async function programOf(
  { project }: Stack,
  target: string,
  jobs: readonly ObservedJob[],
  { views, stackName }: { readonly views: readonly JobView[]; readonly stackName: string },
): Promise<ProgramCopy> {
  const found = commitsOf(views);
  const commits = [...new Set(found.map(({ commit }) => commit))];
  const isDirty = found.some((one) => one.isDirty);
  return copyProgram(project.folder, target, {
    ...{ commits, isDirty, stack: stackName, files: launchedFiles(jobs) },
    base: programPlace(project.folder, await readProjectFile(project.folder)),
  });
}

function lockFrom(
  { jobs }: Collected,
  {
    now,
    ...rest
  }: Pick<Parameters<typeof lockOf>[0], "madeBy" | "origin" | "isPart" | "program"> & {
    readonly now: number;
  },
): Lock {
  return lockOf({
    ...rest,
    madeAt: new Date(now).toISOString(),
    jobs: jobs.map(({ of, published }) => {
      const { name, id, image, imageDigest, gitCommit, gitDirty, server } = published;
      const inputs = digestsByInput(of.inputs);
      return { name, id, inputs, image, imageDigest, gitCommit, gitDirty, server };
    }),
  });
}

function notesOf({ images }: Lock, left: readonly ObservedJob[]): string[] {
  const unknown = images.filter(({ digest }) => digest === null).map(({ image }) => image);
  return [
    ...(left.length === 0
      ? []
      : [`${counted(left.length, "job")} had not ended when this was made: ${named(left)}.`]),
    ...(unknown.length === 0
      ? []
      : [
          `What these images were when the jobs were launched is not known, because the server tells the digests of public images only: ${unknown.join(", ")}.`,
        ]),
  ];
}

function nameOf(origin: Lock["origin"]): string {
  return origin.kind === "record"
    ? `Jobs recorded in ${origin.folder}`
    : `${origin.project}, stack ${origin.stack}`;
}

function describe(origin: Lock["origin"], jobs: number): string {
  const of =
    origin.kind === "record"
      ? "that were submitted one by one"
      : `of the Pulumi project ${origin.project}`;
  return `${counted(jobs, "headless session")} of a Skaha server, ${of}: what they ran, with what, and what became of them.`;
}

/** What the user is logged in with, if it is a text that could be written somewhere. */
async function credentialOf(stack: Stack): Promise<string | undefined> {
  try {
    const { headers } = await stack.connection().credentials.current();
    const [, token] = /^Bearer +(\S{8,})$/i.exec(headers.authorization ?? "") ?? [];
    return token;
  } catch {
    return undefined; // nobody is logged in
  }
}
