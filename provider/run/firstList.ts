// The list of sessions that `pulumi-skaha` asked for before it began a run, to see whether the server answers: handed
// over in a file, so that the run need not ask for its first list once more.
import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { essential, readSessions, type Session } from "../api";
import type { Credential } from "../skaha/credentials";

/** The environment variable that names the file. Its folder is the user's own, and goes with the run. */
export const firstListFile = "PULUMI_SKAHA_FIRST_LIST";

const handedSchema = z.object({
  /** When it was asked for, in milliseconds since 1970. */
  askedAt: z.number(),
  /** Digest of the server and of who asked. */
  whose: z.string(),
  user: z.string().optional(),
  sessions: z.array(z.unknown()),
  /** Who held the locks last at that time, as `lastHolders` tells it. */
  holders: z.record(z.string(), z.string()),
});
export interface FirstList extends Omit<z.infer<typeof handedSchema>, "sessions"> {
  readonly sessions: Session[];
}

export function whoseList(server: string, { headers, tls }: Credential): string {
  const text = JSON.stringify([server, headers, tls?.cert]);
  return createHash("sha256").update(text).digest("hex");
}

export function leaveFirstList(file: string, list: FirstList): void {
  writeFileSync(file, JSON.stringify({ ...list, sessions: list.sessions.map(essential) }), {
    mode: 0o600,
  });
}

/** @returns undefined where none was left; a second process asks for itself */
export function takeFirstList(file: string | undefined): FirstList | undefined {
  if (file === undefined || file === "") return undefined;
  try {
    const list = handedSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    const sessions = readSessions(list.sessions);
    rmSync(file);
    return sessions.success ? { ...list, sessions: sessions.data } : undefined;
  } catch {
    return undefined; // it only saves a request
  }
}
