import { LogPrinter, type Printing } from "../../../cli/logs/printer";

function shown(printing: Partial<Printing>, ...chunks: (string | Uint8Array)[]): Buffer {
  const written: Uint8Array[] = [];
  const printer = new LogPrinter({ isPlain: false, ...printing }, (bytes) => {
    written.push(Buffer.from(bytes));
  });
  for (const chunk of chunks) printer.push(Buffer.from(chunk));
  printer.end();
  return Buffer.concat(written);
}

describe("LogPrinter", () => {
  test("hands on bytes that are no text as they are, however they are cut", () => {
    const bytes = Buffer.from([0xff, 0x00, 0x0d, 0x0a, 0xe2, 0x82]);
    expect(shown({}, bytes.subarray(0, 3), bytes.subarray(3))).toEqual(bytes);
  });

  test.each<[string, Partial<Printing>, string[], string]>([
    ["a prefix", { prefix: "a | " }, ["one\ntw", "o\nthree"], "a | one\na | two\na | three\n"],
    ["an empty line", { prefix: "a | " }, ["\n\n"], "a | \na | \n"],
    ["a pattern", { pattern: /^E/ }, ["Error 1\nfine\r\nE", "rror 2\r\n"], "Error 1\nError 2\r\n"],
    ["a pattern at the end", { pattern: /done$/ }, ["all done\r\nnot\n"], "all done\r\n"],
    ["the last lines", { tail: 2 }, ["1\n2\n3\n", "4"], "3\n4\n"],
    ["the last that match", { tail: 1, pattern: /x/ }, ["x1\ny\nx2\ny\n"], "x2\n"],
    ["a terminal", { isPlain: true }, ["\u001b[2J\tred\r\n50\u0008\n"], "\\x1b[2J\tred\n50\\x08\n"],
    [
      "a progress bar on a terminal",
      { isPlain: true },
      ["tiles:   0%|   |\rtiles:  ", "50%|█  |\rtiles: 100%|███|\r\nsaved\r\n"],
      "tiles: 100%|███|\nsaved\n",
    ],
    ["a bar into a pipe", { tail: 1 }, ["50%\r60%\n"], "50%\r60%\n"],
    ["no text", { isPlain: true }, [""], ""],
  ])("shows lines as they should be with %s", (_, printing, chunks, expected) => {
    expect(shown(printing, ...chunks).toString()).toBe(expected);
  });

  test("reads a character that is cut between two chunks", () => {
    const euro = Buffer.from("€\n");
    expect(shown({ isPlain: true }, euro.subarray(0, 1), euro.subarray(1)).toString()).toBe("€\n");
  });

  test("shows a line without end in pieces", () => {
    const long = "x".repeat(3 << 20);
    const lines = shown({ prefix: "> " }, ...(long.match(/.{1,65536}/g) ?? [])).toString();
    expect(lines.split("\n").map((line) => line.length)).toEqual([
      ...Array.from({ length: 3 }, () => (1 << 20) + 2),
      0,
    ]);
  });

  test("shows what comes after the last lines at once", () => {
    const written: string[] = [];
    const printer = new LogPrinter({ isPlain: false, tail: 1 }, (bytes) => {
      written.push(Buffer.from(bytes).toString());
    });
    printer.push(Buffer.from("1\n2\n"));
    expect(written).toEqual([]);
    printer.catchUp();
    printer.push(Buffer.from("3\n4\n"));
    expect(written).toEqual(["2\n", "3\n", "4\n"]);
  });
});
