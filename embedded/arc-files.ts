// `GET /arc/files/<path>`: files under `/arc`, as CANFAR's VOSpace service hands them out (same credentials).
import { readFileSync, realpathSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import type { Answer } from "./answer";
import { refuse } from "./refusal";

/** 200 with the bytes, 204 for an empty file, 404 for what is no file under `/arc`. */
export function arcFile(dataDir: string | undefined, path: string): Answer {
  const missing = () => refuse(404, `NodeNotFound: /${path}`);
  if (dataDir === undefined) throw missing();
  try {
    const root = realpathSync(join(dataDir, "arc"));
    const file = realpathSync(join(root, path)); // also where a link or `..` leads
    if (!file.startsWith(root + sep) || !statSync(file).isFile()) throw missing();
    const body = readFileSync(file);
    if (body.length === 0) return { status: 204, headers: {}, body };
    return { status: 200, headers: { "content-type": "application/octet-stream" }, body };
  } catch {
    throw missing();
  }
}
