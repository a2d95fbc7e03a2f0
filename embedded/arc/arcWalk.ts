// The way to a file below `/arc`, link by link: relative ones are followed, as far as they stay below `/arc`.
import { lstatSync, readlinkSync, type Stats } from "node:fs";
import { join } from "node:path";
import { type Refusal, refuse } from "../refusal";

export interface Found {
  readonly kind: "file" | "folder" | "other";
  /** Its real place on this machine. */
  readonly path: string;
}

export function missing(uri: string): Refusal {
  return refuse(404, `NodeNotFound: ${uri}`);
}

/**
 * @param parts of a path below `root`
 * @throws 404 where there is nothing, or links go round; 400 for a link with an absolute target
 */
export function walk(root: string, parts: readonly string[], uri: string): Found {
  const followed = new Set<string>();
  let here: string[] = [];
  const ahead = [...parts];
  let stats = statsOf(root, uri);
  for (let next = ahead.shift(); next !== undefined; next = ahead.shift()) {
    if (next === "" || next === ".") continue;
    if (next === "..") {
      if (here.length === 0) throw missing(uri);
      here = here.slice(0, -1);
      continue;
    }
    const path = join(root, ...here, next);
    stats = statsOf(path, uri);
    if (!stats.isSymbolicLink()) {
      here = [...here, next];
      continue;
    }
    const target = readlinkSync(path);
    if (target.startsWith("/")) {
      throw refuse(400, `InvalidArgument: cannot navigate external link file://${target}`);
    }
    const leadsTo = `/${join(...here, target)}`;
    if (followed.has(leadsTo)) {
      const said = `detected link node cycle: already followed link -> ${leadsTo}`;
      throw refuse(404, `UnreadableLinkTarget: ${said}`);
    }
    followed.add(leadsTo);
    ahead.unshift(...target.split("/"));
  }
  const path = join(root, ...here);
  stats = statsOf(path, uri);
  const kind = stats.isFile() ? "file" : stats.isDirectory() ? "folder" : "other";
  return { kind, path };
}

function statsOf(path: string, uri: string): Stats {
  try {
    return lstatSync(path);
  } catch {
    throw missing(uri);
  }
}
