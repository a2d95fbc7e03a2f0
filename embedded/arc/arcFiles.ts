// `GET`, `HEAD` and `PUT /arc/files/<path>`: files under `/arc`, as CANFAR's VOSpace service hands them out and takes
// them. Statuses, headers and words are Cavern 0.10.2's, recorded in `test/golden/cavern.json`. A home belongs to its
// user; projects are everybody's here, but for those that the configuration gives members.
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join, posix } from "node:path";
import { identify, type User } from "../auth";
import type { Settings } from "../config";
import {
  type Answer,
  empty,
  refused,
  tomcatPage,
  undefinedMethod,
  unsupported,
  xml,
} from "../http/answer";
import type { ApiRequest } from "../http/inspection";
import { Refusal, refuse, unexpected } from "../refusal";
import { nodeText } from "./arcNodes";
import { askedFor, type NamedFile, vosUri } from "./arcPath";
import { type Found, missing, walk } from "./arcWalk";

export const arcFilesPath = "/arc/files";
export const arcNodesPath = "/arc/nodes";
const allowed = "GET, PUT, HEAD";

export class ArcFiles {
  /** As whatever wrote a file called it; told with it. Forgotten when the server stops. */
  readonly #contentTypes = new Map<string, string>();
  readonly #root: string | undefined;

  constructor(private readonly settings: Pick<Settings, "dataDir" | "users" | "projects">) {
    const { dataDir, users, projects } = settings;
    if (dataDir === undefined) return;
    this.#root = join(dataDir, "arc");
    const homes = users.map(({ name }) => `home/${name}`);
    const shared = Object.keys(projects ?? {}).map((name) => `projects/${name}`);
    for (const folder of ["projects", ...homes, ...shared]) {
      mkdirSync(join(this.#root, folder), { recursive: true, mode: 0o700 });
    }
  }

  answer({ method, headers, body }: ApiRequest, rawPath: string): Answer {
    if (method === "OPTIONS") {
      return { ...empty(), headers: { allow: "GET, HEAD, POST, PUT, DELETE, TRACE, OPTIONS" } };
    }
    if (!["GET", "HEAD", "PUT", "POST", "DELETE"].includes(method)) {
      return tomcatPage(501, undefinedMethod(method));
    }
    const asked = askedFor(rawPath.slice(arcFilesPath.length));
    if ("page" in asked) return asked.page;
    if (!allowed.split(", ").includes(method)) return unsupported(method, allowed);
    let who: Readonly<Record<string, string>> = {};
    try {
      const user = identify(headers.authorization, this.settings.users);
      who = user ? { "x-vo-authenticated": user.name } : { "www-authenticate": "Bearer" };
      if ("fault" in asked) throw asked.fault;
      const done =
        method === "PUT"
          ? this.#write(asked, user, headers["content-type"], body)
          : this.#read(asked, user, method === "HEAD");
      return { ...done, headers: { ...done.headers, ...who } };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const answer = refused(error);
      return { ...answer, headers: { ...answer.headers, ...who } };
    }
  }

  /** `GET /arc/nodes/<path>`: what is in a folder, all of it at once, and that a file is one. Properties are told of none. */
  list({ method, headers }: ApiRequest, rawPath: string): Answer {
    if (method !== "GET") return unsupported(method, "GET");
    const asked = askedFor(rawPath.slice(arcNodesPath.length));
    if ("page" in asked) return asked.page;
    try {
      const user = identify(headers.authorization, this.settings.users);
      if ("fault" in asked) throw asked.fault;
      return xml(nodeText(asked.path, this.#find(asked, asked.parts, user)));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return refused(error);
    }
  }

  #read(asked: NamedFile, user: User | undefined, isHead: boolean): Answer {
    const found = this.#find(asked, asked.parts, user);
    if (found.kind === "folder") throw refuse(400, "GET for directories not supported");
    const content = found.kind === "file" ? contentOf(found) : undefined;
    if (content === undefined) throw missing(asked.uri);
    const name = asked.parts.at(-1) ?? "";
    const type = this.#contentTypes.get(found.path);
    const headers = {
      ...(/^[\x20-\x7e\xa0-\xff]*$/.test(name) && {
        "content-disposition": `inline; filename="${name}"`,
      }),
      ...(type !== undefined && { "content-type": type }),
    };
    if (content.length === 0 && !isHead) return { status: 204, headers, body: content };
    return { status: 200, headers, body: content };
  }

  #write(
    asked: NamedFile,
    user: User | undefined,
    contentType: string | undefined,
    body: Buffer,
  ): Answer {
    const { parts, path } = asked;
    // The service makes its own URI of what it has decoded, and blanks and their like are no part of one.
    if (/[\s"<>\\^`{|}[\]]/.test(path)) {
      throw unexpected(`java.lang.RuntimeException: BUG: VOSURI syntax: ${vosUri(path)}`);
    }
    const parent = parts.slice(0, -1);
    const name = asked.literalName;
    let folder: Found;
    try {
      folder = this.#find(asked, parent, user);
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 404) throw error;
      throw refuse(404, `not found: parent container /${parent.join("/")}`);
    }
    if (folder.kind !== "folder") throw refuse(400, "parent is not a container node");
    if (parent.length < 2) throw denied(parent);
    if (this.#root === undefined)
      throw refuse(404, `not found: parent container /${parent.join("/")}`);
    if (contentType?.startsWith("application/x-www-form-urlencoded")) {
      throw unexpected("ca.nrc.cadc.io.ReadException: read from input stream failed");
    }
    const file = join(folder.path, name);
    write(file, body);
    if (contentType !== undefined) this.#contentTypes.set(file, contentType);
    const type = this.#contentTypes.get(file);
    return {
      ...empty(),
      status: 201,
      ...(contentType && type && { headers: { "content-type": type } }),
    };
  }

  /** @throws 403 in what is another's, 404 where there is nothing, 400 for a link that leads away */
  #find({ uri }: NamedFile, parts: readonly string[], user: User | undefined): Found {
    const check = (real: readonly string[]) => this.#assertAllowed(real, uri, user);
    check(parts);
    const [top, name] = parts;
    if (this.#root === undefined) {
      const isThere =
        parts.length < 2 ? ["home", "projects", undefined].includes(top) : parts.length === 2;
      if (!isThere) throw missing(uri);
      return { kind: "folder", path: "" };
    }
    // A project is there as soon as somebody asks for it, unless the configuration has a list.
    const isMade = top === "projects" && name !== undefined && parts.length === 2;
    if (isMade && this.settings.projects === undefined) {
      try {
        mkdirSync(join(this.#root, top, name), { mode: 0o700 });
      } catch {
        // It is there already, or there is no place for it: the walk finds out.
      }
    }
    const found = walk(this.#root, parts, uri);
    check(posix.relative(this.#root, found.path).split("/"));
    return found;
  }

  #assertAllowed([top, name]: readonly string[], uri: string, user: User | undefined): void {
    const isPublic = top === undefined || top === "home" || top === "projects";
    if (user === undefined && !isPublic) throw denied([top]);
    if (name === undefined) return;
    const { users, projects } = this.settings;
    if (top === "home") {
      if (!users.some((one) => one.name === name)) throw missing(uri);
      if (user?.name !== name) throw denied([top, name]);
    }
    if (top === "projects") {
      const members = projects?.[name];
      if (projects !== undefined && members === undefined) throw missing(uri);
      if (user === undefined || (members && !members.includes(user.name)))
        throw denied([top, name]);
    }
  }
}

function denied(parts: readonly string[]): Refusal {
  return refuse(403, `PermissionDenied: ${vosUri(parts.join("/"))}`);
}

/** @returns undefined where it went meanwhile, or is no file */
function contentOf({ path }: Found): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

function write(file: string, body: Buffer): void {
  // A link could lead away from /arc, and a pipe has nobody at its other end.
  const { O_WRONLY, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  let opened: number;
  try {
    opened = openSync(file, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  } catch {
    throw refuse(400, "not a data node");
  }
  try {
    if (!fstatSync(opened).isFile()) throw refuse(400, "not a data node");
    ftruncateSync(opened);
    writeFileSync(opened, body);
  } finally {
    closeSync(opened);
  }
}
