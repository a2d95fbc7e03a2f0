// `pulumi-skaha publish` and `replay` on a program in git whose jobs are real processes: the commands of docs/publish.md, as
// they are written there, on examples/published, in which the sunspot numbers of three centuries are searched for their period.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFile,
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { publishSchema } from "../../cli/commands/publish/action";
import { replaySchema } from "../../cli/commands/replay/action";
import { publishedJobSchema } from "../../cli/crate/publishedJob";
import { checkout } from "../../toolchain/checkout";
import { cli } from "../engine/commands/cliBench";
import { Bench, linkedFolder, nativeDoor, until } from "../engine/harness";

jest.setTimeout(600_000);

const run = promisify(execFile);
const digest = `sha256:${"a1".repeat(32)}`;
const id = "images.canfar.net/skaha/astroml:24.07";
const imageOf = (digest: string) => ({ id, types: ["headless"], digest });

let parent: string;
let folder: string;
let bench: Bench;

async function git(...words: readonly string[]): Promise<string> {
  const as = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
  return (await run("git", [...as, ...words], { cwd: folder })).stdout.trim();
}

const project = () => path.join(bench.folder, "data/arc/projects/sunspots");

beforeAll(async () => {
  parent = await mkdtemp(path.join(tmpdir(), "publish-"));
  folder = await linkedFolder(parent);
  await cp(path.join(checkout, "examples/published"), folder, { recursive: true });
  await appendFile(path.join(folder, "Pulumi.yaml"), nativeDoor);
  await writeFile(path.join(folder, "package.json"), '{ "private": true }\n');
  await git("init", "--quiet");
  await git("add", "--all");
  await git("commit", "--quiet", "--message", "Search the sunspots for their period");
  const capacity = { cores: 64, ramGiB: 512 };
  bench = await Bench.open({ program: folder, real: true, capacity, images: [imageOf(digest)] });
  await cp(path.join(checkout, "examples/parameter-study"), project(), { recursive: true });
  await mkdir(path.join(project(), "results"));
  for (const _stage of ["period", "strongest"]) {
    await bench.succeed(bench.up());
    await until("the sessions ended", () => bench.alive().length === 0);
  }
  bench.skaha.clearJournal();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await rm(parent, { recursive: true, maxRetries: 5 });
});

const readJson = async (...parts: readonly string[]) =>
  JSON.parse(await readFile(path.join(parent, ...parts), "utf8"));

/** The blocks of a document with what they print, if it shows that. */
async function shownIn(
  document: string,
): Promise<{ script: string; printed: string | undefined }[]> {
  const text = await readFile(path.join(checkout, document), "utf8");
  const blocks = text.matchAll(/^```sh\n([^`]*)^```\n(?:\n```\n([^`]*)^```\n)?/gm);
  return [...blocks].map(([, script = "", printed]) => ({ script, printed }));
}

/** A clone as a user makes it, with the packages. */
async function cloned(name: string): Promise<string> {
  const clone = path.join(parent, name);
  await run("git", ["clone", "--quiet", folder, clone]);
  await symlink(path.join(folder, "node_modules"), path.join(clone, "node_modules"));
  return clone;
}

test("the commands of docs/publish.md write a crate, and replay it in a fresh clone", async () => {
  const bin = path.join(parent, "bin");
  await mkdir(bin);
  const command = path.join(bin, "pulumi-skaha");
  const binary = path.join(checkout, "dist/cli/main.js");
  await writeFile(command, `#!/bin/sh\nexec '${process.execPath}' '${binary}' "$@"\n`);
  await chmod(command, 0o755);
  const [publishing, replaying, reading] = await shownIn("docs/publish.md");
  expect(reading?.script).toContain("runcrate report"); // run by test/long/crate.test.ts
  const searchPath = `${bin}${path.delimiter}${bench.env.PATH}`;
  const shell = async (script: string, cwd: string, more: NodeJS.ProcessEnv = {}) => {
    const env = { ...bench.env, PATH: searchPath, ...more };
    return (await run("sh", ["-ec", script], { cwd, env })).stdout;
  };
  const published = await shell(publishing?.script ?? "", folder, { PULUMI_STACK: bench.stack });
  expect(published).toBe(publishing?.printed);

  // Without the stack, its state and its passphrase.
  const clone = await cloned("clone");
  const alone = {
    PULUMI_BACKEND_URL: undefined,
    PULUMI_CONFIG_PASSPHRASE: undefined,
    PULUMI_HOME: path.join(parent, "home"),
  };
  const said = await shell(replaying?.script ?? "", clone, alone);
  const masked = said
    .replace(clone, "/home/ada/clone")
    .replace(await git("rev-parse", "HEAD"), "0123456789abcdef0123456789abcdef01234567")
    .replace(digest, `sha256:${"0123456789abcdef".repeat(4)}`);
  expect(masked).toBe(replaying?.printed);
  expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
  // Nothing was written into the clone.
  expect((await run("git", ["status", "--porcelain"], { cwd: clone })).stdout).toBe(
    "?? node_modules\n",
  );
});

test("the crate has the program of the commit, what each job ran, and its outputs by checksum", async () => {
  const ids = (await bench.state()).map((job) => job.id).sort();
  const lock = await readJson("crate/lock.json");
  expect(lock.jobs.map((job: { id: string }) => job.id).sort()).toEqual(ids);
  expect(lock).toMatchObject({
    origin: { kind: "stack", project: "sunspot-periods", stack: bench.stack },
    isPart: false,
    commits: [{ commit: await git("rev-parse", "HEAD"), isDirty: false, jobs: 11 }],
    program: { isDirty: false, folder: "" },
    images: [{ image: id, digest, jobs: 11 }],
  });
  const program = await readdir(path.join(parent, "crate/program"));
  expect(program.sort()).toEqual(
    [
      ...["Pulumi.yaml", `Pulumi.${bench.stack}.yaml`, "fleet.yaml", "index.js", "package.json"],
    ].sort(),
  );
  const fleet = path.join(parent, "crate/program/fleet.yaml");
  expect(await readFile(fleet, "utf8")).toBe(
    await readFile(path.join(checkout, "examples/published/fleet.yaml"), "utf8"),
  );

  const jobs = publishedJobSchema.array().parse(await readJson("crate/jobs.json"));
  const output = await readFile(path.join(project(), "results/10-12.json"));
  expect(jobs.find(({ name }) => name === "period/from=10,to=12")).toMatchObject({
    params: { from: 10, to: 12 },
    status: "Completed",
    command: [
      ...["python3", "/arc/projects/sunspots/periodogram.py"],
      ...["--from", "10", "--to", "12", "--out", "/arc/projects/sunspots/results/10-12.json"],
    ],
    attempts: [{ attempt: 1, record: { exitCode: 0, host: expect.stringMatching(/./) } }],
    outputs: [
      {
        path: "/arc/projects/sunspots/results/10-12.json",
        sha256: createHash("sha256").update(output).digest("hex"),
        bytes: output.length,
      },
    ],
  });
  const checksums = await readFile(path.join(parent, "crate/checksums.sha256"), "utf8");
  const here = checksums.replaceAll("/arc/projects/sunspots", project());
  await writeFile(path.join(parent, "here.sha256"), here);
  const { stdout } = await run("sha256sum", ["--check", path.join(parent, "here.sha256")]);
  expect(stdout.match(/: OK$/gm)).toHaveLength(11);

  const readme = await readFile(path.join(parent, "crate/README.md"), "utf8");
  expect(readme).toContain("# Periods in the sunspot numbers");
  expect(readme).toContain("https://spdx.org/licenses/CC-BY-4.0");
  expect(readme).toContain(digest);
});

const replayed = async (words: readonly string[], cwd: string) => {
  const { status, stdout, stderr } = await cli(bench, ["replay", ...words, "--check", "--json"], {
    cwd,
  });
  return { status, stderr, ...replaySchema.parse(JSON.parse(stdout)) };
};

test("replay names the job and the input that is another, and the changes that are not committed", async () => {
  const clone = await cloned("changed");
  const file = path.join(clone, "fleet.yaml");
  const text = await readFile(file, "utf8");
  const changed = text
    .replace('"{to}", --out', '"{to}", --step, "0.01", --out')
    .replace("strongest:", "best:");
  await writeFile(file, changed);
  const { status, isSame, commit, jobs = [] } = await replayed(["../crate"], clone);
  expect({ status, isSame }).toEqual({ status: 1, isSame: false });
  expect(commit).toMatchObject({ is: "different", why: expect.stringContaining("not committed") });
  expect(jobs.filter(({ is }) => is === "different")).toHaveLength(10);
  expect(jobs[0]).toMatchObject({ name: "period/from=2,to=4", is: "different", inputs: ["args"] });
  expect(jobs.filter(({ is }) => is === "missing").map(({ name }) => name)).toEqual(["strongest"]);
  expect(jobs.filter(({ is }) => is === "new").map(({ name }) => name)).toEqual(["best"]);
});

test("replay names an image that is another now, and takes the crate's copy outside a clone", async () => {
  await using _before = {
    [Symbol.asyncDispose]: () => bench.restart({ images: [imageOf(digest)] }),
  };
  const other = `sha256:${"b2".repeat(32)}`;
  await bench.restart({ images: [imageOf(other)] });
  const copy = path.join(parent, "downloaded");
  await cp(path.join(parent, "crate"), copy, { recursive: true });
  await symlink(path.join(folder, "node_modules"), path.join(copy, "program/node_modules"));
  const found = await replayed([copy], parent);
  expect(found).toMatchObject({
    status: 1,
    commit: { is: "same" },
    images: [{ image: id, is: "different", before: digest, now: other }],
  });
  expect(found.stderr).toContain("the copy in the crate is taken");
  expect(found.jobs?.map(({ is }) => is)).toEqual(Array(11).fill("same"));
  expect(await replayed([copy, "--offline"], parent)).toMatchObject({ status: 0, isSame: true });

  await writeFile(path.join(copy, "program/index.js"), "module.exports = {};\n");
  const edited = await replayed([copy, "--offline"], parent);
  expect(edited).toMatchObject({ status: 1, commit: { is: "different" } });
  expect(edited.commit?.why).toContain("index.js");
  expect(edited.jobs?.map(({ is }) => is)).toEqual(Array(11).fill("missing"));
});

test("publish replaces nothing but a crate, and that with --force only", async () => {
  const publish = (...words: readonly string[]) => cli(bench, ["publish", ...words]);
  const again = await publish("../crate");
  expect(again).toMatchObject({ status: 1, stdout: "" });
  expect(again.stderr).toContain("give --force to replace the crate in it");
  const own = await publish("examples-of-mine", "--force");
  expect(own.status).toBe(0);
  await rm(path.join(folder, "examples-of-mine"), { recursive: true });
  const program = await publish(".", "--force");
  expect(program).toMatchObject({ status: 1 });
  expect(program.stderr).toContain("has other files than a crate's");
  const part = await publish("../crate", "period/from=2,to=4", "--force", "--json");
  expect(publishSchema.parse(JSON.parse(part.stdout))).toMatchObject({
    jobs: 1,
    outputs: 1,
    checksums: 1,
  });
  expect((await readJson("crate/lock.json")).isPart).toBe(true);
  const names = await readdir(parent);
  expect(names.filter((name) => /\.(part|old)$/.test(name))).toEqual([]);
  // What the crate leaves out on purpose is not new.
  expect(await replayed(["../crate"], folder)).toMatchObject({ status: 0, isSame: true });
});
