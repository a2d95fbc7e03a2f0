// Saves the log of a finished job: the server forgets it an hour after the end, and answers 200 with an
// empty body from then on.
import { createReadStream, createWriteStream } from "node:fs";
import fs from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { plainLog } from "../plainText";
import type { SkahaClient } from "../skaha/client";

/** What the saved log of an attempt is called. */
export function logFileName(id: string, attempt: number): string {
  return `${id}-${attempt}.log`;
}

const tailBytes = 4_096;

export class LogKeeper {
  constructor(
    private readonly client: SkahaClient,
    /** What a relative folder starts from: the program's folder. */
    private readonly root: string,
  ) {}

  /**
   * Writes the whole log at once or not at all; a log that is there is never replaced by an empty one.
   * @param isForgotten asked where there was nothing to read: whether the server has forgotten it
   * @returns `<folder>/<id>-<attempt>.log`, relative as the folder was given; undefined if it is forgotten
   */
  async save(
    folder: string,
    id: string,
    attempt: number,
    open: () => Promise<NodeJS.ReadableStream>,
    isForgotten: () => Promise<boolean>,
  ): Promise<string | undefined> {
    const name = path.join(folder, logFileName(id, attempt));
    const target = path.resolve(this.root, name);
    const draft = `${target}.${process.pid}.part`;
    await fs.mkdir(path.dirname(target), { recursive: true });
    try {
      await pipeline(await open(), createWriteStream(draft));
      const isEmpty = (await fs.stat(draft)).size === 0;
      if (isEmpty && (await hasText(target))) return name;
      if (isEmpty && (await isForgotten())) return undefined;
      await fs.rename(draft, target);
      return name;
    } finally {
      await fs.rm(draft, { force: true });
    }
  }

  /** A session's log as the server has it. */
  ofSession(sessionId: string): Promise<NodeJS.ReadableStream> {
    return this.client.log(sessionId);
  }

  /** The last whole lines of a saved log, at most 4 KB; of a longer line its end. */
  async tail(saved: string): Promise<string> {
    const file = path.resolve(this.root, saved);
    const { size } = await fs.stat(file);
    const start = Math.max(0, size - tailBytes);
    const chunks: Buffer[] = [];
    for await (const chunk of createReadStream(file, { start })) chunks.push(chunk as Buffer);
    const text = lastBytes(plainLog(Buffer.concat(chunks).toString("utf8")));
    const rest = text.slice(text.indexOf("\n") + 1);
    return start > 0 && rest !== "" ? rest : text;
  }

  /** A session's events, at most 4 KB. */
  async events(sessionId: string): Promise<string> {
    return lastBytes(plainLog(await this.client.events(sessionId)));
  }
}

/** At most 4 KB of UTF-8: what is no text takes more room as replacement characters than it did. */
function lastBytes(text: string): string {
  const bytes = Buffer.from(text);
  let start = Math.max(0, bytes.length - tailBytes);
  while (((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1; // within a character
  return bytes.subarray(start).toString("utf8");
}

async function hasText(file: string): Promise<boolean> {
  try {
    return (await fs.stat(file)).size > 0;
  } catch {
    return false; // not there
  }
}
