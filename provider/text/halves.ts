// Half of a surrogate pair is no character: UTF-8 has none, and what the program hands to the engine loses it
// without a word. So the program writes its name after a NUL, which no word may hold, and `check` refuses it.

/** The text as it can be handed to the engine. */
export function markHalves(text: string): string {
  if (text.isWellFormed()) return text;
  return text.replace(/\p{Cs}/gu, (half) => `\0U+${nameOf(half)}`);
}

/** @returns the half that a text begins with, marked or as it is, like `D800` */
export function halfAt(text: string): string | undefined {
  const [half = "", marked] = /^\p{Cs}|^\0U\+(D[89A-F][\dA-F]{2})/u.exec(text) ?? [];
  return marked ?? (half === "" ? undefined : nameOf(half));
}

function nameOf(half: string): string {
  return half.charCodeAt(0).toString(16).toUpperCase();
}
