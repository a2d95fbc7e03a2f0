// The template in YAML with the package as it is published; the one in TypeScript is in test/long/template.
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { checkout } from "../../toolchain/checkout";
import { InstalledPackage, launchesAndEnds } from "./installedPackage";

jest.setTimeout(600_000);

let installed: InstalledPackage;
beforeAll(async () => {
  installed = await InstalledPackage.pack();
});
afterAll(() => installed[Symbol.asyncDispose]());

test("the package holds what is built, the schema, the templates, and no more", () => {
  const paths = installed.packed.files.map((file) => file.path);
  const rooms =
    /^(dist\/(cli|embedded|machine|provider|toolchain)|schema|template|toolchain\/cli-from-go)\//;
  expect(paths.filter((file) => !rooms.test(file)).sort()).toEqual([
    "LICENSE",
    "README.md",
    "package.json",
    "plugin/pulumi-resource-skaha",
    "plugin/pulumi-resource-skaha.cmd",
    "provider/record/bundle.sh",
    "provider/record/pack.sh",
    "provider/record/wrapper.sh",
  ]);
  const unwanted = /\.map$|\.tsbuildinfo$|\btest\b|testCount|oldest|dist\/(?!provider).*\.d\.ts$/;
  expect(paths.filter((file) => unwanted.test(file))).toEqual([]);
  expect(paths).toEqual(
    expect.arrayContaining([
      "dist/provider/index.js",
      "dist/provider/index.d.ts",
      "dist/provider/runtime.js",
      "dist/provider/fleet.js",
      "dist/cli/main.js",
      "dist/embedded/index.js",
      "dist/toolchain/installRelease.js",
      "dist/toolchain/languageHost.js",
      "toolchain/cli-from-go/go.mod",
      "toolchain/cli-from-go/go.sum",
      "toolchain/cli-from-go/tools.go",
      "schema/fleet.schema.json",
    ]),
  );
});

test("template/yaml launches, ends and is taken down with the installed package", async () => {
  await launchesAndEnds(installed, await installed.created("yaml"), 7);
});

test("the installed command runs by itself, and brings the helpers of a CLI that has none", async () => {
  const program = path.join(installed.folder, "yaml");
  const { version } = JSON.parse(await readFile(path.join(checkout, "package.json"), "utf8"));
  const { stdout } = await installed.cli(program, ["--version"]);
  expect(stdout).toBe(`${version}\n`);
  expect((await readdir(installed.cliFolder)).sort()).toEqual([
    "pulumi",
    "pulumi-language-nodejs",
    "pulumi-language-nodejs.js",
    "pulumi-resource-pulumi-nodejs",
  ]);
});
