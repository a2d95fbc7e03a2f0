// Text from elsewhere, made safe for a terminal and for a shell. Pure.
import { withoutControlsInLines } from "../provider/text/plainText";
import { shellWord as quoted } from "../provider/text/shellWord";

/** Text as it is safe to print: escape sequences and other control characters are shown, not obeyed. */
export function plain(text: string): string {
  return withoutControlsInLines(text.replaceAll("\r\n", "\n"), escaped);
}

function escaped(character: string): string {
  const code = character.charCodeAt(0).toString(16);
  return code.length > 2 ? `\\u${code.padStart(4, "0")}` : `\\x${code.padStart(2, "0")}`;
}

/** A name as a shell takes it. */
export function shellWord(name: string): string {
  return quoted(plain(name));
}
