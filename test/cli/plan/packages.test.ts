import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { assertInstalled } from "../../../cli/plan/packages";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "packages-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): void {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), text);
}

test.each([
  [[], "pulumi-skaha and no @pulumi/pulumi"],
  [["pulumi-skaha"], "@pulumi/pulumi"],
])("packages that are named and not there are told of, where there are %j", (there, missing) => {
  declare(there);
  expect(() => assertInstalled(folder)).toThrow(
    `the project's packages are not installed (${folder} has no ${missing}): run npm install there`,
  );
});

test("nothing is said where all are there", () => {
  declare(["pulumi-skaha", "@pulumi/pulumi"]);
  expect(() => assertInstalled(folder)).not.toThrow();
});

function declare(there: readonly string[]): void {
  const dependencies = { "pulumi-skaha": "1.0.0", "@pulumi/pulumi": "3.0.0", lodash: "4.0.0" };
  write("package.json", JSON.stringify({ dependencies }));
  for (const name of there) write(`node_modules/${name}/package.json`, "{}");
}

test.each(["", "null", "{", '{ "dependencies": { "lodash": "4.0.0" } }'])(
  "a package.json with %j is left to Pulumi",
  (text) => {
    write("package.json", text);
    expect(() => assertInstalled(folder)).not.toThrow();
  },
);
