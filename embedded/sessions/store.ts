// Where sessions are remembered: a folder on disk, or nothing but memory.
//
//   <data>/sessions/<id>/session.json   the record; written whole, then renamed into place
//   <data>/sessions/<id>/…              what the local runner keeps there
//   <data>/server.lock                  the pid of the server that serves this folder
//   <data>/arc, <data>/scratch          the sessions' file systems
//
// Folders are 0700, files 0600.
import { randomUUID } from "node:crypto";
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { SessionRecord } from "../job";
import { isSameProcess, processStart } from "../processIdentity";

export interface Store {
  /** All sessions ever launched, the oldest first. */
  load(): SessionRecord[];
  save(record: SessionRecord): void;
  close(): void;
}

export function memoryStore(): Store {
  return { load: () => [], save: () => {}, close: () => {} };
}

/** Opens a data folder for one server. Throws a sentence if another living server serves it. */
export function diskStore(dataDir: string): Store {
  const sessions = join(dataDir, "sessions");
  for (const folder of [dataDir, sessions, join(dataDir, "arc"), join(dataDir, "scratch")]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
  const unlock = lock(join(dataDir, "server.lock"), dataDir);
  return {
    load() {
      const records = readdirSync(sessions)
        .map((id) => join(sessions, id, "session.json"))
        .filter((file) => existsSync(file))
        .flatMap((file) => read(file));
      return records.sort((a, b) => a.created - b.created);
    },
    save(record) {
      const folder = sessionFolder(dataDir, record.id);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const file = join(folder, "session.json");
      writeFileSync(`${file}.new`, JSON.stringify(record), { mode: 0o600 });
      renameSync(`${file}.new`, file);
    },
    close: unlock,
  };
}

/** A loss of power may leave one session's file empty or torn: it is put aside, and the others are served. */
function read(file: string): SessionRecord[] {
  try {
    return [JSON.parse(readFileSync(file, "utf8")) as SessionRecord];
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    renameSync(file, `${file}.damaged`);
    process.stderr.write(
      `${file} is damaged (${error.message}): put aside as session.json.damaged; this session is forgotten\n`,
    );
    return [];
  }
}

export function sessionFolder(dataDir: string, id: string): string {
  return join(dataDir, "sessions", id);
}

function lock(file: string, dataDir: string): () => void {
  const mine = `${file}.${process.pid}.${randomUUID()}`;
  const start = processStart(process.pid);
  writeFileSync(mine, JSON.stringify({ pid: process.pid, start }), { mode: 0o600 });
  try {
    for (;;) {
      // A link appears whole or not at all, and only if there is none.
      if (succeeds(() => linkSync(mine, file))) return () => rmSync(file, { force: true });
      const holder = livingHolder(file);
      if (holder !== undefined) {
        throw new Error(
          `the data folder ${dataDir} is already served by the process ${holder}; stop it or choose another folder`,
        );
      }
      discard(file, `${mine}.stale`);
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Removes the lock of a dead server, but not one that was made since it was looked at. */
function discard(file: string, aside: string): void {
  if (!succeeds(() => renameSync(file, aside))) return; // somebody was quicker
  if (livingHolder(aside) !== undefined) succeeds(() => linkSync(aside, file));
  rmSync(aside, { force: true });
}

function livingHolder(file: string): number | undefined {
  const holder = readLock(file);
  return holder && isSameProcess(holder.pid, holder.start) ? holder.pid : undefined;
}

function succeeds(act: () => void): boolean {
  try {
    act();
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" || code === "ENOENT") return false;
    throw error;
  }
}

function readLock(file: string): { pid: number; start?: string } | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined; // just removed
  }
}
