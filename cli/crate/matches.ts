// Which files match the pattern of an output, as the shell in the job took it: with `*`, `?` and `[...]`, and hidden names
// only where the pattern begins with a dot. The folders are listed where they lie: by path, or over VOSpace.
import { messageOf } from "../../provider/errors";
import type { Arc } from "../../provider/record/arc";
import type { Listed } from "../../provider/record/nodeList";

/** More would make a crate that nobody reads. */
export const mostMatches = 10_000;

/** The paths in order, or a sentence that says why nobody knows them. */
export type Matches = { readonly paths: readonly string[] } | { readonly unknown: string };

/** Looks for each pattern and lists each folder once. */
export class PatternMatches {
  readonly #lists = new Map<string, Promise<readonly Listed[]>>();
  readonly #matches = new Map<string, Promise<Matches>>();

  constructor(private readonly arc: Pick<Arc, "list">) {}

  of(pattern: string): Promise<Matches> {
    const known = this.#matches.get(pattern) ?? this.#look(pattern);
    this.#matches.set(pattern, known);
    return known;
  }

  async #look(pattern: string): Promise<Matches> {
    const parts = pattern.split("/").filter((part) => part !== "");
    const first = parts.findIndex(isPattern);
    // As long as there is no pattern, nothing has to be listed.
    const start = parts.slice(0, first).map((part) => `/${literal(part)}`);
    let found: readonly string[] = [start.join("")];
    try {
      for (let at = first; at < parts.length; at += 1) {
        const isFolder = at < parts.length - 1;
        const below = found.map((folder) => this.#matchesIn(folder, parts[at] ?? "", isFolder));
        found = (await Promise.all(below)).flat();
        if (found.length > mostMatches) {
          return { unknown: `More than ${mostMatches.toLocaleString("en-US")} files match it.` };
        }
      }
    } catch (error) {
      return { unknown: `Its folder could not be listed: ${messageOf(error)}.` };
    }
    return found.length > 0 ? { paths: [...found].sort() } : { unknown: "No file matches it now." };
  }

  async #matchesIn(folder: string, part: string, isFolder: boolean): Promise<readonly string[]> {
    const isName = matcherOf(part);
    return (await this.#list(folder))
      .filter(({ name, kind }) => isName(name) && !(isFolder && kind === "file"))
      .map(({ name }) => `${folder}/${name}`);
  }

  #list(folder: string): Promise<readonly Listed[]> {
    const known = this.#lists.get(folder) ?? this.arc.list(folder).then((all) => all ?? []);
    this.#lists.set(folder, known);
    return known;
  }
}

/** Whether a shell takes a path, or a part of one, for a pattern. */
export function isPattern(text: string): boolean {
  return /[*?[]/.test(text);
}

function literal(part: string): string {
  return part.replaceAll(/\\(.)/g, "$1");
}

const classes: Readonly<Record<string, string>> = {
  ...{ alpha: "A-Za-z", digit: "0-9", alnum: "A-Za-z0-9", lower: "a-z", upper: "A-Z" },
  ...{ xdigit: "0-9A-Fa-f", space: "\\s", blank: " \\t", punct: "!-/:-@\\[-`{-~" },
};

/** @returns whether a name matches one part of a path */
export function matcherOf(part: string): (name: string) => boolean {
  const tokens = part.matchAll(/\\(.)|\[([!^]?)(\]?(?:\[:\w+:\]|[^\]])*)\]|([\s\S])/gu);
  const source = [...tokens].map(([, escaped, not, set, one = ""]) => {
    if (escaped !== undefined) return inRegExp(escaped);
    if (set !== undefined) return `[${not ? "^" : ""}${setSource(set)}]`;
    if (one === "*") return "[^]*";
    return one === "?" ? "[^]" : inRegExp(one);
  });
  const pattern = regExpOf(`^${source.join("")}$`);
  const mayBeHidden = part.startsWith(".") || part.startsWith("\\.");
  return (name) => pattern.test(name) && (mayBeHidden || !name.startsWith("."));
}

/** A range whose ends are the wrong way round matches nothing. */
function regExpOf(source: string): RegExp {
  try {
    return new RegExp(source, "u");
  } catch {
    return /(?!)/;
  }
}

function inRegExp(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&");
}

function setSource(set: string): string {
  return [...set.matchAll(/\[:(\w+):\]|\\?([\s\S])/gu)]
    .map(([, name, one = ""]) => (name ? (classes[name] ?? "") : one === "-" ? "-" : inRegExp(one)))
    .join("");
}
