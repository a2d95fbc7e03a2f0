// How words travel to a process unchanged. A POST passes Java's `replaceAll`, SnakeYAML, a second YAML
// parser (go-yaml) and the kubelet's expansion; each of them alters text without a word. This encoding
// survives the whole path (docs/skaha-api.md, "The encoding that survives"); plain words go as they are.

/** An empty variable, defined only where a value needs it: `$(SKAHA_EMPTY)n` arrives as `n`. */
export const emptyVariable = "SKAHA_EMPTY";

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
 * @param argv the first element replaces the image's ENTRYPOINT; undefined keeps it
 * @param args what follows
 */
export function encodeCommand(
  command: string | undefined,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): EncodedCommand {
  const words = [...(command === undefined ? [] : [command]), ...args, ...Object.values(env)];
  const guard = words.some(isTakenForAnotherType) ? [`${emptyVariable}=\\`] : [];
  return {
    ...(command !== undefined && { cmd: encodeWord(command) }),
    ...(args.length > 0 && { args: args.map(encodeArgument).join(" ") }),
    env: [...guard, ...Object.entries(env).map(([name, value]) => `${name}=${encodeWord(value)}`)],
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

/** One argument: `--param=3` goes as it is. Only of a variable the server splits the value at `=`. */
export function encodeArgument(word: string): string {
  return encodeWord(word).replaceAll("\\\\x3d", "=");
}

/** One value of a variable, or a command. */
export function encodeWord(word: string): string {
  if (word === "") return "\\"; // closes the template's quotes up to ""
  const guard = isTakenForAnotherType(word) ? `\\\\x24(${emptyVariable})` : "";
  return guard + Array.from(word, encodeCharacter).join("");
}

function encodeCharacter(character: string): string {
  if (/[A-Za-z0-9_./,:@%+-]/.test(character)) return character;
  if (character === "$") return "\\\\x24\\\\x24"; // two, because the kubelet turns $$ into $
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x100) return `\\\\x${hex.padStart(2, "0")}`;
  if (code < 0x10000) return `\\\\u${hex.padStart(4, "0")}`;
  return `\\\\U${hex.padStart(8, "0")}`;
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

/**
 * Why a word cannot arrive, however encoded; undefined if it can. The server would answer 200 and hand
 * the process a base64 text, or a newline, instead.
 */
export function whyUnsendable(word: string): string | undefined {
  for (const character of word) {
    const code = character.codePointAt(0) ?? 0;
    if (isUnsendable(code)) {
      const name = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
      return `holds ${describe(code)} ${name}, which Skaha cannot pass to a process: write it as an escape that your program understands, or read it from a file on /arc`;
    }
  }
  const bytes = Buffer.byteLength(word);
  if (bytes > longestWordBytes) {
    return `is ${bytes} bytes long, and Linux starts no process with an argument or variable over ${longestWordBytes}: put it into a file on /arc`;
  }
  return undefined;
}

function isUnsendable(code: number): boolean {
  if (code < 0x20) return code !== 0x09 && code !== 0x0a && code !== 0x0d;
  return (
    (code >= 0x7f && code <= 0x9f) ||
    (code >= 0xd800 && code <= 0xdfff) ||
    (code & 0xfffe) === 0xfffe
  );
}

function describe(code: number): string {
  if (code >= 0xd800 && code <= 0xdfff) return "half of a surrogate pair,";
  return code > 0xff ? "the noncharacter" : "the control character";
}
