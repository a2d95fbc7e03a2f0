// Which files of a repository, or of a folder, come along as the program of a crate, and where what links lead to is put: a crate
// has no links, because many archives keep none. Pure.
import path from "node:path";

/** What a repository or folder has at a path. */
export type Entry =
  | { readonly kind: "file" }
  /** @param target as written in the link; a relative path, wherever that is possible */
  | { readonly kind: "link"; readonly target: string };

/** By the path below its top, with `/`. */
export type Entries = ReadonlyMap<string, Entry>;

export interface Placed {
  /** Where it is put: as if below the top, too. */
  readonly to: string;
  /** The file that it is a copy of: no link. */
  readonly from: string;
}

export interface Selection {
  readonly placed: readonly Placed[];
  /** Links that lead to nothing that comes along. */
  readonly deadLinks: readonly string[];
}

const mostLinks = 40; // as the system has it

/** Neither what is hidden, nor packages, logs or states. */
export function isWanted(name: string): boolean {
  const parts = name.split("/");
  return parts.every(
    (part) => !part.startsWith(".") && !["node_modules", "logs", "__pycache__"].includes(part),
  );
}

/** @returns the rest of a path that is in the folder, or is it; undefined elsewhere */
export function nameBelow(folder: string, name: string): string | undefined {
  if (folder === "") return name;
  if (name === folder) return "";
  return name.startsWith(`${folder}/`) ? name.slice(folder.length + 1) : undefined;
}

/** The folder that all of them are in: `a` of `a/b` and `a/c/d`. */
export function commonFolder(folders: readonly string[]): string {
  const [first = "", ...others] = folders.map((one) => (one === "" ? [] : one.split("/")));
  const parts = first === "" ? [] : first;
  const same = parts.findIndex((part, at) => others.some((one) => one[at] !== part));
  return parts.slice(0, same < 0 ? parts.length : same).join("/");
}

/**
 * @param folder of the project
 * @param needed files and folders outside it that jobs' `files` name
 */
export function selectionOf(
  entries: Entries,
  folder: string,
  needed: readonly string[] = [],
): Selection {
  return new Selecting(entries, folder).of([folder, ...needed]);
}

class Selecting {
  /** By where it is put. */
  readonly #placed = new Map<string, string>();
  readonly #dead = new Set<string>();
  readonly #folders: ReadonlySet<string>;

  constructor(
    private readonly entries: Entries,
    private readonly folder: string,
  ) {
    this.#folders = new Set([...entries.keys()].flatMap(foldersAbove));
  }

  of(places: readonly string[]): Selection {
    for (const place of places) this.#take(place, place, []);
    const placed = [...this.#placed].map(([to, from]) => ({ to, from }));
    return { placed, deadLinks: [...this.#dead].sort() };
  }

  /** @param above the folders that links have led to on the way here */
  #take(from: string, to: string, above: readonly string[]): void {
    const entry = this.entries.get(from);
    if (entry?.kind === "file") this.#placed.set(to, from);
    else if (entry?.kind === "link") this.#follow(from, to, above);
    else {
      for (const name of this.entries.keys()) {
        const rest = nameBelow(from, name);
        if (rest === undefined || rest === "" || !isWanted(rest)) continue;
        this.#take(name, to === "" ? rest : `${to}/${rest}`, above);
      }
    }
  }

  #follow(from: string, to: string, above: readonly string[]): void {
    const real = this.#real(from);
    const leadsRound = real !== undefined && [...above, from, to].some((one) => isIn(one, real));
    if (real === undefined || !this.#mayFollow(real) || leadsRound) this.#dead.add(to);
    else this.#take(real, to, [...above, real]);
  }

  /** Where the project itself lies does not count. */
  #mayFollow(real: string): boolean {
    return isWanted(nameBelow(commonFolder([this.folder, real]), real) || "here");
  }

  /** @returns the file or folder that a path leads to; undefined where there is none, and outside the top */
  #real(name: string): string | undefined {
    let real = "";
    let links = 0;
    const ahead = name.split("/");
    for (let part = ahead.shift(); part !== undefined; part = ahead.shift()) {
      if (part === "" || part === ".") continue;
      if (part === "..") {
        if (real === "") return undefined;
        real = parentOf(real);
        continue;
      }
      const here = real === "" ? part : `${real}/${part}`;
      const entry = this.entries.get(here);
      if (entry?.kind === "link") {
        links += 1;
        if (entry.target.startsWith("/") || links > mostLinks) return undefined;
        ahead.unshift(...entry.target.split("/"));
      } else if (entry !== undefined || this.#folders.has(here)) real = here;
      else return undefined;
    }
    return real;
  }
}

/** Whether a path is in a folder, or is it. */
function isIn(name: string, folder: string): boolean {
  return nameBelow(folder, name) !== undefined;
}

function parentOf(name: string): string {
  const parent = path.posix.dirname(name);
  return parent === "." ? "" : parent;
}

function foldersAbove(name: string): string[] {
  const found: string[] = [];
  for (let at = name.indexOf("/"); at >= 0; at = name.indexOf("/", at + 1)) {
    found.push(name.slice(0, at));
  }
  return found;
}
