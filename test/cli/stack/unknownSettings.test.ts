import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { unknownSettingsOf } from "../../../cli/stack/unknownSettings";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "skaha-settings-"));
  lay("Pulumi.yaml", "name: study\nruntime: nodejs\nbackend:\n  url: file://state\n");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function lay(name: string, text: string): void {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), text);
}

const told = (more: { stack?: string; configFile?: string } = {}) =>
  unknownSettingsOf({ folder, env: { PULUMI_HOME: folder }, ...more }).map(
    (one) => one.split(" ")[0],
  );

test("the file of the stack that is meant is read, and the project's", () => {
  lay("Pulumi.dev.yaml", "config:\n  skaha:maxCots: 5\n  skaha:maxInFlight: 20\n");
  lay("Pulumi.prod.yaml", "config:\n  skaha:prices:\n    secure: v1:x\n");
  expect(told({ stack: "dev" })).toEqual(["skaha:maxCots"]);
  expect(told({ stack: "organization/study/prod" })).toEqual(["skaha:prices"]);
  expect(told({ configFile: "Pulumi.prod.yaml" })).toEqual(["skaha:prices"]);
  lay("Pulumi.yaml", "name: study\nruntime: nodejs\nconfig:\n  skaha:windows: always\n");
  expect(told({ stack: "prod" })).toEqual(["skaha:windows", "skaha:prices"]);
});

test("so are files in a folder of their own", () => {
  lay("Pulumi.yaml", "name: study\nruntime: nodejs\nstackConfigDir: stacks\n");
  lay("stacks/Pulumi.dev.yaml", "config:\n  skaha:maxCots: 5\n");
  expect(told({ stack: "dev" })).toEqual(["skaha:maxCots"]);
});

test("nothing is told of a file that is not there, or is no YAML", () => {
  expect(told({ stack: "dev" })).toEqual([]);
  expect(told()).toEqual([]);
  lay("Pulumi.dev.yaml", "config: {skaha:maxCots: [\n");
  expect(told({ stack: "dev" })).toEqual([]);
});
