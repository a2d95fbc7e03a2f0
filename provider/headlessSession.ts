// The resource that users declare: one job of a Skaha server. Thin: it says what is an input and what
// an output, and where the job stands in the program; the rest happens behind the pointer. `npm run docs` writes the
// arguments and the outputs from job/catalogue.ts and job/outputs.ts; the file is long because each has its text there, which
// editors show.
import * as pulumi from "@pulumi/pulumi";
import { leaveOutDebugLog } from "./engine/debugLog";
import { aliasesThroughDoors, doorOfProgram, urnOf } from "./engine/door";
import { noteJob } from "./engine/manyJobs";
import { isKnown } from "./engine/outputs/knownOutput";
import { lateOutputs, listenToEngine } from "./engine/outputs/lateOutputs";
import { offerPendingJob } from "./engine/pendingJobsServer";
import { leaveOutStacks } from "./engine/stackTraces";
import { tellUnregistered } from "./engine/unregistered";
import { wireForm } from "./engine/wireForm";
import { factsOfMember, noteMember } from "./files/memberFacts";
import type { Attempt, Usage } from "./job/attempts";
import type { Cause } from "./job/cause";
import { outsideId } from "./job/decisions/hold";
import { isJobType, sessionType } from "./job/identity";
import { placeholders } from "./job/outputs";
import { pointer } from "./pointer";

/**
 * A word of a command or the value of a variable; numbers and booleans are written as JSON writes them, a
 * bigint with all its digits. A number like 4295806720038285056, beyond 2^53, is refused: as text or as a
 * bigint (4295806720038285056n) it arrives.
 */
export type Word = string | number | bigint | boolean;

export interface HeadlessSessionArgs {
  /**
   * The container image: registry, project, name and tag. Each job needs one.
   * @example "images.canfar.net/skaha/astroml:24.07"
   */
  readonly image: pulumi.Input<string>;
  /**
   * The program: one word, or a command line. It is split into words as a shell does it, but no shell runs it.
   * @default the image's own entrypoint
   * @example "python"
   * @example "python -u '/arc/projects/survey/reduce all.py'"
   */
  readonly cmd?: pulumi.Input<string>;
  /** A bash script, instead of `cmd`; `args` are its `$1`, `$2`, ... The image needs bash. */
  readonly script?: pulumi.Input<string>;
  /** The arguments. The process gets each of them as one word, whatever it contains. */
  readonly args?: pulumi.Input<pulumi.Input<Word>[]>;
  /**
   * The folder where the command starts.
   * @default the folder of `files`; without them the server's choice: the user's home
   */
  readonly cwd?: pulumi.Input<string>;
  /**
   * Files and folders of this machine that the job needs, relative to the project's folder. They are put on /arc
   * before the launch, once for each content, and the command starts in the folder with them, which is `{files}`
   * in `cmd`, `script`, `args`, `cwd` and `env`. The job runs again when a name or a content changes, and never
   * for another reason. It needs a record.
   * @example ["search.py", "lib/"]
   */
  readonly files?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Environment variables. Secret values stay secret in state, and a change of one runs nothing again.
   * `SKAHA_JOB_ID` and `SKAHA_ATTEMPT` are set for every job.
   */
  readonly env?: pulumi.Input<Record<string, pulumi.Input<Word>>>;
  /** Any values. The job runs again when one of them changes. */
  readonly triggers?: pulumi.Input<unknown[]>;
  /**
   * Jobs that have to be Completed before this one is launched; until then it is `Held`. If one of them runs again
   * with other inputs, this one runs again too (a retry has no such effect). `dependsOn` alone orders only the
   * launches: it waits for no job's end.
   */
  readonly after?: readonly Predecessor[];
  /**
   * Makes a job that merges what those of `after` have done: it gets them as a file, `{members}` in `cmd`,
   * `script`, `args` and `env`, with a line of JSON each (name, id, attempt, status, params, outputs, record). It
   * runs again when one of them came, left or ran anew, also by a retry. It needs a record.
   * @default false
   */
  readonly members?: boolean;
  /**
   * With "keep", this job does not run again when a job of `after` runs again.
   * @default "rerun"
   */
  readonly staleAfter?: pulumi.Input<"rerun" | "keep">;
  /**
   * Jobs that have to be Completed before this one is launched, but are no part of what it runs: if one of them
   * runs again, this one does not. See `canary` of a sweep.
   */
  readonly canary?: readonly HeadlessSession[];
  /**
   * CPU cores.
   * @default the server's choice: it asks for 1 and uses up to 8 that are free
   */
  readonly cores?: pulumi.Input<number>;
  /**
   * Memory in GiB.
   * @default the server's choice: it asks for 4 and uses up to 32 that are free
   */
  readonly ram?: pulumi.Input<number>;
  /**
   * GPUs.
   * @default 0
   */
  readonly gpus?: pulumi.Input<number>;
  /**
   * When the job may be launched: hours and days on the wall clock of a time zone. It may be launched in any of
   * them.
   * @default the stack's `skaha:window`, else "always"
   * @example "20:00-06:00 America/Vancouver, weekends"
   */
  readonly window?: pulumi.Input<string>;
  /**
   * A limit that jobs share by its name: at most this many of them are Pending or Running at a time. The stack's
   * `skaha:maxInFlight` counts as well. See `maxInFlight` of a sweep.
   */
  readonly group?: pulumi.Input<JobGroup>;
  /**
   * Jobs that share the name are held, as soon as so many of them have failed for the same cause, or such a part
   * of those that ended. See `stopAfter` of a sweep.
   */
  readonly stopAfter?: pulumi.Input<StopAfter>;
  /**
   * Launches a job that ended badly again, with the next `up`.
   * @default no retry
   */
  readonly retry?: pulumi.Input<RetryArgs>;
  /**
   * Appended to `args` from the second attempt on.
   * @example ["--resume"]
   */
  readonly resumeArgs?: pulumi.Input<pulumi.Input<Word>[]>;
  /**
   * A folder under /arc where the job's command, log, exit code, memory and CPU use are recorded, so that they
   * outlive the server's hour; "none" turns the stack's `skaha:record` off. It needs `cmd` or `script`, and an
   * image with `/bin/sh`.
   * @default the stack's `skaha:record`, else none
   * @example "/arc/projects/survey/.jobs"
   */
  readonly record?: pulumi.Input<string>;
  /**
   * Files under /arc that the job has to write. If one is missing after exit status 0, the job is Failed. `{ path,
   * count, minBytes, newerThanStart, check }` asks for more than that it is there.
   */
  readonly outputs?: pulumi.Input<pulumi.Input<string | OutputArgs>[]>;
  /**
   * If all `outputs` are there before the job starts, as they have to be, it runs nothing and is Completed.
   * @default false
   */
  readonly skipIfOutputs?: pulumi.Input<boolean>;
  /**
   * Seconds after which the command gets TERM, and KILL 30 s later.
   * @default none; the server ends a session after 14 days
   */
  readonly maxRunSeconds?: pulumi.Input<number>;
  /**
   * How many threads numerical libraries use: sets OMP_NUM_THREADS, MKL_NUM_THREADS, OPENBLAS_NUM_THREADS,
   * NUMEXPR_NUM_THREADS and JULIA_NUM_THREADS for the command, except those that `env` sets.
   * @default the server sets OMP_NUM_THREADS to `cores`, and to 1 where a job has no `cores`
   */
  readonly threads?: pulumi.Input<number>;
  /**
   * A local folder, relative to that of the program or of fleet.yaml. The whole log is saved there as
   * `<id>-<attempt>.log` by the first refresh that sees the job's end; the server forgets it an hour after the
   * end.
   */
  readonly logs?: pulumi.Input<string>;
  /**
   * Any refresh that finds less than a day left renews the session.
   * @default false
   */
  readonly renew?: pulumi.Input<boolean>;
  /**
   * For a private image: who may pull it. It is always secret.
   * @default the stack's `skaha:registryAuth`
   */
  readonly registryAuth?: pulumi.Input<RegistryAuthArgs>;
  /** Variables that are not part of what runs: a change takes effect at the next launch, and causes none. */
  readonly untrackedEnv?: pulumi.Input<Record<string, pulumi.Input<Word>>>;
  /** The id of a session that was started by hand: the job takes it over instead of a launch. */
  readonly adopt?: pulumi.Input<string>;
  /**
   * The readable part of the job's name on the server: at most 44 characters of [a-z0-9-].
   * @default the resource's name, brought into that alphabet
   */
  readonly name?: pulumi.Input<string>;
  /**
   * What happens to a session that still runs when its job is removed from the program.
   * @default "cancel"
   */
  readonly onRemove?: pulumi.Input<"cancel" | "leave">;
}

/** What a job has to write, where it is not enough that a file is there. */
export interface OutputArgs {
  /**
   * A file or folder under /arc. With `*`, `?` or `[...]` in it, all that match, as a shell takes it; `[*]` is the character
   * itself.
   */
  readonly path: pulumi.Input<string>;
  /** How many there have to be, at least. @default 1 */
  readonly count?: pulumi.Input<number>;
  /** A smaller file does not count. @default any size */
  readonly minBytes?: pulumi.Input<number>;
  /** A file that was there before the attempt began does not count. It needs a record. @default false */
  readonly newerThanStart?: pulumi.Input<boolean>;
  /**
   * A command that a shell runs in the job's folder, with the files as `"$@"`: any exit status but 0 says that they are not
   * as they have to be. What it prints is in the job's log.
   * @example 'fitscheck "$@"'
   */
  readonly check?: pulumi.Input<string>;
}

/** For a private image: who may pull it. */
export interface RegistryAuthArgs {
  readonly username: pulumi.Input<string>;
  readonly secret: pulumi.Input<string>;
}

export interface JobGroup {
  readonly name: string;
  /** How many sessions. */
  readonly maxInFlight: number;
}

/** When no more jobs of a sweep are launched, because so many failed for the same cause. One of both limits is enough. */
export interface StopLimits {
  /** So many failed. */
  readonly failed?: number;
  /** Such a part of those that ended, from 0 to 1. */
  readonly share?: number;
  /** With `share`: how many have to have ended. @default 10 */
  readonly atLeast?: number;
}

/** The limits of jobs that share a name. */
export interface StopAfter extends StopLimits {
  readonly name: string;
}

/** A job of this stack, or the id of any other headless session of the same user. */
export type Predecessor = HeadlessSession | ArrayJob | { readonly sessionId: pulumi.Input<string> };

/** Why an attempt ended badly: `Deadline` is the server's own limit, `Lost` an end that nobody saw. */
export type RetryCause = Cause;

export interface RetryArgs {
  /** How often the job is launched again at most: in all, or for each cause. */
  readonly limit: pulumi.Input<number | { readonly [cause in RetryCause]?: number }>;
  /** What is retried, where `limit` is one number. @default ["Failed"] */
  readonly on?: pulumi.Input<pulumi.Input<RetryCause>[]>;
  /** Each retry asks for this times the memory, rounded up to what the server offers. @default 1 */
  readonly ramFactor?: pulumi.Input<number>;
  /** The same for cores. @default 1 */
  readonly coresFactor?: pulumi.Input<number>;
}

/** One session that stood for a job before. */
export type PastAttempt = Attempt;

/**
 * A headless (batch) session: launched once by `pulumi up`, which does not wait for its end, and
 * cancelled when it is removed from the program. The resource's `id` is the job's name on the server.
 *
 * @example
 * new HeadlessSession("hello", { image: "images.canfar.net/skaha/terminal:1.1.2", cmd: "echo hello" });
 * @example
 * const bands = [2, 4, 6].map((band) => new HeadlessSession(`band-${band}`, {
 *   image: "images.canfar.net/skaha/astroml:24.07",
 *   cmd: "python",
 *   args: ["/arc/projects/survey/search.py", "--band", band],
 *   cores: 2,
 *   ram: 8,
 * }));
 */
export class HeadlessSession extends pulumi.CustomResource {
  /**
   * `Held`, `Pending`, `Running`, `Terminating`, `Completed`, `Failed` or `Lost`, as of the last `up` or refresh.
   * An unknown word of the server is kept as it is.
   */
  declare readonly status: pulumi.Output<string>;
  /** Why the job is `Held`, in words. */
  declare readonly reason: pulumi.Output<string | undefined>;
  /**
   * What holds it: `after`, `canary`, `stopAfter`, `window`, `maxInFlight`, `maxCost`, `pack`, or `unclear` if its
   * launch got no clear answer.
   */
  declare readonly heldBy: pulumi.Output<string | undefined>;
  /**
   * Why the job ended badly, if more is known than its status: `Deadline` if the server's own limit ended it; for
   * a recorded job `ExitCode`, `Signal`, `OutOfMemory`, `Timeout`, `MissingOutputs`, `Killed` or `NotStarted`;
   * `Preempted` where the cluster's events say it.
   */
  declare readonly cause: pulumi.Output<string | undefined>;
  /** Of a recorded job: its exit code. */
  declare readonly exitCode: pulumi.Output<number | undefined>;
  /** Of a recorded job: the signal that ended it. */
  declare readonly signal: pulumi.Output<string | undefined>;
  /** Of a recorded job: the `outputs` that it did not write. */
  declare readonly missingOutputs: pulumi.Output<string[] | undefined>;
  /** Of a recorded job: the memory (GiB) and cores that it used. */
  declare readonly usage: pulumi.Output<Usage | undefined>;
  /** Of a recorded job: the folder of this attempt's record, as jobs see it. */
  declare readonly recordedIn: pulumi.Output<string | undefined>;
  /** Skaha's id of the session that now stands for the job. */
  declare readonly sessionId: pulumi.Output<string | undefined>;
  /** That session's name: the job's `id`, from attempt 2 on with `-<attempt>`. */
  declare readonly sessionName: pulumi.Output<string | undefined>;
  /** Which session it is, counted from 1. */
  declare readonly attempt: pulumi.Output<number>;
  /** The attempts before this one, oldest first. */
  declare readonly attempts: pulumi.Output<PastAttempt[] | undefined>;
  /** When this attempt was launched; undefined if its session was found or adopted. ISO 8601. */
  declare readonly launchTime: pulumi.Output<string | undefined>;
  /** When the session started; undefined until then. ISO 8601. */
  declare readonly startTime: pulumi.Output<string | undefined>;
  /** Of a recorded job: when it ended. The server does not say that. ISO 8601. */
  declare readonly endTime: pulumi.Output<string | undefined>;
  /** Of a job without a record: when its end was first seen. It ended then or earlier. ISO 8601. */
  declare readonly endSeenTime: pulumi.Output<string | undefined>;
  /** When the server ends the session if it has not ended by itself. ISO 8601. */
  declare readonly expiryTime: pulumi.Output<string | undefined>;
  /**
   * With `logs`: where the log was saved, relative to the program's folder. Else of a recorded job: where it is
   * under /arc.
   */
  declare readonly logPath: pulumi.Output<string | undefined>;
  /** With `logs`, of a Failed job: the last lines of its log, at most 4 KB. */
  declare readonly logTail: pulumi.Output<string | undefined>;
  /** With `logs`, of a Failed job: its Kubernetes events, at most 4 KB. */
  declare readonly events: pulumi.Output<string | undefined>;
  /** What the image's tag stood for at the launch, if the image is public. */
  declare readonly imageDigest: pulumi.Output<string | undefined>;
  /** The commit of the program that launched the job. */
  declare readonly gitCommit: pulumi.Output<string | undefined>;
  /** Whether there were uncommitted changes. */
  declare readonly gitDirty: pulumi.Output<boolean | undefined>;
  /** The Skaha API that the job was launched on. */
  declare readonly server: pulumi.Output<string>;
  /** The user that launched it. */
  declare readonly userId: pulumi.Output<string | undefined>;
  /** As declared. */
  declare readonly image: pulumi.Output<string>;
  declare readonly cores: pulumi.Output<number | undefined>;
  declare readonly ram: pulumi.Output<number | undefined>;
  declare readonly gpus: pulumi.Output<number | undefined>;

  /** Tells a job from anything else, also across two copies of this package. */
  static override isInstance(value: unknown): value is HeadlessSession {
    return (
      pulumi.Resource.isInstance(value) &&
      isJobType((value as unknown as { __pulumiType?: unknown }).__pulumiType)
    );
  }

  /**
   * A session that is not the stack's: started by hand, or by another stack. It is looked at, and never launched or
   * cancelled. Only with `skaha:door` "native".
   * @param name unique in the stack
   * @param sessionId Skaha's id of it
   * @throws TypeError through the dynamic door
   */
  static get(
    name: string,
    sessionId: pulumi.Input<string>,
    opts: pulumi.CustomResourceOptions = {},
  ): HeadlessSession {
    const nothing = { image: "" }; // all of it is asked for
    return new HeadlessSession(name, nothing, { ...opts, id: sessionId });
  }

  /**
   * @param name unique in the stack; the job is found again by it and by what it runs
   * @throws TypeError for options that a job cannot have
   */
  constructor(name: string, args: HeadlessSessionArgs, opts: pulumi.CustomResourceOptions = {}) {
    const door = doorOfProgram();
    const isNative = door.name === "native";
    refuseUnfit(name, opts, isNative);
    warnOfBareDependsOn(name, args, opts);
    noteJob();
    const { after, canary, ...words } = args;
    const { env, registryAuth, ...rest } = wireForm(words);
    const variables = bySecrecy(env);
    const inputs = {
      ...rest,
      ...variables,
      ...(registryAuth && { registryAuth: pulumi.secret(registryAuth) }),
      ...predecessors(after),
      ...(args.members === true && { memberList: after?.map(memberOf) }),
      ...canaries(canary),
      identity: placeOf(name, opts.parent),
    };
    const { identity: _ofUrn, ...native } = inputs;
    const isRead = opts.id !== undefined || opts.urn !== undefined;
    const heard = listenToEngine();
    leaveOutDebugLog();
    const restoreStacks = leaveOutStacks();
    try {
      super(
        door.sessionType,
        name,
        isRead
          ? { ...placeholders, jobName: undefined, image: undefined }
          : isNative
            ? { ...native, ...organizationOfStack() }
            : { ...inputs, __provider: pointer },
        {
          ...opts,
          // `pulumi up --replace` asks this option, not `diff`: the new session must not be launched
          // while the old one, of the same name, is still there.
          deleteBeforeReplace: true,
          aliases: aliasesThroughDoors(
            door,
            { type: door.sessionType, name, parent: opts.parent },
            opts.aliases,
          ),
        },
      );
    } finally {
      restoreStacks();
    }
    if (!isRead) addOutputs(this, heard);
    const { urn } = this as unknown as { urn: { promise(): Promise<unknown> } }; // the SDK's types leave it out
    const answered = urn.promise();
    refusedWithoutStack(answered, door.sessionType, name);
    offerPendingJob(name, inputs, answered);
    noteMember(this, { name, outputs: args.outputs });
  }
}

const addOutputs = lateOutputs([...Object.keys(placeholders), "jobName"]);

/** Where the job stands in the program. At the root it is known at once, which spares the engine a wait. */
function placeOf(name: string, parent: pulumi.Resource | undefined): pulumi.Input<string> {
  const organization = pulumi.getOrganization();
  if (!parent) {
    return `${organization}/urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::${sessionType}::${name}`;
  }
  return pulumi.interpolate`${organization}/${pulumi.createUrn(name, sessionType, urnOf(parent))}`;
}

/** With PULUMI_CONTINUE_ON_ERROR the SDK 3.270 rejects a refused job's outputs; 3.250 and 3.276 do not. */
function refusedWithoutStack(answered: Promise<unknown>, type: string, name: string): void {
  answered.catch((error: unknown) => tellUnregistered(error, type, name));
}

/** What the native provider cannot tell from a URN. */
export function organizationOfStack(): { readonly organization?: string } {
  const organization = pulumi.getOrganization();
  return organization === "organization" ? {} : { organization };
}

function refuseUnfit(name: string, opts: pulumi.CustomResourceOptions, isNative: boolean): void {
  if (!name.isWellFormed()) {
    throw new TypeError(
      `HeadlessSession ${JSON.stringify(name)}: a name cannot hold half of a surrogate pair, which is no character`,
    );
  }
  if (opts.deleteBeforeReplace === false) {
    throw new TypeError(
      `HeadlessSession "${name}": \`deleteBeforeReplace: false\` would have a job run twice at once; leave it out`,
    );
  }
  if (!isNative && (opts.import !== undefined || opts.id !== undefined)) {
    throw new TypeError(
      `HeadlessSession "${name}": Pulumi cannot import dynamic resources; leave out \`import\` and \`id\`, or set \`skaha:door\` to "native" (docs/doors.md)`,
    );
  }
}

/**
 * Two inputs, because an unknown status inside one array would make the ids unknown too: then each
 * preview of an unfinished predecessor would show its successors as replaced.
 */
function predecessors(after: readonly Predecessor[] | undefined) {
  if (after === undefined || after.length === 0) return {};
  if (!Array.isArray(after)) throw new TypeError(notPredecessor);
  return {
    after: after.map((one) => predecessorOf(one).id),
    afterStatus: after.map((one) => predecessorOf(one).status),
  };
}

/** What is known of a predecessor, for the job that merges several. */
function memberOf(one: Predecessor) {
  const { id, status } = predecessorOf(one);
  if (!HeadlessSession.isInstance(one) && !(markOfArrayJob in one)) return { id };
  const { attempt, recordedIn: record } = one as HeadlessSession;
  return { ...wireForm(factsOfMember(one)), id, status, attempt, record };
}

/** One job of an array, with the outputs of a HeadlessSession. */
export interface ArrayJob
  extends Pick<HeadlessSession, keyof typeof placeholders | "image" | "cores" | "ram" | "gpus"> {
  /** The job's name on the server. */
  readonly id: pulumi.Output<string>;
  /** Its key in the sweep. */
  readonly key: string;
}

/** Has the outputs of a job, and is none of its own: one of an array. */
export const markOfArrayJob = Symbol.for("pulumi-skaha/arrayJob");

type JobOutputs = Pick<HeadlessSession, "id" | "status">;

/** The same id for the same one: jobs of an array that share it then have it in common. */
const made = new WeakMap<object, pulumi.Output<string>>();

const notPredecessor =
  "`after` takes a list of jobs, or of `{ sessionId }` for sessions outside the stack; of a sweep take its jobs: `after: sweep.jobs`";

/** @returns a predecessor's id and status; of a session outside the stack only the provider knows the status */
export function predecessorOf(one: Predecessor): {
  readonly id: pulumi.Output<string>;
  readonly status: pulumi.Input<string>;
} {
  if (HeadlessSession.isInstance(one)) return { id: idOf(one), status: one.status };
  if (typeof one !== "object" || one === null) throw new TypeError(notPredecessor);
  if (markOfArrayJob in one) return one as JobOutputs;
  const { sessionId } = one as { readonly sessionId?: pulumi.Input<string> };
  if (sessionId === undefined) throw new TypeError(notPredecessor);
  const id = made.get(one) ?? pulumi.output(sessionId).apply(outsideId);
  made.set(one, id);
  return { id, status: "" };
}

/**
 * A preview does not know the id of what it would create, but what `check` named it. So a job that moves into a resource
 * of its own is the same predecessor as before.
 */
function idOf(job: HeadlessSession): pulumi.Output<string> {
  const { id, jobName } = job as HeadlessSession & { readonly jobName?: pulumi.Output<string> };
  if (jobName === undefined || !pulumi.runtime.isDryRun()) return id; // of an older copy of this package
  const foretold = () => pulumi.output(isKnown(id).then((known) => (known ? id : jobName)));
  const same = made.get(job) ?? foretold();
  made.set(job, same);
  return same;
}

function canaries(canary: readonly HeadlessSession[] | undefined) {
  if (canary === undefined || canary.length === 0) return {};
  return {
    canary: canary.map(idOf),
    // Under `--target` there may be none.
    canaryStatus: canary.map(({ status }) => status.apply((known?: string) => known ?? "")),
  };
}

function warnOfBareDependsOn(
  name: string,
  { after = [] }: HeadlessSessionArgs,
  { dependsOn }: pulumi.CustomResourceOptions,
): void {
  const bare = (Array.isArray(dependsOn) ? dependsOn : [dependsOn]).some(
    (one) => HeadlessSession.isInstance(one) && !after.includes(one),
  );
  if (!bare) return;
  void pulumi.log.warn(
    `HeadlessSession "${name}": \`dependsOn\` only orders launches; to wait for a job's end, use \`after\``,
  );
}

type Variables = Record<string, pulumi.Input<Word>>;

interface BySecrecy {
  readonly env?: Variables | Promise<pulumi.Input<Variables> | undefined>;
  readonly secretEnv?: Promise<pulumi.Input<Variables> | undefined>;
}

/** Only the values that are secret are stored as secrets, because of them only the name says what runs. */
export function bySecrecy(env: HeadlessSessionArgs["env"]): BySecrecy {
  if (env === undefined) return {};
  // Most are literals, known at once.
  if (isLiteralMap(env)) return Object.keys(env).length > 0 ? { env } : {};
  const sorted = sortedBySecrecy(env);
  return {
    env: sorted.then(({ plain }) => plain),
    secretEnv: sorted.then(({ secret }) => secret),
  };
}

function isLiteralMap(env: pulumi.Input<Variables>): env is Record<string, Word> {
  return (
    !pulumi.Output.isInstance(env) &&
    !(env instanceof Promise) &&
    Object.values(env).every((value) => ["string", "number", "boolean"].includes(typeof value))
  );
}

interface Sorted {
  readonly plain?: pulumi.Input<Variables>;
  readonly secret?: pulumi.Input<Variables>;
}

async function sortedBySecrecy(env: pulumi.Input<Variables>): Promise<Sorted> {
  if (pulumi.Output.isInstance<Variables>(env)) {
    return (await isSecret(env)) ? { secret: env } : { plain: env };
  }
  const sorted: { plain: Variables; secret: Variables } = { plain: {}, secret: {} };
  for (const [name, value] of Object.entries(await env)) {
    sorted[(await isSecret(value)) ? "secret" : "plain"][name] = value;
  }
  return {
    ...(Object.keys(sorted.plain).length > 0 && { plain: sorted.plain }),
    ...(Object.keys(sorted.secret).length > 0 && { secret: pulumi.secret(sorted.secret) }),
  };
}

function isSecret(value: unknown): Promise<boolean> {
  return pulumi.isSecret(pulumi.output(value));
}
