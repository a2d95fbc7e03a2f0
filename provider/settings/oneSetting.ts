// How one value of the stack's configuration is read: as text, which is what the engine hands over. What is wrong with it is
// said with the command that sets another.
import { z } from "zod";
import { examplePrice } from "../cost/price";
import { decimalIn } from "../text/decimal";

/** Twice the Python client's, so that the engine's own time is what a thousand launches take. */
export const defaultConcurrency = 64;

/** How a value that is understood is set. */
export const examples = {
  "skaha:record": "skaha:record /arc/home/NAME/.jobs",
  "skaha:concurrency": `skaha:concurrency ${defaultConcurrency}`,
  "skaha:maxInFlight": "skaha:maxInFlight 20",
  "skaha:window": 'skaha:window "20:00-06:00 America/Vancouver, weekends"',
  "skaha:price": `skaha:price "${examplePrice}"`,
  "skaha:maxCost": "skaha:maxCost 5000",
  "skaha:registryAuth": "--secret skaha:registryAuth USER:SECRET",
  "skaha:notifyCommand": "skaha:notifyCommand ./tell.sh",
  "skaha:notifyWebhook": "--secret skaha:notifyWebhook https://HOST/PATH",
  "skaha:notifyFailed": "skaha:notifyFailed 20",
  "skaha:notifyQuiet": "skaha:notifyQuiet 12h",
} as const;

/** One value of the stack's configuration. */
export type SettingReader = (key: keyof typeof examples) => string | undefined;

/** @throws an error that names the setting and what is wrong with it */
export function optionalIn<T>(
  config: SettingReader,
  key: keyof typeof examples,
  schema: z.ZodType<T>,
  isSecret = false,
): T | undefined {
  const value = config(key);
  if (value === undefined || value === "") return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const shown = isSecret ? "" : ` ${JSON.stringify(value)}`;
  throw new Error(
    `${key}${shown} in the stack's configuration ${parsed.error.issues[0]?.message}; to set another value: npx pulumi-skaha pulumi config set ${examples[key]}`,
  );
}

/** @param problem what is said of what is no number */
export function number(problem: string) {
  return z.string().transform((text, context) => {
    const found = decimalIn(text.trim());
    if (found !== undefined) return found;
    const hint = /\d,\d/.test(text) ? ", with a decimal point where it has one, and no comma" : "";
    context.addIssue({ code: "custom", message: `${problem}${hint}` });
    return z.NEVER;
  });
}

export function count(what: string, most: number) {
  const problem = `must be a whole number of ${what}`;
  return number(problem).pipe(
    z.number().int(problem).min(1, "must be at least 1").max(most, `must be at most ${most}`),
  );
}
