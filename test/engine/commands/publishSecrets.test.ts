// What `pulumi-skaha publish` tells of jobs of all kinds, packs and retries among them, and what it must not: the secrets of
// the stack, in whatever place a program puts them, and the token of the user.
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { publishSchema } from "../../../cli/commands/publish/action";
import { replaySchema } from "../../../cli/commands/replay/action";
import { type PublishedJob, publishedJobSchema } from "../../../cli/crate/publishedJob";
import { Bench, linkedFolder, nativeDoor, until } from "../harness";
import { cli } from "./cliBench";

jest.setTimeout(600_000);

const secrets = {
  word: "kappa-secret-word",
  variable: "lambda-secret-variable",
  ofArray: "mu-secret-of-array",
  registry: "nu-secret-registry",
};
const program = `
const pulumi = require("@pulumi/pulumi");
const { HeadlessSession, Sweep } = require("pulumi-skaha");
const config = new pulumi.Config();
const image = "images.canfar.net/skaha/astroml:24.07";
const record = "/arc/projects/survey/.jobs";
new HeadlessSession("words", {
  image, record,
  cmd: "printf",
  args: ["%s", config.requireSecret("word")],
  env: { SIGMA: 5, PASS: config.requireSecret("variable"), API_TOKEN: "xi-plain-token" },
  registryAuth: { username: "alice", secret: config.requireSecret("registry") },
  outputs: ["/arc/projects/survey/absent.fits"],
});
new HeadlessSession("twice", {
  image, record,
  files: ["helper.txt"],
  script: 'test -s {files}/helper.txt && test "$SKAHA_ATTEMPT" = 2 && date > /arc/projects/survey/twice.txt',
  outputs: ["/arc/projects/survey/twice.txt", "/arc/projects/survey", { path: "/arc/projects/survey/twi?e.*" }],
  retry: { limit: 1 },
});
new Sweep("packed", {
  over: [1, 2, 3].map((n) => ({ n })),
  array: true,
  pack: { jobs: 3, parallel: 2 },
  image, record, cores: 1, ram: 1,
  env: { PASS: config.requireSecret("ofArray") },
  job: ({ n }) => ({ script: 'echo $1 > /arc/projects/survey/$1.txt', args: [n], outputs: ["/arc/projects/survey/" + n + ".txt"] }),
});
`;

let parent: string;
let folder: string;
let bench: Bench;

beforeAll(async () => {
  parent = await mkdtemp(path.join(tmpdir(), "publish-"));
  folder = await linkedFolder(parent);
  await writeFile(
    path.join(folder, "Pulumi.yaml"),
    `name: kinds\nruntime: nodejs\noptions: { refresh: always }\n${nativeDoor}`,
  );
  await writeFile(path.join(folder, "index.js"), program);
  await writeFile(path.join(folder, "package.json"), "{}");
  await mkdir(path.join(folder, "texts"));
  await writeFile(path.join(folder, "texts/help.txt"), "help");
  await symlink("texts/help.txt", path.join(folder, "helper.txt"));
  await writeFile(path.join(folder, ".pulumi-passphrase"), "a passphrase");
  bench = await Bench.open({ program: folder, real: true });
  await mkdir(path.join(bench.folder, "data/arc/projects/survey"), { recursive: true });
  for (const [name, value] of Object.entries(secrets)) await bench.secret(name, value);
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await rm(parent, { recursive: true, maxRetries: 5 });
});

const publish = (...words: readonly string[]) => cli(bench, ["publish", "../crate", ...words]);

test("jobs that have not ended are refused, and told of with --unfinished", async () => {
  await bench.succeed(bench.up());
  await until("the sessions ended", () => bench.alive().length === 0);
  // `twice` has failed once, and is to run again: nobody knows that before the next up.
  await bench.succeed(bench.up());
  await until("the sessions ended", () => bench.alive().length === 0);
  await bench.secret("word", "another-word-altogether");
  const early = await cli(bench, ["publish", "../early", "--offline"]);
  expect(early).toMatchObject({ status: 1, stdout: "" });
  expect(early.stderr).toContain("twice has not ended; wait for them with pulumi-skaha wait");
  expect(await readdir(parent)).not.toContain("early");
  const told = await cli(bench, ["publish", "../early", "--offline", "--unfinished", "--json"]);
  const { notes, checksums } = publishSchema.parse(JSON.parse(told.stdout));
  expect(notes).toContain("1 job had not ended when this was made: twice.");
  expect(checksums).toBe(0);
  await bench.secret("word", secrets.word);
});

async function jobs(): Promise<ReadonlyMap<string, PublishedJob>> {
  const text = await readFile(path.join(parent, "crate/jobs.json"), "utf8");
  return new Map(
    publishedJobSchema
      .array()
      .parse(JSON.parse(text))
      .map((job) => [job.name, job]),
  );
}

test("each attempt is told with its record, jobs of packs as any, and outputs that have no checksum with the reason", async () => {
  const { status, stdout, stderr } = await publish("--json");
  expect({ status, stderr }).toMatchObject({ status: 0 });
  expect(publishSchema.parse(JSON.parse(stdout))).toMatchObject({
    jobs: 5,
    outputs: 6,
    problems: [
      expect.stringMatching(
        /^program\/index\.js of the crate has the value of the variable API_TOKEN, which looks like a secret/,
      ),
    ],
    checksums: 4,
  });
  const found = await jobs();
  expect(found.get("twice")).toMatchObject({
    status: "Completed",
    attempts: [
      { attempt: 1, status: "Failed", exitCode: 1, record: { exitCode: 1, cause: "ExitCode" } },
      { attempt: 2, status: "Completed", record: { exitCode: 0 } },
    ],
    outputs: [
      { sha256: expect.any(String) },
      { unknown: "It is a folder." },
      { path: "/arc/projects/survey/twice.txt", pattern: "/arc/projects/survey/twi?e.*" },
    ],
  });
  for (const n of [1, 2, 3]) {
    expect(found.get(`packed/n=${n}`)).toMatchObject({
      status: "Completed",
      params: { n },
      attempts: [{ sessionId: expect.stringMatching(/\.\d+$/), record: { exitCode: 0 } }],
      outputs: [{ path: `/arc/projects/survey/${n}.txt`, bytes: 2 }],
    });
  }
  expect(found.get("words")).toMatchObject({
    status: "Failed",
    attempts: [
      {
        record: {
          cause: "MissingOutputs",
          missingOutputs: ["/arc/projects/survey/absent.fits"],
        },
      },
    ],
    outputs: [{ unknown: "Its job is not Completed." }],
  });
});

test("no secret is in any file, encrypted or not, and what stands for one says so", async () => {
  const found = await jobs();
  expect(found.get("words")).toMatchObject({
    // The dynamic door makes a whole list of a program's secret that is a word in it.
    command: ["printf", ...(process.env.SKAHA_DOOR === "native" ? ["%s"] : []), "[secret]"],
    env: { SIGMA: "5", API_TOKEN: "[secret]" },
  });
  const config = await readFile(path.join(folder, `Pulumi.${bench.stack}.yaml`), "utf8");
  const [, salt = "", ...ciphers] = [...config.matchAll(/: (v1:\S+)/g)].map(([, text]) => text);
  expect(ciphers.length).toBeGreaterThan(1); // the test would see them
  const state = await readFile(await bench.stateFile(), "utf8");
  const inState = [...state.matchAll(/"ciphertext": ?"([^"]+)"/g)].map(([, text = ""]) => text);
  expect(inState.length).toBeGreaterThan(3);
  const forbidden = [
    ...[...Object.values(secrets), "xi-plain-token", "a passphrase", bench.skaha.token],
    ...[salt, ...ciphers, ...inState, "ciphertext", "encryptionsalt"],
  ];
  const crate = path.join(parent, "crate");
  const files = (await readdir(crate, { recursive: true, withFileTypes: true })).filter((one) =>
    one.isFile(),
  );
  expect(files.map(({ name }) => name)).toContain(`Pulumi.${bench.stack}.yaml`);
  for (const { parentPath, name } of files) {
    const text = await readFile(path.join(parentPath, name), "utf8");
    const own = name === "index.js" ? ["xi-plain-token"] : []; // the user wrote it there
    const there = forbidden.filter((word) => word && !own.includes(word) && text.includes(word));
    expect([name, there]).toEqual([name, []]);
  }
});

test("nothing is published where a file would have the token that the user is logged in with", async () => {
  await writeFile(
    path.join(folder, "notes.txt"),
    `curl -H "Authorization: Bearer ${bench.skaha.token}"\n`,
  );
  const { status, stderr } = await cli(bench, ["publish", "../leaking"]);
  await rm(path.join(folder, "notes.txt"));
  expect(status).toBe(1);
  expect(stderr).toContain("nothing is published: program/notes.txt");
  expect(stderr).not.toContain(bench.skaha.token);
  expect((await readdir(parent)).filter((name) => name.startsWith("leaking"))).toEqual([]);
});

test("replay names files whose contents are others now", async () => {
  const copy = path.join(parent, "edited");
  await cp(path.join(parent, "crate"), copy, { recursive: true });
  await symlink(path.join(folder, "node_modules"), path.join(copy, "program/node_modules"));
  await writeFile(path.join(copy, "program/helper.txt"), "other help");
  const words = ["replay", copy, "--check", "--json", "--copy", "--offline"];
  const { jobs = [] } = replaySchema.parse(JSON.parse((await cli(bench, words)).stdout));
  expect(jobs.find(({ name }) => name === "twice")).toMatchObject({
    is: "different",
    inputs: ["files"],
  });
});

test("replay without the passphrase gives jobs with secret variables their ids, and says which depend on a secret's value", async () => {
  const copy = path.join(parent, "copy");
  await cp(path.join(parent, "crate"), copy, { recursive: true });
  await symlink(path.join(folder, "node_modules"), path.join(copy, "program/node_modules"));
  const env = { PULUMI_CONFIG_PASSPHRASE: undefined };
  const answer = await cli(bench, ["replay", copy, "--check", "--json", "--copy"], {
    env,
    cwd: parent,
  });
  const { jobs = [], images, commit } = replaySchema.parse(JSON.parse(answer.stdout));
  expect(Object.fromEntries(jobs.map(({ name, is }) => [name, is]))).toEqual({
    ...{ "packed/n=1": "same", "packed/n=2": "same", "packed/n=3": "same" },
    ...{ twice: "same", words: "different" },
  });
  expect(jobs.find(({ name }) => name === "words")?.why).toContain(
    "a secret is a part of what it runs",
  );
  expect(images).toMatchObject([{ is: "unknown" }]); // this server tells no digests
  expect(commit).toMatchObject({ is: "unknown" });
  expect(answer.status).toBe(1);
});
