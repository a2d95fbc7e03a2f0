// The user's wish that nothing more is begun: the engine tells a dynamic provider nothing of Ctrl-C and waits for the
// operation under way, which for an array is thousands of launches. So `pulumi-skaha` makes a file.
import { existsSync, writeFileSync } from "node:fs";

/** The environment variable that names the file. Its folder is the user's own, and goes with the run. */
export const stopFile = "PULUMI_SKAHA_STOP";

/** Says that nothing more is to be begun. */
export function leaveStop(file: string): void {
  writeFileSync(file, "", { mode: 0o600 });
}

/** Each of thousands of launches asks; a person does not see so little time. */
const lookEveryMs = 10;

/**
 * @param now milliseconds of a clock that only goes forward
 * @returns tells whether nothing more is to be begun, as it was at most 10 ms ago; false where no file is named
 */
export function stopAsked(
  env: Readonly<Record<string, string | undefined>>,
  now = () => performance.now(),
): () => boolean {
  const file = env[stopFile];
  if (file === undefined || file === "") return () => false;
  let isAsked = false;
  let lookedAt = Number.NEGATIVE_INFINITY;
  return () => {
    if (isAsked || now() - lookedAt < lookEveryMs) return isAsked;
    lookedAt = now();
    isAsked = existsSync(file);
    return isAsked;
  };
}
