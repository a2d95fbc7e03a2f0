// Pulumi begins before the server has answered only where nobody but our provider, which waits, can do anything.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { holdingProgram, mayBeginUnasked } from "../../../cli/plan/unasked";
import { PulumiProcess } from "../../../cli/pulumiProcess";

let folder: string;
const isTTY = process.stdout.isTTY;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "unasked-"));
  mkdirSync(path.join(folder, "backend/.pulumi/stacks/survey"), { recursive: true });
  writeFileSync(path.join(folder, "Pulumi.yaml"), "name: survey\nruntime: nodejs\n");
  process.stdout.isTTY = false;
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  process.stdout.isTTY = isTTY;
});

const own = [
  "pulumi:pulumi:Stack",
  "pulumi:providers:pulumi-nodejs",
  "pulumi-nodejs:dynamic/skaha:HeadlessSession",
  "pulumi-nodejs:dynamic/skaha:SessionArray",
  "skaha:index:Sweep",
];

function may(words: string, types: readonly string[] = own, more: object = {}): boolean {
  const resources = types.map((type) => ({ urn: `urn:${type}::x`, type, ...more }));
  const latest = { secrets_providers: { type: "passphrase" }, resources };
  const file = path.join(folder, "backend/.pulumi/stacks/survey/dev.json");
  writeFileSync(file, JSON.stringify({ version: 3, checkpoint: { latest } }, undefined, 4));
  const env = { PULUMI_BACKEND_URL: `file://${folder}/backend` };
  return mayBeginUnasked(new PulumiProcess("pulumi", folder, env), words.split(" "));
}

test("a look may, whatever is in the stack; what changes it, where there are only jobs", () => {
  const others = [...own, "random:index/randomPet:RandomPet"];
  expect(may("preview", others)).toBe(true);
  expect(may("destroy --preview-only --stack dev", others)).toBe(true);
  for (const operation of ["destroy", "refresh"]) {
    const words = `${operation} --yes --skip-preview --stack dev`;
    expect([words, may(words), may(words, others)]).toEqual([words, true, false]);
    expect(may(words, [...own, "pulumi-nodejs:dynamic:Resource"])).toBe(false);
    expect(may(words, own, { protect: true })).toBe(false);
    expect(may(`${operation} --yes --skip-preview --stack other`)).toBe(false); // there is none
    expect(may(`${words} --run-program`)).toBe(false); // a program may do anything
  }
});

const up = "up --yes --skip-preview --stack dev";
const projectFile = () => path.join(folder, "Pulumi.yaml");

test("an up in earnest may, where its program can be held and nothing else can act before it", () => {
  expect([may(up), may(up, ["pulumi:pulumi:Stack"]), may(up, [])]).toEqual([true, true, true]);
  expect(may(up, [...own, "random:index/randomPet:RandomPet"])).toBe(false); // its refresh would ask for it
  expect(may(up, own, { pendingReplacement: true })).toBe(false);
  expect(may(`${up} --policy-pack rules`)).toBe(false);
  expect(may(`${up} --config skaha:record=/arc/home/alice`)).toBe(false);
  writeFileSync(projectFile(), "name: survey\nruntime: { name: nodejs, options: {} }\n");
  expect(may(up)).toBe(true);
  for (const runtime of ["python", "yaml", "bun", "{ name: python }"]) {
    writeFileSync(projectFile(), `name: survey\nruntime: ${runtime}\n`);
    expect([runtime, may(up)]).toEqual([runtime, false]);
  }
});

test("the program of an up is held, besides what the user's Node options say, and that of a preview is not", () => {
  const { NODE_OPTIONS } = holdingProgram(["up"], { NODE_OPTIONS: "--trace-warnings" });
  expect(NODE_OPTIONS).toMatch(
    /^--trace-warnings --require ".*\/dist\/cli\/plan\/heldProgram\.js"$/,
  );
  expect(holdingProgram(["preview"], { NODE_OPTIONS: "--trace-warnings" })).toEqual({});
});

test("on a terminal Pulumi has it for itself, and begins when the answer is there", () => {
  process.stdout.isTTY = true;
  expect(may("preview")).toBe(false);
  expect(may("destroy --yes --skip-preview --stack dev")).toBe(false);
});
