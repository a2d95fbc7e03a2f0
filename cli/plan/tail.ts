// Reads a file that another process is still writing, piece by piece.
import { open } from "node:fs/promises";
import { StringDecoder } from "node:string_decoder";

export class Tail {
  readonly #decoder = new StringDecoder("utf8");
  #offset = 0;

  constructor(private readonly file: string) {}

  /** What was written since the last call; nothing while there is no file. */
  async read(): Promise<string> {
    await using file = await open(this.file).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    if (!file) return "";
    const { size } = await file.stat();
    const piece = Buffer.alloc(Math.max(0, size - this.#offset));
    const { bytesRead } = await file.read(piece, 0, piece.length, this.#offset);
    this.#offset += bytesRead;
    return this.#decoder.write(piece.subarray(0, bytesRead));
  }
}
