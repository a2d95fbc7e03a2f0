// From the text of a CSV file to its fields and where they stand; what they mean is csv.ts's. Lines that begin
// with # are comments, above the header and below it; the header itself may be one.
import { parse } from "csv-parse/sync";

export interface Line {
  readonly fields: readonly string[];
  /** Where it begins, from 1. */
  readonly line: number;
}

const delimiters = [",", ";", "\t", "|"];
const lineEnd = /\r\n|\r|\n/;

/**
 * @param wanted columns that the header has to name, by which it is known from comments above it
 * @returns the header first; undefined fields there are none
 */
export function linesOf(
  file: string,
  text: string,
  chosen: string | undefined,
  wanted: readonly string[],
): readonly Line[] {
  if (chosen === "") throw new TypeError(`${file}: \`delimiter\` is empty`);
  const [above = ""] = /^(?:[^\S\r\n]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))*/.exec(text) ?? [];
  const body = text.slice(above.length);
  const comments = above.split(lineEnd).slice(0, -1);
  const [first = ""] = body.split(lineEnd, 1);
  const isHeader = (line: string) => {
    const names = namesIn(line, chosen);
    return wanted.every((name) => names.includes(name));
  };
  const at = isHeader(first) ? -1 : comments.findLastIndex((line) => isHeader(bare(line)));
  if (at < 0) return recordsOf(file, body, chosen, comments.length);
  const whole = `${bare(comments[at] ?? "")}\n${body}`;
  const [header, ...records] = recordsOf(file, whole, chosen, comments.length - 1);
  return header ? [{ ...header, line: at + 1 }, ...records] : [];
}

function bare(comment: string): string {
  return comment.replace(/^\s*#+\s*/, "");
}

function namesIn(line: string, chosen: string | undefined): readonly string[] {
  const delimiter = chosen ?? mostOften(line)[0]?.delimiter ?? ",";
  try {
    const [names = []] = parse(line, { delimiter, trim: true }) as string[][];
    return names;
  } catch {
    return []; // a comment need not be CSV
  }
}

/** @param before lines above the text */
function recordsOf(
  file: string,
  text: string,
  chosen: string | undefined,
  before: number,
): readonly Line[] {
  const delimiter = chosen ?? delimiterOf(file, text, before);
  try {
    const records = parse(text, {
      delimiter,
      record_delimiter: ["\r\n", "\n", "\r"], // else the first line's is taken for all
      relax_column_count: true,
      skip_empty_lines: true,
      comment: "#",
      comment_no_infix: true,
      trim: true, // not inside quotes
      info: true,
    }) as unknown as { record: string[]; info: { bytes: number } }[];
    // The parser's own count takes a CRLF inside quotes for two lines.
    const bytes = Buffer.from(text);
    let [read, line] = [0, before + 1];
    return records.flatMap(({ record, info }) => {
      const piece = bytes.subarray(read, info.bytes).toString();
      const none = /^(?:[^\S\r\n]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))*/.exec(piece)?.[0] ?? "";
      const begins = line + lineEnds(none);
      [read, line] = [info.bytes, line + lineEnds(piece)];
      const isNone = record.every((field) => field === "");
      return isNone ? [] : [{ fields: record, line: begins }];
    });
  } catch (error) {
    const { message, lines } = error as { message: string; lines?: number };
    const hint = 'a field that holds " is written in quotes, with "" for each';
    throw new Error(`${file}:${before + (lines ?? 1)}: ${message} (${hint})`, { cause: error });
  }
}

function lineEnds(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}

/** Judged by the first line alone, outside quotes: fields below it may hold any of them. */
function delimiterOf(file: string, text: string, before: number): string {
  const line = /^(?:\s*\n)*([^\n\r]*)/.exec(text)?.[1] ?? "";
  const [most, next] = mostOften(line);
  if (most && next && most.count === next.count) {
    const both = `${JSON.stringify(most.delimiter)} and ${JSON.stringify(next.delimiter)}`;
    throw new Error(
      `${file}:${before + 1}: has ${both} equally often; say which is the \`delimiter\``,
    );
  }
  return most?.delimiter ?? ",";
}

function mostOften(line: string): { delimiter: string; count: number }[] {
  const names = line.replace(/"[^"]*"/g, "");
  return delimiters
    .map((delimiter) => ({ delimiter, count: names.split(delimiter).length - 1 }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
}
