// Writes suggested sizes into the text of a fleet.yaml. Only the values change: comments, order and style stay as they are,
// to the byte. What is not a plain number of one sweep or job is refused with what to do. Pure.
import { isDeepStrictEqual } from "node:util";
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  type Pair,
  parseDocument,
  type YAMLMap,
} from "yaml";
import type { Sizing } from "./sizing";

export interface SizeEdit {
  /** `sweeps.fit.ram` */
  readonly place: string;
  /** Of the text as it is now; from 1. */
  readonly line: number;
  readonly from: number | undefined;
  readonly to: number;
}

export interface AppliedSizes {
  readonly text: string;
  readonly edits: readonly SizeEdit[];
  /** What was not edited, and why, as sentences. */
  readonly refusals: readonly string[];
}

type Resource = "cores" | "ram";

/** One place in the text: what stands there goes, and something else comes. */
interface Splice {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** @throws Error where it is no YAML */
export function applySizes(text: string, sizings: readonly Sizing[]): AppliedSizes {
  const edits: SizeEdit[] = [];
  const refusals: string[] = [];
  let now = text;
  for (const [group, members] of Map.groupBy(sizings, ({ group }) => group)) {
    const wanted = members.flatMap((one) => changesOf(one));
    if (wanted.length === 0) continue;
    if (members.length > 1) {
      refusals.push(
        `${group}: its jobs have ${members.length} sizes, which come from its rows: edit them there${suggestions(members)}`,
      );
      continue;
    }
    for (const [resource, from, to] of wanted) {
      const place = [members[0]?.sweep === undefined ? "jobs" : "sweeps", group, resource];
      const edited = edit(now, place, to);
      if ("why" in edited) {
        refusals.push(`${place.join(".")} ${edited.why}; ${to} is suggested`);
        continue;
      }
      now = edited.text;
      edits.push({ place: place.join("."), line: 0, from, to });
    }
  }
  return { text: now, edits: edits.map((one) => ({ ...one, line: lineOf(now, one) })), refusals };
}

function changesOf({ cores, ram }: Sizing): [Resource, number | undefined, number][] {
  const all = { cores, ram };
  return (["cores", "ram"] as const).flatMap((resource) => {
    const { asked, suggested } = all[resource];
    return suggested === undefined || suggested === asked ? [] : [[resource, asked, suggested]];
  });
}

function suggestions(members: readonly Sizing[]): string {
  const texts = members.flatMap((one) =>
    changesOf(one).map(([resource, from, to]) => `${resource} ${from ?? "unset"} -> ${to}`),
  );
  return ` (${texts.join(", ")})`;
}

function edit(
  text: string,
  path: readonly string[],
  to: number,
): { readonly text: string } | { readonly why: string } {
  const document = parsed(text);
  const [, , key = ""] = path;
  const owner = document.getIn(path.slice(0, -1), true);
  if (owner === undefined) return { why: "is not in fleet.yaml: write it where it is declared" };
  if (!isMap(owner)) return { why: "stands for something written elsewhere: edit that" };
  const pair = owner.items.find((one) => isScalar(one.key) && one.key.value === key);
  const splice = pair ? replacing(pair, to) : adding(text, document, path, owner, `${key}: ${to}`);
  if ("why" in splice) return splice;
  const edited = text.slice(0, splice.from) + splice.text + text.slice(splice.to);
  return isJustThat(document, edited, path, to)
    ? { text: edited }
    : { why: "cannot be edited without changing something else: edit it by hand" };
}

function replacing({ value }: Pair, to: number): Splice | { readonly why: string } {
  if (isAlias(value)) return { why: `is *${value.source}, which others may share: edit that` };
  if (!isScalar(value) || !value.range) return { why: "has no value: write one" };
  if (value.anchor !== undefined)
    return { why: `is &${value.anchor}, which others share: edit it` };
  if (typeof value.value !== "number") {
    return { why: `is ${JSON.stringify(value.value)}, which comes from its rows: edit those` };
  }
  return { from: value.range[0], to: value.range[1], text: String(to) };
}

/** As the first of a sweep or job: where `defaults` has a size, it is another's too. */
function adding(
  text: string,
  document: Document,
  path: readonly string[],
  owner: YAMLMap,
  entry: string,
): Splice | { readonly why: string } {
  const [start] = owner.range ?? [];
  if (start === undefined) return { why: "has no place: write it by hand" };
  if (owner.flow) {
    const at = start + 1; // behind the brace
    const rest = owner.items.length > 0 ? "," : " ";
    return { from: at, to: at, text: ` ${entry}${rest}` };
  }
  const [group = "", name] = path;
  const parent = document.get(group, true);
  const own = isMap(parent)
    ? parent.items.find((one) => isScalar(one.key) && String(one.key.value) === name)
    : undefined;
  const range = isScalar(own?.key) ? own.key.range : undefined;
  const firstKey = owner.items[0]?.key;
  const first = isScalar(firstKey) ? firstKey.range?.[0] : undefined;
  if (!range || first === undefined) return { why: "has no place: write it by hand" };
  const indent = text.slice(text.lastIndexOf("\n", first - 1) + 1, first);
  const at = text.indexOf("\n", range[1]) + 1;
  if (at === 0 || !/^ +$/.test(indent)) return { why: "has no place: write it by hand" };
  const newline = text[at - 2] === "\r" ? "\r\n" : "\n";
  return { from: at, to: at, text: `${indent}${entry}${newline}` };
}

/** Whether the file says all that it did, and the new size. */
function isJustThat(before: Document, text: string, path: readonly string[], to: number): boolean {
  const wanted = before.toJS();
  let inside = wanted;
  for (const key of path.slice(0, -1)) inside = inside[key];
  inside[path.at(-1) ?? ""] = to;
  const after = parseDocument(text, options);
  return after.errors.length === 0 && isDeepStrictEqual(after.toJS(), wanted);
}

const options = { merge: true, logLevel: "error" } as const;

function parsed(text: string): Document {
  const document = parseDocument(text, options);
  const [error] = document.errors;
  if (error) throw new Error(`fleet.yaml is no YAML: ${error.message}`);
  return document;
}

function lineOf(text: string, { place }: SizeEdit): number {
  const document = parsed(text);
  const node = document.getIn(pathOf(place), true);
  const offset = isScalar(node) ? (node.range?.[0] ?? 0) : 0;
  return text.slice(0, offset).split("\n").length;
}

/** A name may hold dots. */
function pathOf(place: string): [string, string, string] {
  const first = place.indexOf(".");
  const last = place.lastIndexOf(".");
  return [place.slice(0, first), place.slice(first + 1, last), place.slice(last + 1)];
}
