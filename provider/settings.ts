// What a run is told besides its inputs: stack configuration and environment. The engine hands over
// configuration as text; it is read and refused here, before the first request.
import { z } from "zod";
import { examplePrice, type Price, parsePrice } from "./cost/price";
import { always, parseWindow } from "./job/decisions/window";
import { recordPath } from "./record/arcPath";
import {
  count,
  defaultConcurrency,
  examples,
  number,
  optionalIn,
  type SettingReader,
} from "./settings/oneSetting";
import type { CanfarConfig } from "./skaha/canfarConfig";
import type { RegistryAuth } from "./skaha/client";
import { isLoopback } from "./skaha/proxies";

export interface Settings {
  /** Up to and with the version, without a slash at the end. */
  readonly server: string;
  /** Where that was found, as a sentence names it. */
  readonly serverFrom: string;
  /** Requests under way at a time. */
  readonly concurrency: number;
  /** The user's headless sessions at a time; undefined for no limit. */
  readonly maxInFlight: number | undefined;
  /** The window of jobs that have none of their own. */
  readonly window: string | undefined;
  readonly tokenCommand: string | undefined;
  readonly stackToken: string | undefined;
  readonly registryAuth: RegistryAuth | undefined;
  /** Where jobs are recorded that say nothing themselves. */
  readonly record: string | undefined;
  /** The VOSpace service that has /arc, without a slash at the end. */
  readonly arc: string;
  /** What a core-hour and its like are worth; undefined where nobody says. */
  readonly price: Price | undefined;
  /** What all jobs of the stack may cost, in the units of the price; undefined for no limit. */
  readonly maxCost: number | undefined;
}

export interface Setting {
  readonly text: string;
  /** A variable that says the same, and goes first. */
  readonly env?: string;
  readonly default: string;
}

/** What the stack's configuration can say, in words: for the documents. */
export const settings = {
  "skaha:serverUrl": {
    text: "The Skaha API. It ends in the version: `/v1`, or `/v0` for servers before 2025. `http:` is only for this machine.",
    env: "CANFAR_URL",
    default: "canfar's active server, else `https://ws-uv.canfar.net/skaha/v1`",
  },
  "skaha:maxInFlight": {
    text: "How many of your headless sessions may be Pending or Running at a time because of an `up`.",
    default: "no limit; `init` sets 20",
  },
  "skaha:window": {
    text: "When jobs without their own `window` may be launched.",
    default: "`always`",
  },
  "skaha:price": {
    text: `What the sessions of jobs cost by what they reserve, such as \`${examplePrice}\` ([cost.md](cost.md)).`,
    default: "none: costs are told in core-hours and the like only",
  },
  "skaha:maxCost": {
    text: "What all jobs of the stack may cost together, in the units of `skaha:price`: no job is launched that is expected to go beyond ([cost.md](cost.md)).",
    default: "no limit",
  },
  "skaha:concurrency": { text: "Requests at a time.", default: "64" },
  "skaha:record": {
    text: "The `record` of all jobs that have `cmd` or `script`.",
    default: "none",
  },
  "skaha:arcUrl": {
    text: "Where `/arc` is served.",
    env: "CANFAR_ARC_URL",
    default: "`/arc` on the Skaha server",
  },
  "skaha:registryAuth": {
    text: "Who may pull private images: `username:secret`. Set it with `--secret`.",
    default: "the registry in canfar's configuration",
  },
  "skaha:tokenCommand": {
    text: "A program that prints a token; no shell runs it. Set it with `--plaintext`.",
    default: "none",
  },
  "skaha:notifyCommand": {
    text: "A program that is run once when the fleet is done, fails beyond a limit or stops moving, with the message on its stdin (docs/notice.md); no shell runs it.",
    default: "none",
  },
  "skaha:notifyWebhook": {
    text: "A URL that the same message is posted to, as JSON. Set it with `--secret`.",
    default: "none",
  },
  "skaha:notifyFailed": {
    text: "A message is sent as soon as so many jobs of the stack have failed.",
    default: "only for a sweep that its `stopAfter` stops",
  },
  "skaha:notifyQuiet": {
    text: "A message is sent when no job has changed for so long, while some run or wait to: `30m`, `12h`, `2d`.",
    default: "none",
  },
  "skaha:door": {
    text: "Of TypeScript programs and `fleet.yaml`: through which door the jobs reach Pulumi, `dynamic` or `native` (docs/doors.md).",
    env: "PULUMI_SKAHA_DOOR",
    default: "`dynamic`",
  },
  "skaha:token": {
    text: "A token, which is used last. Set it with `--secret`.",
    env: "CANFAR_TOKEN",
    default: "none",
  },
} as const satisfies Record<`skaha:${string}`, Setting>;

export const defaultServer = "https://ws-uv.canfar.net/skaha/v1";
const server = z
  .url(`is not a URL: write all of it, like ${defaultServer}`)
  .superRefine((text, context) => {
    const refuse = (message: string) => context.addIssue({ code: "custom", message });
    const url = URL.parse(text);
    if (!url) return;
    if (url.username || url.password) refuse("must not hold a user or password: use CANFAR_TOKEN");
    const isOfOneRoute = /\/(session|context|image)\/*$/.test(url.pathname);
    if (url.search || url.hash || isOfOneRoute) {
      refuse("must end with the version of the API, like /skaha/v1");
    }
    if (url.protocol === "http:" && !isLoopback(url.hostname)) {
      refuse("would send your token in the clear: use https");
    } else if (!["http:", "https:"].includes(url.protocol)) refuse("must start with https://");
  });

const window = z.string().superRefine((text, context) => {
  const parsed = text === always ? undefined : parseWindow(text);
  if (!parsed || !("problem" in parsed)) return;
  context.addIssue({ code: "custom", message: parsed.problem });
});

const maxCost = number("must be a number, in the units of skaha:price").pipe(
  z.number().positive("must be above 0"),
);

const price = z.string().transform((text, context) => {
  const parsed = parsePrice(text);
  if (!("problem" in parsed)) return parsed;
  context.addIssue({ code: "custom", message: parsed.problem });
  return z.NEVER;
});

const registryAuth = z
  .string()
  .regex(/^[^:]+:[^:]+$/, "must be username:secret, with one colon")
  .transform((text) => ({
    username: text.slice(0, text.indexOf(":")),
    secret: text.slice(text.indexOf(":") + 1),
  }));

/**
 * @param config one value of the stack's configuration, like `skaha:serverUrl`
 * @param canfar the canfar client's configuration, where its user has one
 * @throws an error that names the setting and what is wrong with it
 */
export function readSettings(
  config: (key: keyof typeof settings) => string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  canfar: CanfarConfig | undefined,
): Settings {
  const [where, url] = serverSetting(config, env, canfar);
  const optional = <T>(key: keyof typeof examples, schema: z.ZodType<T>, isSecret = false) =>
    optionalIn(config, key, schema, isSecret);
  const skaha = validUrl(where, url);
  const arc = env.CANFAR_ARC_URL ?? config("skaha:arcUrl") ?? `${new URL(skaha).origin}/arc`;
  return {
    server: skaha,
    serverFrom: where,
    arc: validUrl("CANFAR_ARC_URL (or skaha:arcUrl)", arc),
    record: optional("skaha:record", recordPath),
    concurrency: optional("skaha:concurrency", count("requests", 1_000)) ?? defaultConcurrency,
    maxInFlight: optional("skaha:maxInFlight", count("sessions", 1_000_000)),
    window: optional("skaha:window", window),
    price: readPrice(config),
    maxCost: readMaxCost(config),
    tokenCommand: config("skaha:tokenCommand"),
    stackToken: config("skaha:token"),
    registryAuth: optional("skaha:registryAuth", registryAuth, true) ?? canfar?.registry,
  };
}

/**
 * What a stack says of prices, which is known without a server.
 * @throws as `readSettings`
 */
export function readPrice(config: SettingReader): Price | undefined {
  return optionalIn(config, "skaha:price", price);
}

/**
 * What the jobs of a stack may cost.
 * @throws as `readSettings`, and where no price says what that means
 */
export function readMaxCost(config: SettingReader): number | undefined {
  const most = optionalIn(config, "skaha:maxCost", maxCost);
  if (most !== undefined && readPrice(config) === undefined) {
    throw new Error(
      `skaha:maxCost in the stack's configuration needs skaha:price, which says what jobs cost; to set it: npx pulumi-skaha pulumi config set ${examples["skaha:price"]}`,
    );
  }
  return most;
}

function serverSetting(
  config: (key: keyof typeof settings) => string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  canfar: CanfarConfig | undefined,
): [where: string, url: string] {
  if (env.CANFAR_URL) return ["CANFAR_URL", env.CANFAR_URL];
  const configured = config("skaha:serverUrl");
  if (configured) return ["skaha:serverUrl", configured];
  if (canfar?.server) return [`the active server of ${canfar.file}`, canfar.server];
  return ["the default server", defaultServer];
}

function validUrl(where: string, url: string): string {
  const parsed = server.safeParse(url);
  if (parsed.success) return parsed.data.replace(/\/+$/, "");
  // A password may be in it, before an @ or after a question mark.
  const shown = JSON.stringify(url.replace(/^.*@/s, "[...]@").replace(/[?#].*$/s, "?[...]"));
  throw new Error(`${where} ${shown} ${parsed.error.issues[0]?.message}`);
}
