// The list that a run's provider left behind (`provider/lifecycle/lastList.ts`).
import { readFile } from "node:fs/promises";
import { type Session, sessionListSchema } from "../../provider/api";

/** @returns undefined where the run left none: it asked for none, or its provider is another release */
export async function lastListIn(file: string): Promise<readonly Session[] | undefined> {
  try {
    return sessionListSchema.parse(JSON.parse(await readFile(file, "utf8")));
  } catch {
    return undefined;
  }
}
