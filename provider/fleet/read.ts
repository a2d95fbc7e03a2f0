// YAML to values that know where they were written. What YAML would read as another text than was written
// (`1.10`, `1E6`, `True`) stays the text that it is, and is known by what YAML takes it for.
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  visit,
  type YAMLMap,
} from "yaml";
import { scalarOf } from "../sweep/scalar";
import { type Fault, placeOf } from "./faults";

export type Path = readonly (string | number)[];

export interface Source {
  /** Undefined if the text is no YAML. */
  readonly value: unknown;
  readonly faults: readonly Fault[];
  /** Where a value is, or the nearest thing around it that is there; of a block, its key. */
  readonly offsetOf: (path: Path) => number;
  /** Where the key of a value is. */
  readonly keyOffsetOf: (path: Path) => number;
  readonly lineOf: (path: Path) => number;
  /** Of an offset, from 1. */
  readonly placeOf: (offset: number) => { readonly line: number; readonly column: number };
  /** How many steps of a path there are. */
  readonly depthOf: (path: Path) => number;
  /** The number, boolean or null that YAML takes a text for, where another text of it was written. */
  readonly meantBy: (path: Path) => { readonly value: unknown } | undefined;
}

export function readYaml(text: string): Source {
  const document = parseDocument(text, {
    prettyErrors: false,
    uniqueKeys: false,
    merge: true,
    logLevel: "error",
  });
  const faults = syntaxFaults(document, text);
  let value: unknown;
  let meant: ReadonlyMap<Node, unknown> = new Map();
  if (faults.length === 0) {
    meant = keepWritten(document);
    faults.push(...mistakable(document, text));
    try {
      value = withoutExtensions(document.toJS());
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (faults.length === 0) faults.push({ offset: 0, message });
    }
  }
  const offsetOf = (path: Path) => {
    const { key, node } = walk(document, path);
    const isBlock = isCollection(node) && !node.flow;
    const isBlank = isScalar(node) && node.value === null && !node.source;
    return (key && (isBlock || isBlank || !node) ? key : (node ?? key))?.range?.[0] ?? 0;
  };
  return {
    value,
    faults,
    offsetOf,
    keyOffsetOf: (path) => {
      const { key, node } = walk(document, path);
      return (key ?? node)?.range?.[0] ?? 0;
    },
    lineOf: (path) => placeOf(text, offsetOf(path)).line,
    placeOf: (offset) => placeOf(text, offset),
    depthOf: (path) => walk(document, path).depth,
    meantBy: (path) => {
      const found = walk(document, path);
      const node = resolved(document, found.node);
      const isThere = found.depth === path.length && node !== undefined && meant.has(node);
      return isThere ? { value: meant.get(node) } : undefined;
    },
  };
}

/** Keys like `x-gpu` at the top are the user's own: a place for what anchors name (as in Docker's compose files). */
function withoutExtensions(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith("x-")));
}

/** Up to the first place where the parser is lost: what it says from there on is about nothing. */
function syntaxFaults({ errors, warnings }: Document.Parsed, text: string): Fault[] {
  const all = [...errors, ...warnings];
  const lost = all.findIndex(({ code }) => code === "UNEXPECTED_TOKEN");
  return all.slice(0, lost < 0 ? undefined : lost + 1).map(({ pos, code, message }) => {
    const offset = Math.min(pos[0], text.length);
    const [line = ""] = message.split("\n");
    if (["UNEXPECTED_TOKEN", "MISSING_CHAR"].includes(code) && /[{}]/.test(text[offset] ?? "")) {
      return { offset, message: "text with braces has to be in quotes here" };
    }
    if (code === "MULTIPLE_DOCS") return { offset, message: "a second document: there can be one" };
    return { offset, message: line };
  });
}

interface Found {
  readonly key: Node | undefined;
  readonly node: Node | undefined;
  readonly depth: number;
}

function walk(document: Document, path: Path): Found {
  let found: Found = { key: undefined, node: document.contents ?? undefined, depth: 0 };
  for (const step of path) {
    const holder = resolved(document, found.node);
    if (isMap(holder)) {
      const pair = pairOf(document, holder, String(step), 0);
      if (!pair) return found;
      const key = pair.key as Node;
      found = { key, node: (pair.value ?? undefined) as Node | undefined, depth: found.depth + 1 };
    } else if (isSeq(holder)) {
      const item = holder.items[Number(step)] as Node | undefined;
      if (!item) return found;
      found = { key: undefined, node: item, depth: found.depth + 1 };
    } else return found;
  }
  return found;
}

function resolved(document: Document, node: Node | undefined): Node | undefined {
  return isAlias(node) ? (node.resolve(document) as Node | undefined) : node;
}

const deepestMerge = 20;

/** Also through `<<`. */
function pairOf(
  document: Document,
  map: YAMLMap,
  name: string,
  depth: number,
): Pair<unknown, unknown> | undefined {
  const own = map.items.findLast(({ key }) => nameOf(key) === name);
  if (own || depth > deepestMerge) return own;
  for (const { key, value } of map.items) {
    if (nameOf(key) !== "<<") continue;
    const merged = resolved(document, value as Node);
    for (const one of isSeq(merged) ? merged.items : [merged]) {
      const holder = resolved(document, one as Node);
      const found = isMap(holder) ? pairOf(document, holder, name, depth + 1) : undefined;
      if (found) return found;
    }
  }
  return undefined;
}

function nameOf(key: unknown): string | undefined {
  if (!isScalar(key)) return undefined;
  // The key `<<` is a symbol.
  return typeof key.value === "symbol" ? key.value.description : String(key.value);
}

function mistakable(document: Document, text: string): Fault[] {
  const faults: Fault[] = [];
  const add = (node: Node, message: string) =>
    faults.push({ offset: node.range?.[0] ?? 0, message });
  visit(document, {
    Scalar(at, scalar) {
      const isBlankItem = typeof at === "number" && scalar.value === null && !scalar.source;
      const message = isBlankItem ? "is blank: write null, or a value" : notFinite(scalar, at);
      if (message !== undefined) add(scalar, message);
    },
    Alias(_, alias) {
      if (!alias.resolve(document)) add(alias, `there is no &${alias.source} before this`);
    },
    Map(_, map) {
      const [start = 0, end = 0] = map.range ?? [];
      const name = /^\{\s*([\w.-]+)\s*\}$/.exec(text.slice(start, end))?.[1];
      if (map.flow && name !== undefined) {
        add(map, `without quotes this is a map; as a placeholder, write "{${name}}"`);
      }
      const first = new Map<string, Node>();
      for (const { key } of map.items) {
        const name = nameOf(key);
        const node = key as Node;
        if (name === undefined) {
          if (node) add(node, "a key has to be text");
          continue;
        }
        const before = first.get(name);
        if (!before) first.set(name, node);
        else if (name !== "<<") {
          const { line } = placeOf(text, before.range?.[0] ?? 0);
          add(node, `the key ${JSON.stringify(name)} is there already, in line ${line}`);
        }
      }
    },
  });
  return faults;
}

const nothing = /^(null|~)?$/;

/** Puts what was written in place of what YAML reads it as. @returns what it was read as */
function keepWritten(document: Document): ReadonlyMap<Node, unknown> {
  const meant = new Map<Node, unknown>();
  visit(document, {
    Scalar(_, scalar) {
      const { value, source = "", type } = scalar;
      if (type !== "PLAIN" || typeof value === "string" || typeof value === "symbol") return;
      const isWritten =
        typeof value === "number"
          ? typeof scalarOf(source) === "number" || isNotFinite.test(source)
          : value === null
            ? nothing.test(source)
            : String(value) === source;
      if (isWritten) return;
      meant.set(scalar, value);
      scalar.value = source;
    },
  });
  return meant;
}

const isNotFinite = /^[-+]?(\.?nan|\.?inf|infinity)$/i;

/** A number that is none. */
function notFinite({ source = "", type }: Scalar, at: unknown): string | undefined {
  if (type !== "PLAIN" || at === "key" || !isNotFinite.test(source)) return undefined;
  return `${source} is not a finite number; to have the text, put it into quotes`;
}
