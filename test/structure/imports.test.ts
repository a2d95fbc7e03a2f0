import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { checkout } from "../../toolchain/checkout";

interface Import {
  /** The importing file, from the checkout. */
  readonly from: string;
  /** A file from the checkout, or a package. */
  readonly to: string;
  /** Gone after compilation. */
  readonly typeOnly: boolean;
}

const provider = filesBelow("provider");
const imports = provider.flatMap(importsOf);
const embedded = filesBelow("embedded").flatMap(importsOf);
const cli = filesBelow("cli");
const cliImports = cli.flatMap(importsOf);

function filesBelow(folder: string): string[] {
  return readdirSync(path.join(checkout, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => path.join(folder, name));
}

function fileAt(place: string): string {
  const isFile = existsSync(path.join(checkout, `${place}.ts`));
  return isFile ? `${place}.ts` : path.join(place, "index.ts");
}

function importsOf(from: string): Import[] {
  const text = readFileSync(path.join(checkout, from), "utf8");
  const source = ts.createSourceFile(from, text, ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const add = (specifier: string, typeOnly: boolean) => {
    const to = specifier.startsWith(".")
      ? fileAt(path.join(path.dirname(from), specifier.replace(/\.js$/, "")))
      : specifier;
    found.push({ from, to, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const clause = node.importClause;
      const named = clause?.namedBindings;
      const allTypes =
        named !== undefined &&
        ts.isNamedImports(named) &&
        clause?.name === undefined &&
        named.elements.every((element) => element.isTypeOnly);
      add(node.moduleSpecifier.text, clause?.isTypeOnly === true || allTypes);
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
      if (ts.isStringLiteral(node.moduleSpecifier)) add(node.moduleSpecifier.text, node.isTypeOnly);
    } else if (ts.isCallExpression(node)) {
      const [argument] = node.arguments;
      const loads =
        node.expression.kind === ts.SyntaxKind.ImportKeyword ||
        node.expression.getText() === "require";
      if (loads && argument && ts.isStringLiteral(argument)) add(argument.text, false);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal.getText().slice(1, -1), true);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The folder at the top that a file is in; undefined for a package. */
const roomOf = (to: string) => (to.endsWith(".ts") ? to.split(path.sep)[0] : undefined);

/** Each circle of imports, types included. */
function cyclesOf(files: readonly string[], imports: readonly Import[]): string[] {
  const cycles: string[] = [];
  const done = new Set<string>();
  const walk = (file: string, trail: readonly string[]): void => {
    if (trail.includes(file)) cycles.push([...trail.slice(trail.indexOf(file)), file].join(" > "));
    if (done.has(file) || trail.includes(file)) return;
    for (const { from, to } of imports) if (from === file) walk(to, [...trail, file]);
    done.add(file);
  };
  for (const file of files) walk(file, []);
  return cycles;
}

const packageOf = (name: string) =>
  name.startsWith("@") ? name.split("/").slice(0, 2).join("/") : (name.split("/")[0] ?? "");

describe("provider/", () => {
  test("is found by this test", () => {
    expect(provider).toContain("provider/lifecycle/lifecycle.ts");
    expect(imports.length).toBeGreaterThan(40);
  });

  test("imports no file of another folder but machine/", () => {
    const rooms = ["provider", "machine", undefined];
    expect(imports.filter(({ to }) => !rooms.includes(roomOf(to)))).toEqual([]);
  });

  test("imports only files that there are", () => {
    const files = imports.map(({ to }) => to).filter((to) => to.endsWith(".ts"));
    expect(files.filter((to) => !existsSync(path.join(checkout, to)))).toEqual([]);
  });

  test("loads only @pulumi/pulumi, undici, zod, small parsers and Node's own", () => {
    const packages = imports
      .filter(({ to, typeOnly }) => !to.endsWith(".ts") && !to.startsWith("node:") && !typeOnly)
      .map(({ to }) => packageOf(to));
    const parsers = [
      "protobufjs",
      "yaml",
      "shell-quote",
      "csv-parse",
      "moment-timezone",
      "sax",
      "hyparquet",
    ];
    expect(["@pulumi/pulumi", "undici", "zod", ...parsers]).toEqual(
      expect.arrayContaining([...new Set(packages)]),
    );
  });

  test.each([
    ["provider/job/", ["undici", "@pulumi/pulumi"]],
    ["provider/lifecycle/", ["undici", "@pulumi/pulumi"]],
    ["provider/skaha/", ["@pulumi/pulumi"]],
    ["provider/engine/", ["undici"]],
  ])("%s knows nothing of %j", (folder, forbidden) => {
    expect(
      imports.filter(
        ({ from, to }) => from.startsWith(folder) && forbidden.includes(packageOf(to)),
      ),
    ).toEqual([]);
  });

  test("has no import cycle", () => {
    expect(cyclesOf(provider, imports)).toEqual([]);
  });
});

describe("embedded/", () => {
  test("imports only machine/, and of the provider the shared schemas", () => {
    const rooms = ["embedded", "machine", undefined];
    expect(
      embedded.filter(({ to }) => !rooms.includes(roomOf(to)) && to !== "provider/api.ts"),
    ).toEqual([]);
  });
});

describe("machine/", () => {
  test("imports nothing but Node's own", () => {
    const imports = filesBelow("machine").flatMap(importsOf);
    expect(imports.length).toBeGreaterThan(0);
    expect(imports.filter(({ to }) => roomOf(to) !== "machine" && !to.startsWith("node:"))).toEqual(
      [],
    );
  });
});

describe("cli/", () => {
  test("is found by this test, with what it loads when it is called", () => {
    expect(cliImports).toContainEqual({
      from: "cli/commands/status/definition.ts",
      to: "cli/commands/status/action.ts",
      typeOnly: false,
    });
  });

  test("imports only provider/, embedded/, machine/ and toolchain/", () => {
    const rooms = ["cli", "provider", "embedded", "machine", "toolchain", undefined];
    expect(cliImports.filter(({ to }) => !rooms.includes(roomOf(to)))).toEqual([]);
  });

  test("knows of a stack without knowing of the runs that change it", () => {
    const ofStack = cliImports.filter(({ from }) => from.startsWith("cli/stack/"));
    expect(ofStack.filter(({ to }) => to.startsWith("cli/plan/"))).toEqual([]);
  });

  test("is imported by nothing that is shipped", () => {
    const others = ["toolchain", "demo"].flatMap(filesBelow).flatMap(importsOf);
    const all = [...imports, ...embedded, ...others];
    expect(all.filter(({ to }) => roomOf(to) === "cli")).toEqual([]);
  });

  test("imports only files that there are", () => {
    const own = cliImports.map(({ to }) => to).filter((to) => roomOf(to) === "cli");
    expect(own.filter((to) => !cli.includes(to))).toEqual([]);
  });

  test("has no import cycle", () => {
    expect(cyclesOf(cli, cliImports)).toEqual([]);
  });
});
