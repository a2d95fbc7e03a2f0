// The checksums of the files that jobs have written, read where they lie: by path where /arc is mounted, else over VOSpace,
// which tells no checksum of its own.
import { createHash } from "node:crypto";
import type { Connection } from "../../provider/connect";
import { messageOf } from "../../provider/errors";
import type { PublishedOutput } from "./publishedJob";

export interface Checksums {
  readonly arc: Pick<Connection["arc"], "stream">;
  /** Larger files are not read to their end. */
  readonly mostBytes: number;
  /** Called after each file. */
  readonly onRead?: (done: number, of: number) => void;
}

export const notToBeRead = "It was not to be read.";

/** Each takes a transfer of its own. */
const atATime = 8;

/** @returns by path; each says its checksum, or why there is none */
export async function checksumsOf(
  paths: readonly string[],
  { arc, mostBytes, onRead }: Checksums,
): Promise<ReadonlyMap<string, PublishedOutput>> {
  const waiting = [...new Set(paths)];
  const of = waiting.length;
  const found = new Map<string, PublishedOutput>();
  const worker = async () => {
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
      found.set(path, await checksumOf(path, arc, mostBytes));
      onRead?.(found.size, of);
    }
  };
  await Promise.all(Array.from({ length: atATime }, worker));
  return found;
}

async function checksumOf(
  path: string,
  arc: Checksums["arc"],
  mostBytes: number,
): Promise<PublishedOutput> {
  if (mostBytes === 0) return { path, unknown: notToBeRead };
  try {
    const stream = await arc.stream(path);
    if (stream === undefined) return { path, unknown: "There is no such file now." };
    const hash = createHash("sha256");
    let bytes = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      // Leaving the loop ends the transfer.
      if (bytes > mostBytes) return { path, unknown: `It has more than ${sizeText(mostBytes)}.` };
      hash.update(chunk);
    }
    return { path, sha256: hash.digest("hex"), bytes };
  } catch (error) {
    return { path, unknown: whyNot(error) };
  }
}

function whyNot(error: unknown): string {
  const message = messageOf(error);
  const isFolder =
    (error as NodeJS.ErrnoException).code === "EISDIR" || /GET for directories/.test(message);
  return isFolder ? "It is a folder." : `It could not be read: ${message}.`;
}

function sizeText(bytes: number): string {
  return bytes >= 2 ** 30 ? `${Number((bytes / 2 ** 30).toPrecision(3))} GiB` : `${bytes} bytes`;
}
