// How a server is set up: the options of `startSkaha` and of the configuration file, checked, with their defaults.
import { randomBytes } from "node:crypto";
import { cpus, totalmem, userInfo } from "node:os";
import { z } from "zod";
import type { User } from "./auth";
import { faultRuleSchema } from "./faults";
import type { Size } from "./job";
import type { ContextOptions, ImageVerdict } from "./launch/launch";
import type { Lifetimes } from "./sessions/sessions";

const resourceSchema = z.strictObject({
  default: z.number().positive().optional(),
  defaultRequest: z.number().positive().optional(),
  defaultLimit: z.number().positive().optional(),
  options: z.array(z.number().positive()).min(1).optional(),
});

const imageSchema = z.strictObject({
  /** `images.canfar.net/<project>/<name>:<tag>` */
  id: z.string().min(1),
  types: z.array(z.string()).default(["headless"]),
  digest: z.string().optional(),
  /** What runs when a POST has no cmd. */
  entrypoint: z.array(z.string()).min(1).optional(),
  /** `username:secret` that opens it; such an image is not on the public list. */
  registrySecret: z.string().includes(":").optional(),
});

const seconds = z.number().positive();

/** What may stand in a configuration file; the same names as in `startSkaha`'s options. */
export const configSchema = z.strictObject({
  /** By name. @default one user, named after yours, with a random token */
  users: z
    .record(
      z.string().regex(/^[a-zA-Z0-9][-_.a-zA-Z0-9]*$/, "user names have letters, digits, - _ ."),
      z.strictObject({
        token: z.string().min(1).optional(),
        uid: z.int().positive().optional(),
        groups: z.array(z.int().nonnegative()).optional(),
        posix: z.boolean().optional(),
        authorized: z.boolean().optional(),
      }),
    )
    .refine((users) => Object.keys(users).length > 0, "at least one user is needed")
    .optional(),
  /** Projects under `/arc/projects`, with their members. @default every project is there for everybody */
  projects: z
    .record(z.string().regex(/^[^/]+$/, "is no folder's name"), z.array(z.string()))
    .optional(),
  /** The public images, or `any` image of the registries. @default "any" */
  images: z.union([z.literal("any"), z.array(imageSchema)]).optional(),
  /** Where images must come from. @default ["images.canfar.net"] */
  registries: z.array(z.string().min(1)).min(1).optional(),
  /** What `GET /context` answers; what is left out is as in the server's chart. */
  context: z
    .strictObject({
      cores: resourceSchema.optional(),
      memoryGB: resourceSchema.optional(),
      gpus: z.strictObject({ options: z.array(z.int()) }).optional(),
      maxInteractiveSessions: z.string().optional(),
    })
    .optional(),
  /** What runs at the same time, by what was requested; nominal. @default the machine, at least 8 cores, 32 GiB */
  capacity: z
    .strictObject({
      cores: z.number().positive().optional(),
      ramGiB: z.number().positive().optional(),
      /** More than 0: GPUs are counted; else `gpus` is accepted and ignored. */
      gpus: z.int().nonnegative().optional(),
    })
    .optional(),
  /** How long ended sessions stay known. @default 3600 */
  expireSeconds: z.number().nonnegative().optional(),
  /** How long a session may run. @default 1_209_600 (14 days) */
  activeDeadlineSeconds: seconds.optional(),
  /** What a renewal gives. @default 345_600 (4 days) */
  renewSeconds: seconds.optional(),
  /** From TERM to KILL. @default 2 */
  graceSeconds: z.number().nonnegative().optional(),
  /** From when a session has its place until its process starts, as an image is pulled: it is Pending. @default 0 */
  startDelaySeconds: z.number().nonnegative().optional(),
  /** `view=stats`: numbers of the capacity, or 503 as a server without metrics answers. @default "capacity" */
  stats: z.enum(["capacity", "unavailable"]).optional(),
  /** Misbehaviour from the start. */
  faults: z.array(faultRuleSchema).optional(),
  /** `v0`: what servers before 0.30 answered. @default "v1" */
  api: z.enum(["v1", "v0"]).optional(),
  /** @default 0 (any free one) */
  port: z.int().min(0).max(65_535).optional(),
  /** @default "127.0.0.1"; another one needs `allowRemote` */
  host: z.string().min(1).optional(),
  /** Lets the server listen to other machines. Whoever has the token runs commands here. @default false */
  allowRemote: z.boolean().optional(),
  /** Where sessions, `/arc` and `/scratch` live. Without it nothing is kept, and a `runner` is needed. */
  dataDir: z.string().min(1).optional(),
});
export type Config = z.input<typeof configSchema>;

/** A configuration with all its defaults, in the units of the code that uses it. */
export interface Settings {
  readonly users: readonly User[];
  /** Members by project; undefined: every project is there for everybody. */
  readonly projects: Readonly<Record<string, readonly string[]>> | undefined;
  readonly images: Images;
  readonly registries: readonly string[];
  readonly context: ContextOptions;
  readonly capacity: Size;
  readonly lifetimes: Lifetimes;
  readonly startDelayMs: number;
  readonly stats: "capacity" | "unavailable";
  readonly faults: readonly z.infer<typeof faultRuleSchema>[];
  readonly api: "v1" | "v0";
  readonly port: number;
  readonly host: string;
  readonly allowRemote: boolean;
  readonly dataDir: string | undefined;
}

export interface Images {
  readonly listed: readonly { id: string; types: readonly string[]; digest?: string }[];
  judge(image: string, credentials: string | undefined): ImageVerdict;
  entrypointOf(image: string): readonly string[] | undefined;
}

/** Checks and completes a configuration. Throws one sentence per fault: the property and the reason. */
export function settle(config: unknown): Settings {
  const checked = configSchema.safeParse(config);
  if (!checked.success) {
    const faults = checked.error.issues.map(
      (issue) => `${issue.path.join(".") || "(the whole)"}: ${issue.message}`,
    );
    throw new Error(`the configuration is not right:\n  ${faults.join("\n  ")}`);
  }
  const given = checked.data;
  const host = given.host ?? "127.0.0.1";
  if (!isLoopback(host) && !given.allowRemote) {
    throw new Error(
      `the configuration is not right:\n  host: ${host} lets other machines run commands here; set allowRemote if that is meant`,
    );
  }
  return {
    users: usersOf(given.users ?? { [ownName()]: {} }),
    projects: given.projects,
    images: imagesOf(given.images ?? "any"),
    registries: given.registries ?? ["images.canfar.net"],
    context: contextOf(given.context),
    capacity: {
      cores: given.capacity?.cores ?? Math.max(8, cpus().length),
      ramBytes: given.capacity?.ramGiB
        ? given.capacity.ramGiB * 2 ** 30
        : Math.max(32 * 2 ** 30, totalmem()),
      gpus: given.capacity?.gpus ?? 0,
    },
    lifetimes: {
      expireSeconds: given.expireSeconds ?? 3600,
      activeDeadlineSeconds: given.activeDeadlineSeconds ?? 1_209_600,
      renewSeconds: given.renewSeconds ?? 345_600,
      graceMs: (given.graceSeconds ?? 2) * 1000,
    },
    startDelayMs: (given.startDelaySeconds ?? 0) * 1000,
    stats: given.stats ?? "capacity",
    faults: given.faults ?? [],
    api: given.api ?? "v1",
    port: given.port ?? 0,
    host,
    allowRemote: given.allowRemote ?? false,
    dataDir: given.dataDir,
  };
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.[0-9]+){3}$/.test(host);
}

/** Who is served if nobody is named: you. */
export function ownName(): string {
  try {
    const name = userInfo().username;
    return /^[a-zA-Z0-9][-_.a-zA-Z0-9]*$/.test(name) ? name : "skaha";
  } catch {
    return "skaha"; // a uid without an entry in the password file
  }
}

function usersOf(users: NonNullable<Config["users"]>): User[] {
  return Object.entries(users).map(([name, user], index) => ({
    name,
    token: user.token ?? randomBytes(24).toString("base64url"),
    uid: user.uid ?? 10_001 + index,
    groups: user.groups ?? [],
    posix: user.posix ?? true,
    authorized: user.authorized ?? true,
  }));
}

function imagesOf(images: NonNullable<z.infer<typeof configSchema>["images"]>): Images {
  if (images === "any") {
    return { listed: [], judge: () => "public", entrypointOf: () => undefined };
  }
  const byId = new Map(images.map((image) => [image.id, image]));
  return {
    listed: images
      .filter((image) => image.registrySecret === undefined)
      .map(({ id, types, digest }) => ({ id, types, ...(digest !== undefined && { digest }) })),
    judge(id, credentials) {
      const image = byId.get(id);
      if (image && image.registrySecret === undefined) return "public";
      if (credentials === undefined) return "unknown";
      // An image this server knows nothing of cannot be judged, so it is taken.
      return !image || image.registrySecret === credentials ? "pullable" : "unpullable";
    },
    entrypointOf: (id) => byId.get(id)?.entrypoint,
  };
}

/** Of the usual sizes those that a server of this capacity can run. */
export function contextWithin({
  cores = Number.POSITIVE_INFINITY,
  ramGiB = Number.POSITIVE_INFINITY,
}: {
  readonly cores?: number | undefined;
  readonly ramGiB?: number | undefined;
}): Pick<NonNullable<Config["context"]>, "cores" | "memoryGB"> {
  const usual = contextOf(undefined);
  return { cores: within(usual.cores, cores), memoryGB: within(usual.memoryGB, ramGiB) };
}

function within(usual: ContextOptions["cores"], capacity: number): z.infer<typeof resourceSchema> {
  const [least = 1] = usual.options;
  const options = usual.options.filter((one) => one <= Math.max(least, capacity));
  const most = options.at(-1) ?? least;
  return {
    default: Math.min(usual.default, most),
    defaultLimit: Math.min(usual.defaultLimit, most),
    options,
    defaultRequest: Math.min(usual.defaultRequest, most),
  };
}

function contextOf(given: z.infer<typeof configSchema>["context"]): ContextOptions {
  const range = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const ram = [1, 2, 4, 6, 8, 10, 12, 14, 16, 20, 24, 26, 28, 30, 32, 36, 40, 44, 48, 56, 64];
  // In the order in which the recorded server answers.
  return {
    cores: {
      default: given?.cores?.default ?? 2,
      defaultLimit: given?.cores?.defaultLimit ?? 8,
      options: given?.cores?.options ?? range(1, 16),
      defaultRequest: given?.cores?.defaultRequest ?? 1,
    },
    gpus: { options: given?.gpus?.options ?? range(1, 28) },
    memoryGB: {
      default: given?.memoryGB?.default ?? 8,
      defaultLimit: given?.memoryGB?.defaultLimit ?? 32,
      options: given?.memoryGB?.options ?? [...ram, 80, 92, 112, 128, 140, 170, 192],
      defaultRequest: given?.memoryGB?.defaultRequest ?? 4,
    },
    maxInteractiveSessions: given?.maxInteractiveSessions ?? "5",
  };
}
