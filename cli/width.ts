// How many columns of a terminal a text takes, and what fits into some.

/** A letter takes one column, a Chinese character two, an escape sequence none. */
export function widthOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  const stringWidth = require("string-width") as (text: string) => number;
  return stringWidth(text);
}

/** As much of the start as fits. */
export function cut(text: string, most: number): string {
  let shown = "";
  for (const character of text) {
    if (widthOf(shown + character) > most) break;
    shown += character;
  }
  return shown;
}

/** With an ellipsis where it does not fit. */
export function clipped(text: string, most: number): string {
  return widthOf(text) <= most ? text : `${cut(text, most - 1)}…`;
}

/**
 * Broken between words; a command of Pulumi's or ours stays whole where it can, for whoever copies it.
 * @param indent of every line
 */
export function wrapped(text: string, width: number, indent: number): string {
  const lines: string[] = [];
  let line = " ".repeat(indent);
  let isEmpty = true;
  const add = (word: string): void => {
    if (!isEmpty && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = " ".repeat(indent);
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  };
  for (const unit of unitsOf(text)) {
    if (widthOf(unit) <= width - indent) add(unit);
    else
      for (const word of unit.split(" "))
        for (const piece of pieces(word, width - indent)) add(piece);
  }
  return [...lines, line].join("\n");
}

/** Words, and commands up to the next mark. */
function unitsOf(text: string): string[] {
  return text.match(/(?:npx )?\bpulumi(?:-skaha)? [^;,()…]*[^;,()…\s][;,).]*|[^ ]+/g) ?? [];
}

function pieces(word: string, most: number): string[] {
  const found: string[] = [];
  let rest = word;
  while (widthOf(rest) > most) {
    const piece = cut(rest, Math.max(1, most)) || rest.slice(0, 1);
    found.push(piece);
    rest = rest.slice(piece.length);
  }
  return [...found, rest];
}
