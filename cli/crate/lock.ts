// The lock of a crate, lock.json: which commit and which images the jobs ran with, and by which id each ran. `replay` compares it
// with what a checkout would launch now. Pure.
import { z } from "zod";
import { issueText } from "../../provider/text/issueText";
import { CommandError } from "../commandError";
import type { ProgramCopy } from "./programCopy";

export const lockFile = "lock.json";

/** Another form gets another number. */
const form = 1;

const imageSchema = z.object({
  image: z.string().describe("registry, project, name and tag"),
  digest: z
    .string()
    .nullable()
    .describe("what the tag stood for when the jobs were launched; null: not known"),
  jobs: z.int().describe("how many ran with it"),
});
export type LockedImage = z.infer<typeof imageSchema>;

const lockedJobSchema = z.object({
  name: z.string(),
  id: z.string(),
  inputs: z
    .record(z.string(), z.string())
    .describe("a digest of each input that makes it another job; none of what is secret"),
});
export type LockedJob = z.infer<typeof lockedJobSchema>;

export const lockSchema = z.object({
  form: z.literal(form),
  madeBy: z.string(),
  madeAt: z.string().describe("ISO 8601"),
  origin: z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("stack"),
      project: z.string(),
      stack: z.string(),
      organization: z.string(),
    }),
    z.object({ kind: z.literal("record"), folder: z.string() }),
  ]),
  servers: z.array(z.string()),
  isPart: z.boolean().describe("whether the stack has jobs that the crate leaves out"),
  commits: z
    .array(z.object({ commit: z.string(), isDirty: z.boolean(), jobs: z.int() }))
    .describe("of the program that launched the jobs"),
  program: z
    .object({
      commit: z.string().nullable(),
      isDirty: z.boolean(),
      folder: z.string().nullable().describe("of the project in its repository"),
      place: z.string().default("").describe("of the project in the copy"),
      files: z.record(z.string(), z.string()).describe("of the copy, each with its SHA-256"),
    })
    .nullable(),
  images: z.array(imageSchema),
  jobs: z.array(lockedJobSchema),
});
export type Lock = z.infer<typeof lockSchema>;

export interface LockedFrom {
  readonly madeBy: string;
  readonly madeAt: string;
  readonly origin: Lock["origin"];
  readonly isPart: boolean;
  readonly program: ProgramCopy | undefined;
  readonly jobs: readonly (LockedJob & {
    readonly image?: string | undefined;
    readonly imageDigest?: string | undefined;
    readonly gitCommit?: string | undefined;
    readonly gitDirty?: boolean | undefined;
    readonly server?: string | undefined;
  })[];
}

export function lockOf({ madeBy, madeAt, origin, isPart, program, jobs }: LockedFrom): Lock {
  return {
    ...{ form, madeBy, madeAt, origin },
    servers: [...new Set(jobs.flatMap(({ server }) => server ?? []))].sort(),
    isPart,
    commits: commitsOf(jobs),
    program: program
      ? {
          commit: program.commit ?? null,
          isDirty: program.isDirty,
          folder: program.folder ?? null,
          place: program.place,
          files: { ...program.files },
        }
      : null,
    images: imagesOf(jobs),
    jobs: jobs.map(({ name, id, inputs }) => ({ name, id, inputs: { ...inputs } })),
  };
}

export function commitsOf(
  jobs: readonly Pick<LockedFrom["jobs"][number], "gitCommit" | "gitDirty">[],
): Lock["commits"] {
  const found = new Map<string, { commit: string; isDirty: boolean; jobs: number }>();
  for (const { gitCommit: commit, gitDirty: isDirty = false } of jobs) {
    if (commit === undefined) continue;
    const key = `${commit} ${isDirty}`;
    found.set(key, { commit, isDirty, jobs: (found.get(key)?.jobs ?? 0) + 1 });
  }
  return [...found.values()];
}

function imagesOf(jobs: LockedFrom["jobs"]): LockedImage[] {
  const found = new Map<string, LockedImage>();
  for (const { image, imageDigest } of jobs) {
    if (image === undefined) continue;
    const key = `${image} ${imageDigest ?? ""}`;
    const before = found.get(key)?.jobs ?? 0;
    found.set(key, { image, digest: imageDigest ?? null, jobs: before + 1 });
  }
  return [...found.values()].sort((a, b) => (a.image < b.image ? -1 : 1));
}

/** @throws CommandError for text that is no lock of this form */
export function lockIn(text: string, file: string): Lock {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new CommandError(
      `${file} is not whole JSON: publish the crate again, or get another copy of it`,
      1,
      { cause: error },
    );
  }
  const newer = z.looseObject({ form: z.int().min(form + 1) }).safeParse(json);
  if (newer.success) {
    throw new CommandError(
      `${file} has the form ${newer.data.form}, and this release knows ${form}: use a newer release of pulumi-skaha`,
    );
  }
  const parsed = lockSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CommandError(
    `${file} is not the lock of a crate, at ${issue?.path.join(".") || "its top"}: it ${issue && issueText(issue)}`,
  );
}
