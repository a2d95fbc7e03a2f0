// The settings of the provider itself: of the stack's configuration, or of a provider that a program makes. Checked
// before anything is done with them, and told to the rest as text, as the stack's configuration is.
import { isDeepStrictEqual } from "node:util";
import { hasUnknown } from "../engine/unknown";
import { messageOf } from "../errors";
import type { CheckFailure } from "../job/inputs";
import { readSettings, settings } from "../settings";
import { readNotify } from "../settings/notifySettings";
import { unknownSettings } from "../settings/unknownSetting";
import { providerToken } from "../skaha/credentials";
import { type Marks, unwrapped, wrapped } from "./wire";

type Props = Readonly<Record<string, unknown>>;
type SettingKey = keyof typeof settings;

export const prefix = "skaha:";

/** Secret whatever a program says. */
export const secretSettings = ["token", "registryAuth", "notifyWebhook"] as const;
const marks: Readonly<Record<string, Marks>> = {
  token: true,
  registryAuth: true,
  notifyWebhook: true,
};
/** What the engine and the SDKs write beside them. */
const enginesOwn = ["version", "pluginDownloadURL", "pluginChecksums", "parameterization"];

/** @returns the settings with what is secret wrapped, and what is wrong with them; those that there are not are no fault */
export function checkedConfig(
  news: Props,
  env: Environment,
): { readonly inputs: Props; readonly failures: readonly CheckFailure[] } {
  const own = unwrapped(news);
  const failures = wrongSettings(own.plain, env);
  return { inputs: wrapped(own.plain, { ...own.marks, ...marks }), failures };
}

/**
 * Told and not refused, as through the dynamic door.
 * @param urn the provider's
 * @param isToldByCommand whether `pulumi-skaha` has looked through the stack's configuration
 * @returns a sentence for each setting that nobody reads
 */
export function unknownSettingsOf(
  urn: string,
  news: Props,
  isToldByCommand: boolean,
): readonly string[] {
  const ofStack = isDefault(urn);
  if (ofStack && isToldByCommand) return [];
  const parts = urn.split("::");
  const keys = Object.keys(news)
    .filter((name) => !enginesOwn.includes(name) && !name.startsWith("__"))
    .map((name) => prefix + name);
  if (ofStack) return unknownSettings(keys, { project: parts[1] });
  return unknownSettings(keys, { of: `of the provider "${parts.slice(3).join("::")}"` });
}

function wrongSettings(config: Props, env: Environment): CheckFailure[] {
  if (hasUnknown(config)) return [];
  try {
    const reader = readerOf(config);
    readSettings(reader, env, undefined);
    readNotify(reader);
    return [];
  } catch (error) {
    return [{ property: "", reason: messageOf(error) }];
  }
}

/** Settings as text, by their keys in the stack's configuration. */
export function readerOf(config: Props): (key: string) => string | undefined {
  const { plain } = unwrapped(config);
  return (key) => {
    const value = plain[key.slice(prefix.length)];
    if (value === undefined || value === null) return undefined;
    return typeof value === "string" ? value : JSON.stringify(value);
  };
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment for a provider. Where it says which server and user are meant, one that a program makes is about that
 * server and that user, and the variables are about those of the stack.
 * @param urn the provider's; undefined where the engine is too old to say it
 */
export function environmentFor(
  urn: string | undefined,
  config: Props,
  env: Environment,
): Environment {
  if (urn === undefined || isDefault(urn)) return env;
  const read = readerOf(config);
  const [server, arc, token] = ["serverUrl", "arcUrl", "token"].map((name) => read(prefix + name));
  const isOtherUser = token !== undefined || read(`${prefix}tokenCommand`) !== undefined;
  return {
    ...env,
    ...(server !== undefined && { CANFAR_URL: undefined }),
    ...((server ?? arc) !== undefined && { CANFAR_ARC_URL: undefined }),
    ...(isOtherUser && { CANFAR_TOKEN: undefined, CANFAR_CERTIFICATE: undefined }),
    ...(token !== undefined && { [providerToken]: token }),
  };
}

/** Whether it is the one that the engine makes of the stack's configuration. */
function isDefault(urn: string): boolean {
  return /^default(_|$)/.test(urn.split("::").at(-1) ?? "");
}

/** The names of settings that are another; none of them replaces anything. */
export function changedSettings(olds: Props, news: Props): readonly string[] {
  const [before, now] = [unwrapped(olds).plain, unwrapped(news).plain];
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].filter(
    (name) => !isDeepStrictEqual(before[name], now[name]),
  );
}

/** The settings as the package's schema has them. */
export function settingEntries(): readonly (readonly [string, (typeof settings)[SettingKey]])[] {
  return Object.entries(settings).map(([key, one]) => [key.slice(prefix.length), one]);
}
