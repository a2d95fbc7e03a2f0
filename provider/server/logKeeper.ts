// Saves the log of a finished job: the server forgets it an hour after the end, and answers 200 with an
// empty body from then on.
import { createReadStream, createWriteStream } from "node:fs";
import fs from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { resolveWritten } from "../homePath";
import type { Clock } from "../run/clock";
import type { SkahaClient } from "../skaha/client";
import { plainLog } from "../text/plainText";

/** What the saved log of an attempt is called. */
export function logFileName(id: string, attempt: number): string {
  return `${id}-${attempt}.log`;
}

/** Whose log goes where. */
export interface Destination {
  /** As it was declared. */
  readonly folder: string;
  readonly id: string;
  readonly attempt: number;
  /** What was saved before then is of an earlier run of the job. ISO 8601. */
  readonly launched?: string | undefined;
}

const tailBytes = 4_096;

export class LogKeeper {
  constructor(
    private readonly client: SkahaClient,
    /** What a relative folder starts from: the program's folder. */
    private readonly root: string,
    private readonly clock: Pick<Clock, "now">,
  ) {}

  /**
   * Writes the whole log at once or not at all; a log that is there is never replaced by an empty one.
   * @param isForgotten asked where there was nothing to read: whether the server has forgotten it
   * @returns `<folder>/<id>-<attempt>.log`, relative as the folder was given; undefined if it is forgotten
   */
  async save(
    { folder, id, attempt, launched }: Destination,
    open: () => Promise<NodeJS.ReadableStream>,
    isForgotten: () => Promise<boolean>,
  ): Promise<string | undefined> {
    const name = path.join(folder, logFileName(id, attempt));
    const target = resolveWritten(this.root, name);
    const draft = `${target}.${process.pid}.part`;
    await fs.mkdir(path.dirname(target), { recursive: true });
    try {
      await pipeline(await open(), createWriteStream(draft));
      const isEmpty = (await fs.stat(draft)).size === 0;
      if (isEmpty && (await hasText(target, launched))) return name;
      if (isEmpty && (await isForgotten())) return undefined;
      // By the clock that launches are dated with: a file server may have another.
      const now = new Date(this.clock.now());
      await fs.utimes(draft, now, now).catch(() => {}); // some cannot be told a time
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
    const file = resolveWritten(this.root, saved);
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

async function hasText(file: string, since: string | undefined): Promise<boolean> {
  try {
    const { size, mtimeMs } = await fs.stat(file);
    return size > 0 && !(since !== undefined && mtimeMs < Date.parse(since));
  } catch {
    return false; // not there
  }
}
