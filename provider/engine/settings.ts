// What a run is told besides its inputs: stack configuration and environment. The engine hands over
// configuration as text; it is read and refused here, before the first request.
import { z } from "zod";

export interface Settings {
  /** Up to and with the version, without a slash at the end. */
  readonly server: string;
  /** Requests under way at a time. */
  readonly concurrency: number;
  readonly stackToken: string | undefined;
}

export const defaultServer = "https://ws-uv.canfar.net/skaha/v1";
const defaultConcurrency = 32;

const server = z.url("is not a URL").superRefine((text, context) => {
  const refuse = (message: string) => context.addIssue({ code: "custom", message });
  const url = URL.parse(text);
  if (!url) return;
  if (url.username || url.password) refuse("must not hold a user or password: use CANFAR_TOKEN");
  if (url.search || url.hash) refuse("must end with the version of the API, like /skaha/v1");
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    refuse("would send your token in the clear: use https");
  } else if (!["http:", "https:"].includes(url.protocol)) refuse("must start with https://");
});

const concurrency = z.coerce
  .number("must be a whole number of requests")
  .int("must be a whole number of requests")
  .min(1, "must be at least 1")
  .max(1_000, "must be at most 1000");

/**
 * @param config one value of the stack's configuration, like `skaha:serverUrl`
 * @throws an error that names the setting and what is wrong with it
 */
export function readSettings(
  config: (key: string) => string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Settings {
  const [where, url] = env.CANFAR_URL
    ? ["CANFAR_URL", env.CANFAR_URL]
    : ["skaha:serverUrl", config("skaha:serverUrl") ?? defaultServer];
  return {
    server: valid(where, server, url).replace(/\/+$/, ""),
    concurrency: valid(
      "skaha:concurrency",
      concurrency,
      config("skaha:concurrency") ?? defaultConcurrency,
    ),
    stackToken: config("skaha:token"),
  };
}

function valid<T>(where: string, schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const shown = JSON.stringify(value).replace(/\/\/[^/]*@/, "//[...]@"); // a password may be in it
  throw new Error(`${where} ${shown} ${parsed.error.issues[0]?.message}`);
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
}
