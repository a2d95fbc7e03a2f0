// Where sessions are remembered: a folder on disk, or nothing but memory.
//
//   <data>/sessions/<id>/session.json   the record; written whole, then renamed into place
//   <data>/sessions/<id>/…              what the local runner keeps there
//   <data>/server.lock                  which server serves this folder
//   <data>/arc, <data>/scratch          the sessions' file systems
//
// Folders are 0700, files 0600.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { FileLock } from "../../machine/fileLock";
import type { SessionRecord } from "../job";

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
  const unlock = locked(join(dataDir, "server.lock"), dataDir);
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

/** @returns what lets go of it */
function locked(file: string, dataDir: string): () => void {
  const lock = new FileLock(file);
  const { holder } = lock.take();
  if (holder !== undefined) {
    throw new Error(
      `the data folder ${dataDir} is already served by the process ${holder}; stop it or choose another folder`,
    );
  }
  return () => lock.release();
}
