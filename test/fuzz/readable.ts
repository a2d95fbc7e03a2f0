// What a user may be told: a sentence, nothing of the program's insides, nothing a terminal would obey.

const insides =
  /\[object |\bundefined\b(?! symbol)|is not a function|is not iterable|Cannot (read|destructure|convert|set)|Invalid input|Unexpected token|^\s+at |node:internal|ZodError|TypeError|RangeError|Maximum call stack/m;

/** @throws unless the text may be shown to a user; what users wrote themselves may stand in it in quotes */
export function assertReadable(text: string): void {
  const said = text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
  if (text.trim().length < 5) throw new Error(`too short for a sentence: ${JSON.stringify(text)}`);
  if (insides.test(said)) throw new Error(`shows insides: ${JSON.stringify(text)}`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(text)) {
    throw new Error(`holds what a terminal obeys: ${JSON.stringify(text)}`);
  }
}
