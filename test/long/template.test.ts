// The template in TypeScript, and a project that the installed command makes, with the package as it is published.
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { scriptedRunner, startSkaha } from "../../embedded";
import { InstalledPackage, launchesAndEnds, npm } from "../engine/installedPackage";

jest.setTimeout(600_000);

let installed: InstalledPackage;
let program: string;
beforeAll(async () => {
  installed = await InstalledPackage.pack();
  program = await installed.created("typescript");
});
afterAll(() => installed[Symbol.asyncDispose]());

test("template/typescript launches, ends and is taken down with the installed package", async () => {
  await launchesAndEnds(installed, program, 6);
});

test("the installed command makes a project with itself in it, which compiles", async () => {
  const made = path.join(installed.folder, "made by init");
  const skaha = await startSkaha({ runner: scriptedRunner() });
  try {
    const { stderr } = await installed.cli(
      program,
      ["init", "--typescript", "--no-launch", "--cwd", made],
      { HOME: process.env.HOME, CANFAR_URL: skaha.url, CANFAR_TOKEN: skaha.token },
    );
    expect(stderr).toMatch(/^ok +packages: /m);
  } finally {
    await skaha.close();
  }
  const manifest = JSON.parse(await readFile(path.join(made, "package.json"), "utf8"));
  expect(manifest.dependencies["pulumi-skaha"]).toBe(`file:${installed.packed.filename}`);
  await npm(made, "run", "check");
});

test("template/typescript finds a mistyped parameter before anything runs", async () => {
  await npm(program, "run", "check");
  const index = path.join(program, "index.ts");
  const text = await readFile(index, "utf8");
  await writeFile(index, text.replace("({ method, band })", "({ metod: method, band })"));
  await expect(npm(program, "run", "check")).rejects.toMatchObject({
    stdout: expect.stringContaining("Property 'metod' does not exist on type"),
  });
});
