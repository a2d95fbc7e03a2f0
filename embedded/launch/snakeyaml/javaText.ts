// Two habits of java.lang.String that the server's template code relies on.
import { refuse, unexpected } from "../../refusal";

/** `text.split(separator)` of Java for a plain one-character separator: trailing empty pieces are dropped. */
export function javaSplit(text: string, separator: string): string[] {
  const pieces = text.split(separator);
  if (pieces.length === 1) return pieces;
  while (pieces.length > 0 && pieces.at(-1) === "") pieces.pop();
  return pieces;
}

/**
 * `text.replaceAll(<placeholder, quoted>, replacement)` of Java: in the replacement `\c` is `c`, and `$` refers
 * to a group, of which there is only the whole match (`Matcher.appendExpandedReplacement`).
 * Throws the refusal that the server makes of Java's exception.
 */
export function javaReplaceAll(text: string, placeholder: string, replacement: string): string {
  if (!text.includes(placeholder)) return text;
  return text.replaceAll(placeholder, () => expand(replacement, placeholder));
}

function expand(replacement: string, match: string): string {
  let out = "";
  for (let at = 0; at < replacement.length; ) {
    const char = replacement[at] ?? "";
    if (char === "\\") {
      const escaped = replacement[at + 1];
      if (escaped === undefined) throw refuse(400, "character to be escaped is missing");
      out += escaped;
      at += 2;
    } else if (char === "$") {
      const next = replacement[at + 1];
      if (next === undefined) {
        throw refuse(400, "Illegal group reference: group index is missing");
      }
      if (next === "{") throw namedGroup(replacement.slice(at + 2));
      if (!/[0-9]/.test(next)) throw refuse(400, "Illegal group reference");
      if (next !== "0") {
        throw unexpected(`java.lang.IndexOutOfBoundsException: No group ${next}`);
      }
      out += match;
      at += 2;
    } else {
      out += char;
      at += 1;
    }
  }
  return out;
}

function namedGroup(rest: string) {
  const name = /^[A-Za-z0-9]*/.exec(rest)?.[0] ?? "";
  if (name === "" || rest[name.length] !== "}") {
    return refuse(400, "named capturing group is missing trailing '}'");
  }
  if (/^[0-9]/.test(name)) {
    return refuse(400, `capturing group name {${name}} starts with digit character`);
  }
  return refuse(400, `No group with name {${name}}`);
}
