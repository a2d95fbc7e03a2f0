// `GET` and `PUT /arc/files/<path>`: files under `/arc`, as CANFAR's VOSpace service (cavern) hands them out and
// takes them, with the same credentials. A home belongs to its user; projects are everybody's here.
import {
  closeSync,
  constants,
  openSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import { refuse } from "../refusal";
import { type Answer, empty } from "./answer";

/** 200 with the bytes, 204 for an empty file, 404 for what is no file under `/arc`, 403 in another user's home. */
export function readArcFile(dataDir: string | undefined, path: string, user: string): Answer {
  const missing = () => refuse(404, `NodeNotFound: /${path}`);
  const file = below(dataDir, path, user, missing);
  try {
    if (!statSync(file).isFile()) throw missing();
    const body = readFileSync(file);
    if (body.length === 0) return { status: 204, headers: {}, body };
    return { status: 200, headers: { "content-type": "application/octet-stream" }, body };
  } catch {
    throw missing();
  }
}

/** 201; 404 where there is no such folder. */
export function writeArcFile(
  dataDir: string | undefined,
  path: string,
  user: string,
  body: Buffer,
): Answer {
  const missing = () => refuse(404, `NodeNotFound: /${dirname(path)}`);
  const folder = below(dataDir, dirname(path), user, missing);
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
  try {
    // A link could lead away from /arc.
    const file = openSync(
      join(folder, basename(path)),
      O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW,
      0o600,
    );
    writeFileSync(file, body);
    closeSync(file);
  } catch {
    throw missing();
  }
  return { ...empty(), status: 201 };
}

/** The real place of a path below `/arc`, wherever links or `..` lead. */
function below(
  dataDir: string | undefined,
  path: string,
  user: string,
  missing: () => unknown,
): string {
  if (dataDir === undefined) throw missing();
  let root: string;
  let file: string;
  try {
    root = realpathSync(join(dataDir, "arc"));
    file = realpathSync(join(root, path));
  } catch {
    throw missing();
  }
  if (!file.startsWith(root + sep)) throw missing();
  const [top, owner] = file.slice(root.length + 1).split(sep);
  if (top === "home" && owner !== user) throw refuse(403, `PermissionDenied: /${path}`);
  return file;
}
