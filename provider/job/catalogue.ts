// The catalogue of a job's inputs: what each is for, in words, and what a change of it does. All else that knows the
// inputs follows from it: `diff`, identity, what state remembers, the arguments that users see (`../headlessSession.ts`), the
// schema of fleet.yaml, and docs/reference.md. What a value may be is in `fields.ts`. Plain data: programs load it.
// It is long because each input has its words here.

/**
 * What another value does:
 * - `replaces`: it is another job. Its session is cancelled, and a new one is launched.
 * - `resizes`: a job that has not started is launched with the new size; any other gets it with its next attempt.
 * - `in place`: it is taken over, and nothing runs.
 * - `next launch`: it counts when the job is launched, and is compared with nothing.
 */
export type Effect =
  | { readonly effect: "replaces"; readonly comparedBy: ComparedBy }
  | { readonly effect: "resizes" | "in place" | "next launch" };

/**
 * How values of an input that replaces are compared: as they are, by the digest that state keeps of what may be
 * long, by the names of variables, as a set, or with the readable part of the job's id.
 */
export type ComparedBy = "value" | "digest" | "names" | "members" | "id";

/** Written by the resource class together with another input: users do not see it. */
interface Internal {
  readonly isInternal: true;
}

export interface Documented {
  readonly isInternal?: never;
  /** The type in TypeScript. */
  readonly type: string;
  /** What it is for, in sentences. */
  readonly text: string;
  readonly default?: string;
  /** What only programs have to know. */
  readonly note?: string;
  /** In TypeScript. */
  readonly examples?: readonly string[];
  /** It only works with `cmd` or `script`, because an image's own entrypoint cannot be wrapped. */
  readonly needsCommand?: true;
  /** A sweep sets it itself, so that only single jobs can be given it. */
  readonly setBySweep?: true;
}

export type Input = Effect & (Internal | Documented);

/** In the order in which the documents have them, and a preview names those that replace a job. */
export const catalogue = {
  /** Organization and URN: where the job stands in the program. */
  identity: { effect: "next launch", isInternal: true },
  image: {
    effect: "replaces",
    comparedBy: "value",
    type: "pulumi.Input<string>",
    text: "The container image: registry, project, name and tag. Each job needs one.",
    examples: ['"images.canfar.net/skaha/astroml:24.07"'],
  },
  cmd: {
    effect: "replaces",
    comparedBy: "digest",
    type: "pulumi.Input<string>",
    text: "The program: one word, or a command line. It is split into words as a shell does it, but no shell runs it.",
    default: "the image's own entrypoint",
    examples: ['"python"', "\"python -u '/arc/projects/survey/reduce all.py'\""],
  },
  script: {
    effect: "replaces",
    comparedBy: "digest",
    type: "pulumi.Input<string>",
    text: "A bash script, instead of `cmd`; `args` are its `$1`, `$2`, ... The image needs bash.",
  },
  args: {
    effect: "replaces",
    comparedBy: "digest",
    type: "pulumi.Input<pulumi.Input<Word>[]>",
    text: "The arguments. The process gets each of them as one word, whatever it contains.",
  },
  cwd: {
    effect: "replaces",
    comparedBy: "digest",
    type: "pulumi.Input<string>",
    text: "The folder where the command starts.",
    default: "the folder of `files`; without them the server's choice: the user's home",
    needsCommand: true,
  },
  files: {
    effect: "next launch",
    type: "pulumi.Input<pulumi.Input<string>[]>",
    text: "Files and folders of this machine that the job needs, relative to the project's folder. They are put on /arc before the launch, once for each content, and the command starts in the folder with them, which is `{files}` in `cmd`, `script`, `args`, `cwd` and `env`. The job runs again when a name or a content changes, and never for another reason. It needs a record.",
    examples: ['["search.py", "lib/"]'],
    needsCommand: true,
  },
  /** Of what `files` are: names and contents. */
  filesDigest: { effect: "replaces", comparedBy: "digest", isInternal: true },
  env: {
    effect: "replaces",
    comparedBy: "digest",
    type: "pulumi.Input<Record<string, pulumi.Input<Word>>>",
    text: "Environment variables. Secret values stay secret in state, and a change of one runs nothing again. `SKAHA_JOB_ID` and `SKAHA_ATTEMPT` are set for every job.",
  },
  /** The secret ones of `env`. Only their names tell what runs: a secret may be rotated. */
  secretEnv: { effect: "replaces", comparedBy: "names", isInternal: true },
  triggers: {
    effect: "replaces",
    comparedBy: "digest",
    type: "pulumi.Input<unknown[]>",
    text: "Any values. The job runs again when one of them changes.",
  },
  after: {
    effect: "replaces",
    comparedBy: "members",
    type: "readonly Predecessor[]",
    text: "Jobs that have to be Completed before this one is launched; until then it is `Held`. If one of them runs again with other inputs, this one runs again too (a retry has no such effect).",
    note: "`dependsOn` alone orders only the launches: it waits for no job's end.",
  },
  members: {
    effect: "next launch",
    type: "boolean",
    text: "Makes a job that merges what those of `after` have done: it gets them as a file, `{members}` in `cmd`, `script`, `args` and `env`, with a line of JSON each (name, id, attempt, status, params, outputs, record). It runs again when one of them came, left or ran anew, also by a retry. It needs a record.",
    default: "false",
    needsCommand: true,
    setBySweep: true,
  },
  /** Written by the class: see `files/members.ts`. */
  memberList: { effect: "next launch", isInternal: true },
  /** Which of them there are, and which attempt of each. */
  membersDigest: { effect: "replaces", comparedBy: "digest", isInternal: true },
  /** Their statuses, in the same order. */
  afterStatus: { effect: "next launch", isInternal: true },
  staleAfter: {
    effect: "in place",
    type: 'pulumi.Input<"rerun" | "keep">',
    text: 'With "keep", this job does not run again when a job of `after` runs again.',
    default: '"rerun"',
  },
  canary: {
    effect: "next launch",
    type: "readonly HeadlessSession[]",
    text: "Jobs that have to be Completed before this one is launched, but are no part of what it runs: if one of them runs again, this one does not. See `canary` of a sweep.",
    setBySweep: true,
  },
  canaryStatus: { effect: "next launch", isInternal: true },
  cores: {
    effect: "resizes",
    type: "pulumi.Input<number>",
    text: "CPU cores.",
    default: "the server's choice: it asks for 1 and uses up to 8 that are free",
  },
  ram: {
    effect: "resizes",
    type: "pulumi.Input<number>",
    text: "Memory in GiB.",
    default: "the server's choice: it asks for 4 and uses up to 32 that are free",
  },
  gpus: { effect: "resizes", type: "pulumi.Input<number>", text: "GPUs.", default: "0" },
  window: {
    effect: "in place",
    type: "pulumi.Input<string>",
    text: "When the job may be launched: hours and days on the wall clock of a time zone. It may be launched in any of them.",
    default: 'the stack\'s `skaha:window`, else "always"',
    examples: ['"20:00-06:00 America/Vancouver, weekends"'],
  },
  group: {
    effect: "in place",
    type: "pulumi.Input<JobGroup>",
    text: "A limit that jobs share by its name: at most this many of them are Pending or Running at a time. The stack's `skaha:maxInFlight` counts as well. See `maxInFlight` of a sweep.",
    setBySweep: true,
  },
  stopAfter: {
    effect: "in place",
    type: "pulumi.Input<StopAfter>",
    text: "Jobs that share the name are held, as soon as so many of them have failed for the same cause, or such a part of those that ended. See `stopAfter` of a sweep.",
    setBySweep: true,
  },
  /** How jobs of an array share sessions. */
  pack: { effect: "in place", isInternal: true },
  retry: {
    effect: "in place",
    type: "pulumi.Input<RetryArgs>",
    text: "Launches a job that ended badly again, with the next `up`.",
    default: "no retry",
  },
  resumeArgs: {
    effect: "in place",
    type: "pulumi.Input<pulumi.Input<Word>[]>",
    text: "Appended to `args` from the second attempt on.",
    examples: ['["--resume"]'],
  },
  record: {
    effect: "in place",
    type: "pulumi.Input<string>",
    text: "A folder under /arc where the job's command, log, exit code, memory and CPU use are recorded, so that they outlive the server's hour; \"none\" turns the stack's `skaha:record` off. It needs `cmd` or `script`, and an image with `/bin/sh`.",
    default: "the stack's `skaha:record`, else none",
    examples: ['"/arc/projects/survey/.jobs"'],
    needsCommand: true,
  },
  outputs: {
    effect: "in place",
    type: "pulumi.Input<pulumi.Input<string | OutputArgs>[]>",
    text: "Files under /arc that the job has to write. If one is missing after exit status 0, the job is Failed. `{ path, count, minBytes, newerThanStart, check }` asks for more than that it is there.",
    needsCommand: true,
  },
  skipIfOutputs: {
    effect: "in place",
    type: "pulumi.Input<boolean>",
    text: "If all `outputs` are there before the job starts, as they have to be, it runs nothing and is Completed.",
    default: "false",
    needsCommand: true,
  },
  maxRunSeconds: {
    effect: "in place",
    type: "pulumi.Input<number>",
    text: "Seconds after which the command gets TERM, and KILL 30 s later.",
    default: "none; the server ends a session after 14 days",
    needsCommand: true,
  },
  threads: {
    effect: "in place",
    type: "pulumi.Input<number>",
    text: "How many threads numerical libraries use: sets OMP_NUM_THREADS, MKL_NUM_THREADS, OPENBLAS_NUM_THREADS, NUMEXPR_NUM_THREADS and JULIA_NUM_THREADS for the command, except those that `env` sets.",
    default: "the server sets OMP_NUM_THREADS to `cores`, and to 1 where a job has no `cores`",
    needsCommand: true,
  },
  logs: {
    effect: "in place",
    type: "pulumi.Input<string>",
    text: "A local folder, relative to that of the program or of fleet.yaml. The whole log is saved there as `<id>-<attempt>.log` by the first refresh that sees the job's end; the server forgets it an hour after the end.",
  },
  renew: {
    effect: "in place",
    type: "pulumi.Input<boolean>",
    text: "Any refresh that finds less than a day left renews the session.",
    default: "false",
  },
  registryAuth: {
    effect: "in place",
    type: "pulumi.Input<RegistryAuthArgs>",
    text: "For a private image: who may pull it. It is always secret.",
    default: "the stack's `skaha:registryAuth`",
  },
  untrackedEnv: {
    effect: "next launch",
    type: "pulumi.Input<Record<string, pulumi.Input<Word>>>",
    text: "Variables that are not part of what runs: a change takes effect at the next launch, and causes none.",
    setBySweep: true,
  },
  adopt: {
    effect: "next launch",
    type: "pulumi.Input<string>",
    text: "The id of a session that was started by hand: the job takes it over instead of a launch.",
  },
  name: {
    effect: "replaces",
    comparedBy: "id",
    type: "pulumi.Input<string>",
    text: "The readable part of the job's name on the server: at most 44 characters of [a-z0-9-].",
    default: "the resource's name, brought into that alphabet",
  },
  onRemove: {
    effect: "in place",
    type: 'pulumi.Input<"cancel" | "leave">',
    text: "What happens to a session that still runs when its job is removed from the program.",
    default: '"cancel"',
  },
} as const satisfies Record<string, Input>;

export type InputName = keyof typeof catalogue;

type Where<Part> = {
  [Name in InputName]: (typeof catalogue)[Name] extends Part ? Name : never;
}[InputName];

function namesOf<Part>(is: (input: Input) => boolean): readonly Where<Part>[] {
  const all = Object.entries(catalogue) as [InputName, Input][];
  return all.filter(([, input]) => is(input)).map(([name]) => name) as Where<Part>[];
}

/** Another value is another job. */
export const replacing = namesOf<{ effect: "replaces" }>(({ effect }) => effect === "replaces");
/** State keeps a digest of their value only. */
export const digested = namesOf<{ comparedBy: "digest" }>(
  (input) => input.effect === "replaces" && input.comparedBy === "digest",
);
export const resizing = namesOf<{ effect: "resizes" }>(({ effect }) => effect === "resizes");
/** Another value may be taken over in place: also of a set of variables whose names, or of jobs whose set, stays. */
export const handled = namesOf<
  { effect: "in place" | "resizes" } | { comparedBy: "names" | "members" }
>(
  (input) =>
    input.effect === "in place" ||
    input.effect === "resizes" ||
    (input.effect === "replaces" && ["names", "members"].includes(input.comparedBy)),
);
/** State keeps nothing of their value. */
export const passing = namesOf<{ effect: "next launch" }>(({ effect }) => effect === "next launch");
export const needingCommand = namesOf<{ needsCommand: true }>(
  (input) => !input.isInternal && input.needsCommand === true,
);
export const setBySweep = namesOf<{ setBySweep: true }>(
  (input) => !input.isInternal && input.setBySweep === true,
);
/** What users may write. */
export const userInputs = namesOf<{ text: string }>((input) => !input.isInternal);
export type UserInputName = (typeof userInputs)[number];
export const numeric = namesOf<{ type: "pulumi.Input<number>" }>(
  (input) => !input.isInternal && input.type === "pulumi.Input<number>",
);

/** In sentences, with the default: for documents and editors. */
export function textOf(name: UserInputName): string {
  const { text, default: value }: Documented = catalogue[name];
  return value === undefined ? text : `${text} Default: ${value}.`;
}
