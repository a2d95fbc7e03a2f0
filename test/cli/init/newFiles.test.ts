import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse } from "yaml";
import {
  firstConfig,
  newFiles,
  otherPackages,
  projectName,
  templateImage,
} from "../../../cli/init/newFiles";
import { ownPackage } from "../../../cli/init/ownPackage";

test.each([
  ["/home/me/My Study é", "My-Study-e"],
  ["/home/me/.hidden.", "hidden"],
  ["/home/me/日本", "jobs"],
  ["/", "jobs"],
  [`/${"x".repeat(200)}`, "x".repeat(100)],
])("a project in %s is called %s", (folder, name) => {
  expect(projectName(folder)).toBe(name);
});

test.each(["yaml", "typescript"] as const)("a project in %s is its template", async (form) => {
  const files = await newFiles(form, { name: "My-Study", backendUrl: undefined, source: "1.2.3" });
  const text = (name: string) => files.find((file) => file.name === name)?.text ?? "";
  expect(parse(text("Pulumi.yaml"))).toEqual({
    name: "My-Study",
    description: expect.stringContaining("Batch jobs"),
    runtime: { name: "nodejs", options: { typescript: false } },
    main: form === "yaml" ? "index.js" : "index.ts",
    options: { refresh: "always" },
  });
  expect(JSON.parse(text("package.json"))).toMatchObject({
    name: "my-study",
    dependencies: { "pulumi-skaha": "1.2.3", "@pulumi/pulumi": expect.any(String) },
  });
  expect(files.map(({ text }) => text).join("")).not.toMatch(/\$\{(PROJECT|DESCRIPTION)\}/);
  expect(await firstConfig(form)).toEqual([["skaha:maxInFlight", "20"]]);
  expect(await otherPackages(form)).toContainEqual(expect.stringMatching(/^@pulumi\/pulumi@3\./));
});

test("the first job's image is the templates'", async () => {
  expect(await templateImage()).toMatch(/^images\.canfar\.net\/.+:.+/);
});

describe("ownPackage", () => {
  let folder = "";
  let root = "";
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "own-package-"));
    root = path.join(folder, "node_modules/pulumi-skaha");
    mkdirSync(root, { recursive: true });
    writeFileSync(path.join(root, "package.json"), '{"name":"pulumi-skaha","version":"1.2.3"}');
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const lockedTo = (resolved: string | undefined) =>
    writeFileSync(
      path.join(folder, "node_modules/.package-lock.json"),
      JSON.stringify({ packages: { "node_modules/pulumi-skaha": { resolved } } }),
    );

  test.each([
    ["https://registry.npmjs.org/pulumi-skaha/-/pulumi-skaha-1.2.3.tgz", "1.2.3"],
    ["https://example.org/builds/pulumi-skaha-1.2.3.tgz", "file:pulumi-skaha-1.2.3.tgz"],
    ["file:../pulumi-skaha-1.2.3.tgz", "file:pulumi-skaha-1.2.3.tgz"],
    [undefined, "file:pulumi-skaha-1.2.3.tgz"],
  ])("that npm has from %s is installed as %s", async (resolved, source) => {
    lockedTo(resolved);
    expect((await ownPackage(root)).source).toBe(source);
  });

  test("of a clone is packed, and so is one that npm did not install", async () => {
    expect((await ownPackage(root)).source).toBe("file:pulumi-skaha-1.2.3.tgz");
    const own = await ownPackage();
    expect(own.source).toMatch(/^file:pulumi-skaha-.*\.tgz$/);
    expect(own.place).toBeDefined();
  });
});
