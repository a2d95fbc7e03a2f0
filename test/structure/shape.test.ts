// What a reader can rely on when opening a file: functions that fit on a screen or two, files with one reason to
// change, folders that can be taken in at a glance, and documents that name files which exist.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { checkout } from "../../toolchain/checkout";

const folders = ["provider", "cli", "embedded", "machine", "toolchain", "demo", "bench"];
const longestFunction = 80;
const longestFile = 300;
const fullestFolder = 15;

const files = folders.flatMap(filesBelow);

function filesBelow(folder: string): string[] {
  return readdirSync(path.join(checkout, folder), { recursive: true, encoding: "utf8" })
    .map((name) => path.join(folder, name))
    .filter((name) => name.endsWith(".ts") && !name.split(path.sep).includes("node_modules"));
}

function textOf(file: string): string {
  return readFileSync(path.join(checkout, file), "utf8");
}

function linesOf(file: string): number {
  return textOf(file).split("\n").length - 1;
}

function saysWhyLong(file: string): boolean {
  return /\blong\b.*\bbecause\b/s.test(headerOf(textOf(file)));
}

/** The comment at a file's start. */
function headerOf(text: string): string {
  const lines = text.replace(/^#!.*\n/, "").split("\n");
  return lines
    .slice(
      0,
      lines.findIndex((line) => !line.startsWith("//")),
    )
    .join("\n");
}

function longFunctionsOf(file: string): string[] {
  const source = ts.createSourceFile(file, textOf(file), ts.ScriptTarget.Latest, true);
  const lineAt = (position: number) => source.getLineAndCharacterOfPosition(position).line;
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && "body" in node && node.body) {
      const lines = lineAt(node.end) - lineAt(node.getStart()) + 1;
      const name = node.name?.getText() ?? "a function without a name";
      if (lines > longestFunction) found.push(`${file}: ${name} has ${lines} lines`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

test("the source is found", () => {
  expect(files).toContain("provider/lifecycle/lifecycle.ts");
  expect(files).toContain("cli/commands/status/definition.ts");
  expect(files.length).toBeGreaterThan(250);
});

test(`no function has more than ${longestFunction} lines`, () => {
  expect(files.flatMap(longFunctionsOf)).toEqual([]);
});

test("each file begins with what it is for", () => {
  expect(files.filter((file) => headerOf(textOf(file)).length < 10)).toEqual([]);
});

test(`a file of more than ${longestFile} lines says in its first lines why it is long`, () => {
  const long = files.filter((file) => linesOf(file) > longestFile);
  const longTests = filesBelow("test").filter((file) => linesOf(file) > longestFile);
  expect(long).toContain("embedded/launch/snakeyaml/scanner.ts");
  expect([...long, ...longTests].filter((file) => !saysWhyLong(file))).toEqual([]);
});

test(`no folder of provider/ or embedded/ has more than ${fullestFolder} files`, () => {
  const counts = new Map<string, number>();
  for (const file of files.filter((one) => /^(provider|embedded)\//.test(one))) {
    const folder = path.dirname(file);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  expect([...counts].filter(([, count]) => count > fullestFolder)).toEqual([]);
});

test.each([
  ["which statuses are bad", /"Failed" \|\| .*"Lost"/g, "provider/job/status.ts"],
  ["how large a job is now", /attemptSize \}/g, "provider/job/attempts.ts"],
])("one place says %s", (_, pattern, place) => {
  const places = files.flatMap((file) => [...textOf(file).matchAll(pattern)].map(() => file));
  expect(places).toEqual([place]);
});

test("a command's definition lies beside its action, and loads no more than it needs", () => {
  const commands = readdirSync(path.join(checkout, "cli/commands"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => path.join("cli/commands", name));
  expect(commands.length).toBeGreaterThan(15);
  for (const command of commands) {
    for (const name of ["definition.ts", "action.ts"]) {
      expect(files).toContain(path.join(command, name));
    }
    const definition = textOf(path.join(command, "definition.ts"));
    const loaded = [...definition.matchAll(/^import (?!type ).*from "(.+)";$/gm)].map(
      ([, from]) => from,
    );
    const light = ["commander", "../options", "../../completion/scripts"];
    expect(loaded.filter((from) => !light.includes(from ?? ""))).toEqual([]);
  }
});

test("docs/design.md names only files that there are", () => {
  const named = [...textOf("docs/design.md").matchAll(/`([\w/]+\.(?:ts|sh))`/g)].map(
    ([, name = ""]) => name,
  );
  expect(named).toContain("lifecycle/lifecycle.ts");
  const roots = ["", "provider", "provider/job", "provider/record", "provider/actions"];
  const isThere = (name: string) =>
    roots.some((root) => existsSync(path.join(checkout, root, name)));
  expect(named.filter((name) => !isThere(name))).toEqual([]);
});

test("README shows both commands of a clone on its first screens, and is at most 9 KB", () => {
  const readme = textOf("README.md");
  expect(Buffer.byteLength(readme)).toBeLessThanOrEqual(9 * 1024);
  const first = readme.split("\n").slice(0, 50).join("\n");
  expect(first).toContain("npm run demo");
  expect(first).toContain("npm test");
});
