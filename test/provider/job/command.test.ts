import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { argvOf, splitCommand } from "../../../provider/job/command";

describe("splitCommand", () => {
  test.each([
    ["python -u 'reduce all.py'", ["python", "-u", "reduce all.py"]],
    ['echo "say \\"hi\\"" a\\ b', ["echo", 'say "hi"', "a b"]],
    ["echo '$HOME' \"\\$x\" '*.fits'", ["echo", "$HOME", "$x", "*.fits"]],
    ["python -c 'import sys; print(1 > 0)'", ["python", "-c", "import sys; print(1 > 0)"]],
    ["  a ''\tb  \n", ["a", "", "b"]],
    ["imcopy a.fits[1] --x={1,2}", ["imcopy", "a.fits[1]", "--x={1,2}"]],
    ["'it'\\''s'", ["it's"]],
    ["é 日本", ["é", "日本"]],
  ])("splits %j as a shell would", (line, words) => {
    expect(splitCommand(line)).toEqual({ words });
  });

  test.each([
    ["ls *.fits", "*.fits"],
    ["a; b", ";"],
    ["a | b", "|"],
    ["a > b", ">"],
    ["a && b", "&&"],
    ["echo $HOME", "$HOME"],
    ['echo "in $HOME"', "$HOME"],
    ["echo ${", "$"],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what users write
    ["echo ${}", "$"],
    ["echo $(date)", "$("],
    ["echo `date`", "`"],
    ['echo "`date`"', "`"],
    ["ls ~/data", "~"],
    ["a # b", "#"],
    ["a\nb", "line break"],
    ["a \\\n b", "line break"],
    ["echo 'open", "quote"],
    ['echo "open', "quote"],
    ["echo it's", "quote"],
    ["echo \\", "backslash"],
    ["a\u00a0b", "U+00A0"],
    ["   ", "no word"],
  ])("refuses %j, which a shell reads otherwise, naming %j", (line, named) => {
    expect(splitCommand(line).problem).toContain(named);
  });

  test("agrees with sh on every line that it takes", () => {
    const pieces = [
      ..."ab =#[]{}~/-é!^%:@.,'\"\\`\t\n*?$(;0",
      '\\"',
      "'a b'",
      '"c d"',
      "\\ ",
      "\\n",
    ];
    const lines = fc
      .sample(fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 9 }), 4_000)
      .map((parts) => parts.join(""))
      .filter((line) => splitCommand(line).problem === undefined);
    expect(lines.length).toBeGreaterThan(500);
    const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
    const folder = mkdtempSync(path.join(tmpdir(), "empty-"));
    try {
      // `!` and braces mean nothing to sh; the folder is empty, so no pattern finds anything.
      const { stdout } = spawnSync("sh", [], {
        input: lines
          .map(
            (line) =>
              `(eval ${quoted(`set -- ${line.trim()}`)}; printf '%s\\0' "$#" "$@") 2>/dev/null\n`,
          )
          .join(""),
        cwd: folder,
        maxBuffer: 100_000_000,
      });
      const expected = lines.flatMap((line) => {
        const { words } = splitCommand(line);
        return [String(words.length), ...words];
      });
      expect(stdout.toString().split("\0").slice(0, -1)).toEqual(expected);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("argvOf", () => {
  test("appends the arguments, whatever they hold, to the words of cmd", () => {
    expect(argvOf({ cmd: "python -u a.py", args: ["$x; *", ""] })).toEqual({
      command: "python",
      args: ["-u", "a.py", "$x; *", ""],
    });
  });

  test("hands a script its arguments as $1, $2, ...", () => {
    const { command, args } = argvOf({ script: 'printf "%s," "$@"', args: ["a b", "c"] });
    const { stdout } = spawnSync(command ?? "", args);
    expect(stdout.toString()).toBe("a b,c,");
  });

  test("keeps the image's own entrypoint where there is neither", () => {
    expect(argvOf({ args: ["a"] })).toEqual({ command: undefined, args: ["a"] });
  });
});
