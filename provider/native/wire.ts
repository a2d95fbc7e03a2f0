// Values as the engine hands them over: what is secret is wrapped, anywhere inside. The provider works with plain values
// and wraps the same places again; so secrets stay secret for programs of any language. Pure.

type Props = Readonly<Record<string, unknown>>;

/** What tells a wrapped value, and that it is a secret (the SDK's `specialSigKey` and `specialSecretSig`). */
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** Where secrets are: the whole of it, or in some of its parts. */
export type Marks = true | { readonly [part: string]: Marks };

export interface Unwrapped {
  readonly plain: Props;
  readonly marks: { readonly [property: string]: Marks };
}

/** What the engine adds to the inputs of a dynamic resource, and a state that was one still has. */
const ofDynamicDoor = "__provider";

/** Whether a value is a wrapped secret, as states have it too: encrypted there. */
export function isWrappedSecret(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    (value as Props)[signatureKey] === secretSignature
  );
}

/** Whether there may be a secret in what the engine sent, before it is read. */
export function hasSecretIn(sent: Uint8Array): boolean {
  return Buffer.from(sent.buffer, sent.byteOffset, sent.byteLength).includes(secretSignature);
}

/** Takes the secrets out of their wraps, and notes where they were. */
export function unwrapped(props: Props): Unwrapped {
  const plain: Record<string, unknown> = {};
  const marks: Record<string, Marks> = {};
  for (const [name, value] of Object.entries(props)) {
    if (name === ofDynamicDoor) continue;
    const part = partOf(value);
    plain[name] = part.plain;
    if (part.marks !== undefined) marks[name] = part.marks;
  }
  return { plain, marks };
}

interface Part {
  readonly plain: unknown;
  readonly marks: Marks | undefined;
}

function partOf(value: unknown): Part {
  if (typeof value !== "object" || value === null) return { plain: value, marks: undefined };
  const wrapped = value as Props;
  if (isWrappedSecret(wrapped)) {
    return { plain: partOf(wrapped.value).plain, marks: true };
  }
  const parts = Object.entries(value).map(([key, one]) => [key, partOf(one)] as const);
  const marked = parts.flatMap(([key, { marks }]) => (marks ? [[key, marks] as const] : []));
  const marks = marked.length > 0 ? Object.fromEntries(marked) : undefined;
  if (marks === undefined) return { plain: value, marks };
  const plain = Array.isArray(value)
    ? parts.map(([, { plain }]) => plain)
    : Object.fromEntries(parts.map(([key, { plain }]) => [key, plain]));
  return { plain, marks };
}

/** The same properties, with secrets where the marks are; a mark deeper than a value goes is one of the value. */
export function wrapped(props: Props, marks: Readonly<Record<string, Marks>>): Props {
  const entries = Object.entries(props).map(([name, value]) => {
    const own = Object.hasOwn(marks, name) ? marks[name] : undefined;
    return [name, own === undefined ? value : secretIn(value, own)] as const;
  });
  return Object.fromEntries(entries);
}

function secretIn(value: unknown, marks: Marks): unknown {
  if (value === undefined || value === null) return value;
  const isDeeper = marks !== true && typeof value === "object";
  const isThere = isDeeper && Object.keys(marks).every((key) => Object.hasOwn(value, key));
  if (!isThere) return { [signatureKey]: secretSignature, value };
  const inside = (key: string, one: unknown) =>
    Object.hasOwn(marks, key) ? secretIn(one, marks[key] ?? true) : one;
  if (Array.isArray(value)) return value.map((one, index) => inside(String(index), one));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inside(key, one)]));
}

/** The marks of both, for values that come from one or the other. */
export function joined(
  one: Readonly<Record<string, Marks>>,
  other: Readonly<Record<string, Marks>>,
): Record<string, Marks> {
  const all: Record<string, Marks> = { ...one };
  for (const [name, marks] of Object.entries(other)) {
    const own = all[name];
    if (own === undefined) all[name] = marks;
    else all[name] = own === true || marks === true ? true : joined(own, marks);
  }
  return all;
}
