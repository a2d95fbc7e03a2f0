// How words travel to a process unchanged. A POST passes Java's `replaceAll`, SnakeYAML, a second YAML
// parser (go-yaml) and the kubelet's expansion; each of them alters text without a word. This encoding
// survives the whole path (docs/skaha-api.md, "The encoding that survives"); plain words go as they are.
import { halfAt } from "../text/halves";

/** An empty variable, defined only where a value needs it: `$(SKAHA_EMPTY)n` arrives as `n`. */
export const emptyVariable = "SKAHA_EMPTY";

/**
 * What only the value of a variable can hold is in one of these, and a word refers to it: ESC is
 * `$(SKAHA_U001B)`. The name is that of the character, so that equal words make equal launches.
 */
const characterVariable = (code: number): string => `SKAHA_U${hexOf(code)}`;

/** The variables that this encoding sets, beside a user's own. */
export function isEncodingVariable(name: string): boolean {
  return name === emptyVariable || /^SKAHA_U[0-9A-F]{4,6}$/.test(name);
}

/** Linux refuses to start a process with a longer argument or `NAME=value` (MAX_ARG_STRLEN). */
export const longestWordBytes = 131_071;

/** The server takes no larger form (Tomcat's maxPostSize, 2 MiB). */
export const largestFormBytes = 2 * 1024 * 1024;

/** The parameters `cmd`, `args` and `env` of a POST, decoded; an absent one is not to be sent. */
export interface EncodedCommand {
  readonly cmd?: string;
  readonly args?: string;
  readonly env: readonly string[];
}

/**
 * @param command replaces the image's ENTRYPOINT; undefined keeps it
 * @param args what follows
 */
export function encodeCommand(
  command: string | undefined,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): EncodedCommand {
  const words = [...(command === undefined ? [] : [command]), ...args];
  const all = [...words, ...Object.values(env)];
  const guard = all.some(isTakenForAnotherType) ? [`${emptyVariable}=\\`] : [];
  const characters = new Set(words.flatMap((word) => word.match(onlyInValues) ?? []));
  return {
    ...(command !== undefined && { cmd: encodeWord(command) }),
    ...(args.length > 0 && { args: args.map(encodeArgument).join(" ") }),
    env: [
      ...guard,
      ...[...characters].sort().map((one) => `${characterVariable(codeOf(one))}=${escaped(one)}`),
      ...Object.entries(env).map(([name, value]) => `${encodeName(name)}=${encodeValue(value)}`),
    ],
  };
}

/** How much of the form a command takes. */
export function formBytes({ cmd = "", args = "", env }: EncodedCommand): number {
  const pairs: [string, string][] = [
    ["cmd", cmd],
    ["args", args],
    ...env.map((variable): [string, string] => ["env", variable]),
  ];
  return new URLSearchParams(pairs).toString().length; // ASCII
}

/** A form is never longer than that many bytes for each unit of text that goes into it. */
const mostBytesOfUnit = 28; // `%5C%5Cx24%28SKAHA_U001B%29`
const mostBytesAround = 64;
/** All that can be in {@link onlyInValues}, each a variable. */
const mostBytesOfCharacters = 4_096;

/** At most how much of the form a command takes, known without encoding it. */
export function mostFormBytes(
  command: string | undefined,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): number {
  const texts = [...(command === undefined ? [] : [command]), ...args];
  for (const [name, value] of Object.entries(env)) texts.push(`${name}${value}`);
  return texts.reduce(
    (sum, { length }) => sum + length * mostBytesOfUnit + mostBytesAround,
    mostBytesOfCharacters,
  );
}

/** One argument: `--param=3` goes as it is. Only of a variable the server splits the value at `=`. */
export function encodeArgument(word: string): string {
  const known = longWords.get(word);
  if (known !== undefined) return known;
  const encoded = encodeWord(word).replaceAll("\\\\x3d", "=");
  if (word.length >= longLength) {
    if (longWords.size >= mostLongWords) longWords.clear();
    longWords.set(word, encoded);
  }
  return encoded;
}

/** The scripts that record jobs and run packs are words of thousands of launches. */
const longWords = new Map<string, string>();
const [longLength, mostLongWords] = [2_000, 16];

/** A command, or one word of it; what it refers to is in the variables that `encodeCommand` adds. */
export function encodeWord(word: string): string {
  return encode(word, (character) =>
    character.search(onlyInValues) < 0
      ? encodeCharacter(character)
      : `\\\\x24(${characterVariable(codeOf(character))})`,
  );
}

/** The value of a variable. */
export function encodeValue(value: string): string {
  return encode(value, encodeCharacter);
}

/** Unquoted, YAML 1.1 reads `NO` as a boolean: such a variable would arrive as `false`. */
function encodeName(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !yamlWord.test(name) ? name : `"${name}"`;
}

const yamlWord = /^(yes|no|on|off|true|false|null)$/i;

/** SnakeYAML hands these on as base64; go-yaml turns it back in values of variables, and only there. */
const onlyInValues =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is meant
  /[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]/gu;

function encode(word: string, character: (character: string) => string): string {
  if (word === "") return "\\"; // closes the template's quotes up to ""
  const guard = isTakenForAnotherType(word) ? `\\\\x24(${emptyVariable})` : "";
  return guard + word.replace(notPlain, character);
}

/** The others go as they are. */
const notPlain = /[^A-Za-z0-9_./,:@%+-]/gu;

function encodeCharacter(character: string): string {
  if (character === "$") return "\\\\x24\\\\x24"; // two, because the kubelet turns $$ into $
  return escaped(character);
}

function escaped(character: string): string {
  const code = codeOf(character);
  const hex = code.toString(16);
  if (code < 0x100) return `\\\\x${hex.padStart(2, "0")}`;
  if (code < 0x10000) return `\\\\u${hex.padStart(4, "0")}`;
  return `\\\\U${hex.padStart(8, "0")}`;
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

/** As after `U+`. */
function hexOf(code: number): string {
  return code.toString(16).toUpperCase().padStart(4, "0");
}

/**
 * Words that the server's second YAML parser would read as a boolean or a number, which Kubernetes then
 * refuses. Deliberately wider than what was seen to fail (`y`, `0o17`, `-09`, `9e3_`): the guard costs nothing.
 */
function isTakenForAnotherType(word: string): boolean {
  if (/^[yYnN]$/.test(word)) return true;
  if (/^[-+]?(0|[1-9]\d*)(\.\d+)?$/.test(word)) return false;
  const bare = word.replaceAll("_", ""); // as that parser does, wherever they stand
  return (
    /^[-+]?[\d.]*\d[\d.]*([eE][-+]?\d*)?$/.test(bare) || /^[-+]?0[oObBxX][\da-fA-F]+$/.test(bare)
  );
}

/** Why no variable of that name can arrive; undefined if one can. */
export function whyUnsendableName(name: string): string | undefined {
  if (!/^[-._A-Za-z][-._A-Za-z0-9]*$/.test(name) || name === "." || name.startsWith("..")) {
    return "is not a name that a variable can have: use letters, digits and _ . -, and start with no digit";
  }
  if (!isTakenForAnotherType(name)) return undefined;
  return "is a name that Skaha's YAML takes for a boolean or a number: use a longer name";
}

/** Why a word cannot arrive, however encoded; undefined if it can. */
export function whyUnsendable(word: string): string | undefined {
  const found = /[\0\u0085\p{Cs}]/u.exec(word);
  if (found) return `holds ${describe(word.slice(found.index))}`;
  const bytes = Buffer.byteLength(word);
  if (bytes > longestWordBytes) {
    return `is ${bytes} bytes long, and Linux starts no process with an argument or variable over ${longestWordBytes}: put it into a file on /arc`;
  }
  return undefined;
}

const remedy =
  "write it as an escape that your program understands, or read it from a file on /arc";

function describe(rest: string): string {
  if (rest.startsWith("\u0085")) {
    return `the control character U+0085, which Skaha turns into a line break: ${remedy}`;
  }
  const half = halfAt(rest);
  if (half !== undefined) {
    return `half of a surrogate pair, U+${half}, which is no character: ${remedy}`;
  }
  return `the control character U+0000, at which Linux ends every argument and variable: ${remedy}`;
}
