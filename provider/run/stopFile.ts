// The user's wish that nothing more is begun: the engine tells a dynamic provider nothing of Ctrl-C and waits for the
// operation under way, which for an array is thousands of launches. So `pulumi-skaha` makes a file.
import { existsSync, writeFileSync } from "node:fs";

/** The environment variable that names the file. Its folder is the user's own, and goes with the run. */
export const stopFile = "PULUMI_SKAHA_STOP";

/** Says that nothing more is to be begun. */
export function leaveStop(file: string): void {
  writeFileSync(file, "", { mode: 0o600 });
}

/** @returns tells whether nothing more is to be begun; false where no file is named */
export function stopAsked(env: Readonly<Record<string, string | undefined>>): () => boolean {
  const file = env[stopFile];
  return () => file !== undefined && file !== "" && existsSync(file);
}
