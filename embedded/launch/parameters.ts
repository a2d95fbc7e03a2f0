// What reaches the server's code of a request's parameters: Tomcat's parsing, then `SyncInput`
// (docs/skaha-api.md 3.2).
import { refuse } from "../refusal";

/** Tomcat's `maxPostSize`: a larger form body is not read at all. */
const maxFormBytes = 2 * 1024 * 1024;
/** Tomcat 9's `maxParameterCount`. */
const maxParameters = 10_000;

type Pair = readonly [name: string, value: string];

/** Parameters by case-insensitive name, values in the order they were sent. */
export class Parameters {
  readonly #values = new Map<string, string[]>();

  constructor(pairs: readonly Pair[]) {
    const spelling = new Map<string, string>();
    for (const [name, value] of pairs.slice(0, maxParameters)) {
      const key = name.toLowerCase();
      // SyncInput keeps one list per spelling and trips over the second one.
      if ((spelling.get(key) ?? name) !== name) throw refuse(400, "null");
      spelling.set(key, name);
      this.#values.set(key, [...(this.#values.get(key) ?? []), value]);
    }
  }

  get(name: string): string | undefined {
    return this.#values.get(name)?.[0];
  }

  all(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }
}

export interface RawRequest {
  readonly method: string;
  /** Without the `?`. */
  readonly query: string;
  readonly contentType: string | undefined;
  readonly body: Buffer;
}

export function readParameters({ method, query, contentType, body }: RawRequest): Parameters {
  const fromQuery = parseForm(Buffer.from(query, "latin1"), "utf8");
  if (method !== "POST") return new Parameters(fromQuery);
  const [mediaType = "", ...options] = (contentType ?? "").split(";").map((part) => part.trim());
  const option = (name: string) =>
    options
      .find((text) => text.toLowerCase().startsWith(`${name}=`))
      ?.slice(name.length + 1)
      .replace(/^"(.*)"$/, "$1");
  switch (mediaType.toLowerCase()) {
    case "application/x-www-form-urlencoded": {
      if (body.length > maxFormBytes) return new Parameters(fromQuery);
      const utf8 = /^utf-?8$/i.test(option("charset") ?? "");
      return new Parameters([...fromQuery, ...parseForm(body, utf8 ? "utf8" : "latin1")]);
    }
    case "multipart/form-data":
      return new Parameters(parseMultipart(body, option("boundary") ?? ""));
    default:
      return new Parameters([]);
  }
}

function parseForm(text: Buffer, charset: "utf8" | "latin1"): Pair[] {
  const pairs: Pair[] = [];
  for (const piece of text.toString("latin1").split("&")) {
    if (piece === "") continue;
    const equals = piece.indexOf("=");
    const name = decode(equals < 0 ? piece : piece.slice(0, equals), charset);
    const value = decode(equals < 0 ? "" : piece.slice(equals + 1), charset);
    // Tomcat skips a parameter that it cannot decode, and one without a name.
    if (name && value !== undefined) pairs.push([name, value]);
  }
  return pairs;
}

function decode(text: string, charset: "utf8" | "latin1"): string | undefined {
  if (/%(?![0-9a-f]{2})/i.test(text)) return undefined;
  const bytes = text
    .replaceAll("+", " ")
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString(charset);
}

function parseMultipart(body: Buffer, boundary: string): Pair[] {
  const pairs: Pair[] = [];
  const raw = body.toString("latin1");
  for (const part of `\r\n${raw}`.split(`\r\n--${boundary}`).slice(1)) {
    if (part.startsWith("--")) break;
    const split = part.indexOf("\r\n\r\n");
    if (split < 0) continue;
    const disposition = /^content-disposition:(.*)$/im.exec(part.slice(0, split))?.[1] ?? "";
    const [, quoted, token] =
      /;\s*name=(?:"((?:[^"\\]|\\.)*)"|([^\s";]+))/i.exec(disposition) ?? [];
    const name = quoted ?? token;
    if (name === undefined || /;\s*filename\*?=/i.test(disposition)) continue;
    pairs.push([utf8(name), utf8(part.slice(split + 4))]);
  }
  return pairs;
}

function utf8(latin1: string): string {
  return Buffer.from(latin1, "latin1").toString("utf8");
}
