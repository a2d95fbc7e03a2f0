// Settings that nobody reads: a misspelt one would be ignored without a word. Pure.
import { settings } from "../settings";
import { nearest } from "../text/nearest";

const prefix = "skaha:";
const known: readonly string[] = Object.keys(settings).map((key) => key.slice(prefix.length));

/** @returns what may have been meant, as a question */
function likelySetting(name: string): string | undefined {
  const close = nearest(name, known);
  return close === undefined ? undefined : `did you mean ${prefix}${close}?`;
}

/**
 * Another program may have settings of its own below `skaha:`, so that these are told and not refused.
 * @param keys of a configuration, with what they are of: `skaha:maxCots`
 * @param project its own settings are below its name
 * @param of whose settings they are
 */
export function unknownSettings(
  keys: readonly string[],
  {
    project,
    of = "in the stack's configuration",
  }: { readonly project?: string | undefined; readonly of?: string } = {},
): readonly string[] {
  return keys
    .filter((key) => key.startsWith(prefix) && !known.includes(key.slice(prefix.length)))
    .flatMap((key) => {
      const likely = likelySetting(key.slice(prefix.length));
      if (likely === undefined && `${project}:` === prefix) return [];
      const hint = likely === undefined ? "" : `: ${likely}`;
      return [`${key} ${of} is no setting of pulumi-skaha${hint}`];
    });
}
