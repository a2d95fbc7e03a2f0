// Names in commands that users copy. Pure.

/** Text as a shell takes it for one word: in quotes only where it needs them. */
export function shellWord(text: string): string {
  return /^[\w./:@%+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
