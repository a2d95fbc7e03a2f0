// The resource that users declare: one job of a Skaha server. Thin: it says what is an input and what
// an output, and where the job stands in the program; the rest happens behind the pointer.
import * as pulumi from "@pulumi/pulumi";
import { pointer } from "./pointer";

/** A word of a command or the value of a variable; numbers and booleans are written as JSON writes them. */
export type Word = string | number | boolean;

export interface HeadlessSessionArgs {
  /**
   * The container image: registry, project, name and tag.
   * @example "images.canfar.net/skaha/astroml:24.07"
   */
  readonly image: pulumi.Input<string>;
  /**
   * The program: one word, or a command line, split into words as a shell would, but run by no shell.
   * @default the image's own entrypoint
   * @example "python"
   * @example "python -u '/arc/projects/survey/reduce all.py'"
   */
  readonly cmd?: pulumi.Input<string>;
  /** A bash script, instead of `cmd`; `args` are its `$1`, `$2`, ... The image needs bash. */
  readonly script?: pulumi.Input<string>;
  /** Arguments, each of them one word for the process, whatever it holds. */
  readonly args?: pulumi.Input<pulumi.Input<Word>[]>;
  /**
   * Environment variables. Values that are secret (`config.requireSecret`) stay secret in state, and
   * changing one runs nothing again. `SKAHA_JOB_ID` and `SKAHA_ATTEMPT` are set for every job.
   */
  readonly env?: pulumi.Input<Record<string, pulumi.Input<Word>>>;
  /** CPU cores. @default the server's choice: 1 asked for, up to 8 if free */
  readonly cores?: pulumi.Input<number>;
  /** Memory in GiB. @default the server's choice: 4 asked for, up to 32 if free */
  readonly ram?: pulumi.Input<number>;
  /** GPUs. @default 0 */
  readonly gpus?: pulumi.Input<number>;
  /** For a private image: who may pull it. Always secret. */
  readonly registryAuth?: pulumi.Input<{
    readonly username: pulumi.Input<string>;
    readonly secret: pulumi.Input<string>;
  }>;
  /** Any values; the job runs again when one changes. */
  readonly triggers?: pulumi.Input<unknown[]>;
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

const type = "pulumi-nodejs:dynamic/skaha:HeadlessSession";

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
  /** Skaha's last word on the job, as of the last `up` or refresh, e.g. `Completed`. */
  declare readonly status: pulumi.Output<string>;
  /** Why the job is `Held`; undefined otherwise. */
  declare readonly reason: pulumi.Output<string | undefined>;
  /** Skaha's id of the session that now stands for the job. */
  declare readonly sessionId: pulumi.Output<string | undefined>;
  /** That session's name: the job's `id`, from attempt 2 on with `-<attempt>`. */
  declare readonly sessionName: pulumi.Output<string | undefined>;
  /** 1 for the first. */
  declare readonly attempt: pulumi.Output<number>;
  /** ISO 8601; undefined until the session started. */
  declare readonly startTime: pulumi.Output<string | undefined>;
  /** When the server ends the session if it has not ended by itself. ISO 8601. */
  declare readonly expiryTime: pulumi.Output<string | undefined>;
  /** The Skaha API that the job was launched on. */
  declare readonly server: pulumi.Output<string>;
  /** As whom it was launched. */
  declare readonly userId: pulumi.Output<string | undefined>;
  declare readonly image: pulumi.Output<string>;
  declare readonly cores: pulumi.Output<number | undefined>;
  /** GiB. */
  declare readonly ram: pulumi.Output<number | undefined>;
  declare readonly gpus: pulumi.Output<number | undefined>;

  /**
   * @param name unique in the stack; the job is found again by it and by what it runs
   * @throws TypeError for options that a job cannot have
   */
  constructor(name: string, args: HeadlessSessionArgs, opts: pulumi.CustomResourceOptions = {}) {
    refuseUnfit(name, opts);
    const { env, registryAuth, ...rest } = args;
    const variables = bySecrecy(env);
    super(
      type,
      name,
      {
        ...rest,
        env: variables.then(({ plain }) => plain),
        secretEnv: variables.then(({ secret }) => secret),
        registryAuth: registryAuth && pulumi.secret(registryAuth),
        identity: pulumi.interpolate`${pulumi.getOrganization()}/${pulumi.createUrn(name, type, opts.parent)}`,
        status: undefined,
        reason: undefined,
        sessionId: undefined,
        sessionName: undefined,
        attempt: undefined,
        startTime: undefined,
        expiryTime: undefined,
        server: undefined,
        userId: undefined,
        __provider: pointer,
      },
      // `pulumi up --replace` asks this option, not `diff`: the new session must not be launched
      // while the old one, of the same name, is still there.
      { ...opts, deleteBeforeReplace: true },
    );
  }
}

function refuseUnfit(name: string, opts: pulumi.CustomResourceOptions): void {
  if (opts.deleteBeforeReplace === false) {
    throw new TypeError(
      `HeadlessSession "${name}": \`deleteBeforeReplace: false\` would have a job run twice at once; leave it out`,
    );
  }
  if (opts.import !== undefined || opts.id !== undefined) {
    throw new TypeError(
      `HeadlessSession "${name}": Pulumi cannot import dynamic resources; leave out \`import\` and \`id\``,
    );
  }
}

type Variables = Record<string, pulumi.Input<Word>>;

interface BySecrecy {
  plain?: pulumi.Input<Variables>;
  secret?: pulumi.Input<Variables>;
}

/** Only the values that are secret are stored as secrets, because of them only the name says what runs. */
async function bySecrecy(env: HeadlessSessionArgs["env"]): Promise<BySecrecy> {
  if (env === undefined) return {};
  if (pulumi.Output.isInstance<Record<string, pulumi.Input<Word>>>(env)) {
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
