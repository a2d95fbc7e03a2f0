// Small files under /arc: by path where /arc is mounted (a session on CANFAR), else over VOSpace.
import fs from "node:fs/promises";
import { NothingServedError, SkahaError } from "../errors";
import { type TransportOptions, transport } from "../skaha/transport";

export interface Arc {
  /** @returns undefined where there is no such file */
  read(path: string): Promise<string | undefined>;
  write(path: string, text: string): Promise<void>;
  /** A file's bytes, for large ones. */
  stream(path: string): Promise<NodeJS.ReadableStream | undefined>;
}

/**
 * @param service the VOSpace service's URL, like `https://ws-uv.canfar.net/arc`
 */
export function arcOf(
  service: Omit<TransportOptions, "server"> & { readonly server: string },
): Arc {
  const remote = vospace(service);
  let choice: Promise<Arc> | undefined;
  const chosen = () => {
    choice ??= fs.access("/arc/home").then(
      () => mounted,
      () => remote,
    );
    return choice;
  };
  return {
    read: async (path) => (await chosen()).read(path),
    write: async (path, text) => (await chosen()).write(path, text),
    stream: async (path) => (await chosen()).stream(path),
  };
}

const mounted: Arc = {
  async read(path) {
    try {
      return await fs.readFile(path, "utf8");
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  },
  write: (path, text) => fs.writeFile(path, text),
  async stream(path) {
    try {
      return (await fs.open(path)).createReadStream();
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  },
};

/** `GET` and `PUT <service>/files/home/...`; an empty file is answered with 204. */
function vospace(service: TransportOptions): Arc {
  const send = transport({
    ...service,
    name: "VOSpace",
    settings: "CANFAR_ARC_URL and skaha:arcUrl",
    followsRedirects: true,
  });
  const get = async (path: string, isStreamed = false) => {
    const what = `read ${path}`;
    try {
      return await send({ what, method: "GET", path: filePath(path), isStreamed });
    } catch (error) {
      const isMissing = error instanceof SkahaError && error.status === 404;
      if (isMissing && !(error instanceof NothingServedError)) return undefined;
      throw error;
    }
  };
  return {
    read: async (path) => (await get(path))?.text,
    stream: async (path) => (await get(path, true))?.stream,
    async write(path, text) {
      await send({ what: `write ${path}`, method: "PUT", path: filePath(path), text });
    },
  };
}

function filePath(path: string): string {
  const below = path.replace(/^\/arc\//, "");
  return `/files/${below.split("/").map(encodeURIComponent).join("/")}`;
}

function isMissing(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "");
}
