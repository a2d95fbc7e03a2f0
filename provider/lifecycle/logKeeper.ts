// Saves the log of a finished job: the server forgets it an hour after the end, and answers 200 with an
// empty body from then on.
import { createReadStream, createWriteStream } from "node:fs";
import fs from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import type { SkahaClient } from "../skaha/client";

export interface SavedLog {
  /** `<folder>/<id>-<attempt>.log`, relative as the folder was given. */
  readonly path: string;
  /** False where the server had nothing to give: an empty log, or one that it has forgotten. */
  readonly hasText: boolean;
}

const tailBytes = 4_096;

export class LogKeeper {
  constructor(
    private readonly client: SkahaClient,
    /** What a relative folder starts from: the program's folder. */
    private readonly root: string,
  ) {}

  /** Writes the whole log at once or not at all; a log that is there is never replaced by an empty one. */
  async save(
    folder: string,
    id: string,
    attempt: number,
    open: () => Promise<NodeJS.ReadableStream>,
  ): Promise<SavedLog> {
    const name = path.join(folder, `${id}-${attempt}.log`);
    const target = path.resolve(this.root, name);
    const draft = `${target}.${process.pid}.part`;
    await fs.mkdir(path.dirname(target), { recursive: true });
    try {
      await pipeline(await open(), createWriteStream(draft));
      const { size } = await fs.stat(draft);
      if (size > 0 || !(await isThere(target))) await fs.rename(draft, target);
      return { path: name, hasText: (await fs.stat(target)).size > 0 };
    } finally {
      await fs.rm(draft, { force: true });
    }
  }

  /** A session's log as the server has it. */
  ofSession(sessionId: string): Promise<NodeJS.ReadableStream> {
    return this.client.log(sessionId);
  }

  /** The last whole lines of a saved log, at most 4 KB. */
  async tail(saved: string): Promise<string> {
    const file = path.resolve(this.root, saved);
    const { size } = await fs.stat(file);
    const start = Math.max(0, size - tailBytes);
    const chunks: Buffer[] = [];
    for await (const chunk of createReadStream(file, { start })) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString("utf8").replaceAll("\0", "");
    const firstBreak = text.indexOf("\n");
    return start > 0 && firstBreak >= 0 ? text.slice(firstBreak + 1) : text;
  }

  /** A session's events, at most 4 KB. */
  async events(sessionId: string): Promise<string> {
    return (await this.client.events(sessionId)).slice(-tailBytes);
  }
}

async function isThere(file: string): Promise<boolean> {
  try {
    return (await fs.stat(file)).size > 0;
  } catch {
    return false;
  }
}
