// The second hop: the Job is dumped as YAML by SnakeYAML, read by kubectl's go-yaml, and checked by the API
// server. Some values break on this way (docs/skaha-api.md 2.3).

import { type Refusal, unexpected } from "../refusal";
import type { Container } from "./template";

export interface AdmittedContainer {
  readonly command: string[] | null;
  readonly args: string[] | null;
  readonly env: [name: string, value: string][];
}

/**
 * The container as the API server stores it. Throws what skaha says when kubectl or the API server refused: the
 * Job it looks for then is not there.
 */
export function admit(
  container: Container,
  names: { readonly label: string; readonly hostname: string },
): AdmittedContainer {
  for (const name of [names.label, names.hostname]) text(name);
  if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(names.hostname) || names.hostname.length > 63) {
    throw noSuchJob();
  }
  return {
    command: list(container.command),
    args: list(container.args),
    env: container.env.map(({ name, value }) => {
      const envName = name === null ? "" : text(name);
      if (!isEnvName(envName)) throw noSuchJob();
      return [envName, value === null ? "" : property(value)];
    }),
  };
}

function list(values: readonly (string | null)[] | null): string[] | null {
  if (values === null || values.length === 0) return null;
  return values.map((value) => (value === null ? "" : text(value)));
}

/** `validation.IsEnvVarName`. */
function isEnvName(name: string): boolean {
  return /^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(name) && name !== "." && !name.startsWith("..");
}

/** A `String` of a bean: what is not printable is dumped as `!!binary`, which go-yaml reads back. */
function property(value: string): string {
  return isPrintable(value) ? text(value) : wellFormed(value);
}

/** One string of a list, or a label, through SnakeYAML's dump and go-yaml's reading. */
function text(value: string): string {
  // Dumped as base64, too, but without the tag: nobody turns it back.
  if (!isPrintable(value)) return Buffer.from(wellFormed(value), "utf8").toString("base64");
  const quoted = quotedBySnakeYaml.some((pattern) => pattern.test(value));
  if (!quoted && isNoStringForGoYaml(value)) throw noSuchJob();
  // A next line survives where SnakeYAML has to write double quotes; in a block of lines it becomes a new line.
  const escaped = /[\t\r]| [\n\u0085\u2028\u2029]| $/.test(value);
  return escaped ? value : value.replaceAll("\u0085", "\n");
}

/** `StreamReader.isPrintable` */
function isPrintable(value: string): boolean {
  return !/[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(value);
}

function wellFormed(value: string): string {
  if (!value.isWellFormed()) throw unexpected("invalid string value has occurred");
  return value;
}

/**
 * What SnakeYAML's resolver takes for something else than a string (`Resolver`: BOOL, FLOAT, INT, MERGE, NULL, EMPTY,
 * TIMESTAMP), and, last, old octals: it puts these in quotes.
 */
const quotedBySnakeYaml = [
  /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/,
  /^([-+]?(?:[0-9][0-9_]*)\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[-+]?(?:[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)|[-+]?\.[0-9_]+(?:[eE][-+]?[0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
  /^(?:[-+]?0b_*[0-1][0-1_]*|[-+]?0_*[0-7][0-7_]*|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x_*[0-9a-fA-F][0-9a-fA-F_]*|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/,
  /^(?:<<|~|null|Null|NULL| |)$/,
  /^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}-[0-9]{2}?-[0-9]{2}?(?:[Tt]|[ \t]+)[0-9][0-9]?:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9][0-9]?(?::[0-9]{2})?))?)$/,
  /^0[0-9_]+$/,
];

/** go-yaml v2 `resolve()`: what a plain scalar is read as, if not as a string. */
function isNoStringForGoYaml(value: string): boolean {
  if (/^[yYnN]$/.test(value)) return true;
  if (!/^[-+.0-9]/.test(value)) return false;
  const plain = value.startsWith(".") ? value : value.replaceAll("_", "");
  const [, digits = ""] = /^[-+]?(.*)$/.exec(plain) ?? [];
  if (/^(?:0|[1-9][0-9]*|0[0-7]+|0[oO][0-7]+|0[xX][0-9a-fA-F]+|0[bB][01]+)$/.test(digits)) {
    return !value.startsWith(".");
  }
  return /^(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(digits);
}

function noSuchJob(): Refusal {
  const status =
    '{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","reason":"NotFound","code":404}';
  return unexpected(
    `java.lang.RuntimeException: io.kubernetes.client.openapi.ApiException: Message: Not Found\nHTTP response code: 404\nHTTP response body: ${status}\nHTTP response headers: {content-length=[${status.length}], content-type=[application/json], date=[${new Date().toUTCString()}]}`,
  );
}
