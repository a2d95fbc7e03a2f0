// Where sessions are remembered: a folder on disk, or nothing but memory.
//
//   <data>/sessions/<id>/session.json   the record; written whole, then renamed into place
//   <data>/sessions/<id>/…              what the local runner keeps there
//   <data>/server.lock                  the pid of the server that serves this folder
//   <data>/arc, <data>/scratch          the sessions' file systems
//
// Folders are 0700, files 0600.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { SessionRecord } from "./job";
import { isSameProcess, processStart } from "./process-identity";

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
        .map((file) => JSON.parse(readFileSync(file, "utf8")) as SessionRecord);
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

export function sessionFolder(dataDir: string, id: string): string {
  return join(dataDir, "sessions", id);
}

function lock(file: string, dataDir: string): () => void {
  const mine = JSON.stringify({ pid: process.pid, start: processStart(process.pid) });
  for (;;) {
    try {
      writeFileSync(file, mine, { flag: "wx", mode: 0o600 });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = readLock(file);
    if (holder && isSameProcess(holder.pid, holder.start)) {
      throw new Error(
        `the data folder ${dataDir} is already served by the process ${holder.pid}; stop it or choose another folder`,
      );
    }
    rmSync(file, { force: true });
  }
}

function readLock(file: string): { pid: number; start?: string } | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined; // half written by a server that was killed, or just removed
  }
}
