// Commands that only look read the stack's plain files; where more than that is to be known Pulumi is asked. Both tell the
// same.
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { statusSchema } from "../../../cli/commands/status/action";
import { deploymentOf, stateFileOf } from "../../../cli/stack/ownState";
import { deploymentIn, jobsOf } from "../../../provider/job/deployment";
import { Bench, fleet } from "../harness";
import { cli } from "./cliBench";

let bench: Bench;
/** What asks Pulumi leaves a line in it. */
let asked = "";
let PATH = "";

beforeAll(async () => {
  bench = await Bench.open();
  bench.declare([
    ...fleet(2),
    { name: "sealed", secretEnv: { PASSWORD: "password" } },
    { name: "later", after: ["job-0"], args: { cmd: "echo later" } },
  ]);
  await bench.secret("fleet:password", "sesame");
  await bench.succeed(bench.up());
  const bin = path.join(bench.folder, "bin");
  await mkdir(bin);
  asked = path.join(bench.folder, "asked");
  const pulumi = path.join(bin, "pulumi");
  await writeFile(pulumi, `#!/bin/sh\necho "$*" >> '${asked}'\nexec '${bench.command}' "$@"\n`);
  await chmod(pulumi, 0o755);
  PATH = [bin, bench.env.PATH].join(path.delimiter);
});
afterAll(() => bench[Symbol.asyncDispose]());

/** @returns the names of the jobs that are shown, and what Pulumi was asked */
async function status(env: NodeJS.ProcessEnv = {}, ...words: string[]) {
  await rm(asked, { force: true });
  const shown = await cli(bench, ["status", "--json", ...words], { env: { PATH, ...env } });
  const commands = await readFile(asked, "utf8").catch(() => "");
  expect(shown).toMatchObject({ status: 0 });
  return {
    names: statusSchema.parse(JSON.parse(shown.stdout)).jobs.map(({ name }) => name),
    asked: commands.split("\n").filter((line) => line !== "" && line !== "version"),
  };
}

const all = ["job-0", "job-1", "later", "sealed"];

test("the file has the jobs that Pulumi exports, secrets and all", async () => {
  const exported = deploymentIn(await bench.succeed(["stack", "export", "--stack", bench.stack]));
  const read = deploymentOf(await bench.stateFile());
  expect(jobsOf(read)).toHaveLength(4);
  expect(jobsOf(read)).toEqual(jobsOf(exported));
});

test("Pulumi is not asked where all is plain, nor is a passphrase needed", async () => {
  expect(await status()).toEqual({ names: all, asked: [] });
  const env = { PULUMI_CONFIG_PASSPHRASE: undefined };
  expect(await status(env, "--stack", bench.stack)).toEqual({ names: all, asked: [] });
});

test("a setting of ours that is a secret needs Pulumi", async () => {
  const file = path.join(bench.program, `Pulumi.${bench.stack}.yaml`);
  const before = await readFile(file, "utf8");
  await bench.secret("skaha:token", "from the stack");
  try {
    const { names, asked: questions } = await status();
    expect(names).toEqual(all);
    expect(questions).toEqual([
      expect.stringMatching(/^config --json --show-secrets/),
      expect.stringMatching(/^stack export/),
    ]);
  } finally {
    await writeFile(file, before);
  }
});

test("an option of Pulumi's that is a variable is Pulumi's to judge", async () => {
  await bench.succeed(["stack", "init", "empty", "--no-select"]);
  const { names, asked: questions } = await status({ PULUMI_OPTION_STACK: "empty" });
  expect(names).toEqual([]);
  expect(questions).toHaveLength(2);
  await bench.succeed(["stack", "rm", "--yes", "--stack", "empty"]);
});

test("a state that is compressed is read through Pulumi", async () => {
  const file = await bench.stateFile();
  const text = await readFile(file);
  const env = { PULUMI_DIY_BACKEND_GZIP: "true" };
  await writeFile(`${file}.gz`, gzipSync(text));
  await rm(file);
  try {
    const { names, asked: questions } = await status(env);
    expect(names).toEqual(all);
    expect(questions).not.toEqual([]);
    await writeFile(file, "{}"); // which of both is the state is Pulumi's to say
    const { program: folder, env: surroundings, stack } = bench;
    expect(stateFileOf({ folder, env: surroundings, stack })).toBeUndefined();
  } finally {
    await writeFile(file, gunzipSync(await readFile(`${file}.gz`)));
    await rm(`${file}.gz`);
  }
});

test("a form of the state that is not known is left to Pulumi", async () => {
  const file = await bench.stateFile();
  const state = JSON.parse(await readFile(file, "utf8"));
  for (const text of [
    JSON.stringify({ ...state, version: 99 }),
    '{"version":3,"check',
    "",
    "null",
  ]) {
    const place = path.join(bench.folder, "state.json");
    await writeFile(place, text);
    expect(deploymentOf(place)).toBeUndefined();
  }
  expect(deploymentOf(path.join(bench.folder, "none.json"))).toBeUndefined();
});
