import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { checkout } from "../../../toolchain/checkout";

jest.setTimeout(120_000);

const config = ts.getParsedCommandLineOfConfigFile(
  path.join(checkout, "test/tsconfig.json"),
  { noEmit: true },
  { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} },
);

/** What the compiler says of a file of this folder, with another text if one is given. */
function faultsOf(name: string, change: (text: string) => string = (text) => text): string[] {
  const file = path.join(checkout, "test/provider/sweep", name);
  const options = config?.options ?? {};
  const host = ts.createCompilerHost(options);
  const read = host.readFile.bind(host);
  host.readFile = (one) => {
    const text = read(one);
    return one === file && text !== undefined ? change(text) : text;
  };
  const program = ts.createProgram([file], options, host);
  return ts
    .getPreEmitDiagnostics(program, program.getSourceFile(file))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

test("the function of a row sees exactly the parameters, and what is wrong does not compile", () => {
  expect(faultsOf("typed.ts")).toEqual([]);
});

const examples = readFileSync(path.join(checkout, "docs/sweeps.md"), "utf8")
  .split("```")
  .filter((block) => block.startsWith("ts\n"))
  .map((block) => block.slice(3).replace('"pulumi-skaha"', '"../../../provider"'));

test.each(examples)("an example of docs/sweeps.md compiles: %#", (text) => {
  expect(faultsOf("typed.ts", () => text)).toEqual([]);
});

test("the compiler says which parameter is misspelt", () => {
  const faults = faultsOf("typed.ts", (text) =>
    text.replaceAll(/^ *\/\/ @ts-expect-error.*$/gm, ""),
  );
  expect(faults).toContainEqual(expect.stringContaining("'metod' does not exist"));
  expect(faults).toContainEqual(expect.stringContaining("'corse' does not exist"));
  expect(faults).toContainEqual(expect.stringContaining("'galxy' does not exist"));
  expect(faults).toContainEqual(expect.stringContaining("'DEC' does not exist"));
  expect(faults).toHaveLength(10);
});
