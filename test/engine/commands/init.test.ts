import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { statusSchema } from "../../../cli/commands/status/action";
import { Bench, linkedFolder, until } from "../harness";
import { cli, cliInTerminal } from "./cliBench";

jest.setTimeout(600_000);

describe("pulumi-skaha init", () => {
  let bench: Bench;
  /** Its packages are there: npm is not needed. */
  let folder = "";
  const read = (name: string) => readFileSync(path.join(folder, name), "utf8");
  // A new user's: nothing says where state is, or how secrets are kept.
  const env = { PULUMI_BACKEND_URL: undefined, PULUMI_CONFIG_PASSPHRASE: undefined };

  beforeAll(async () => {
    bench = await Bench.open();
    folder = await linkedFolder(bench.folder);
    execFileSync("git", ["init", "--quiet"], { cwd: folder });
    writeFileSync(path.join(folder, ".gitignore"), "mine");
    writeFileSync(path.join(folder, "package.json"), "{}");
    bench.skaha.clearJournal();
  });
  afterAll(() => bench[Symbol.asyncDispose]());

  test("makes a project, launches one job, and takes it away when it has ended", async () => {
    const running = cli(bench, ["init", "--yes"], { cwd: folder, env });
    await until("the first job runs", () => bench.runner.running.length === 1);
    const [job] = bench.skaha.jobs();
    expect(job).toMatchObject({ name: expect.stringMatching(/^first-job-/) });
    bench.runner.end(job?.id ?? "", 0);
    const { status, stdout, stderr } = await running;
    expect({ status, stderr }).toMatchObject({
      status: 0,
      stderr: expect.stringContaining("It works."),
    });
    expect(stdout).toBe("");
    expect(stderr).toContain("npx pulumi-skaha pulumi config set skaha:maxInFlight 50");
    expect(stderr).toMatch(/^record +is not kept: .*no home of alice/m); // this server keeps no files
    expect(read("Pulumi.dev.yaml")).not.toContain("skaha:record");
    expect(bench.counted()).toMatchObject({ POST: 1 });

    expect(read("Pulumi.yaml")).toBe(`name: a-user-s-program
description: Batch jobs of a Skaha server, such as CANFAR, declared in fleet.yaml
runtime:
  name: nodejs
  options:
    typescript: false
main: index.js
options:
  refresh: always # each up looks at the jobs first
backend:
  url: file://./.pulumi-state
`);
    expect(read("fleet.yaml")).toContain("sweeps:");
    expect(statSync(path.join(folder, ".pulumi-passphrase")).mode & 0o777).toBe(0o600);
    expect(read(".pulumi-passphrase")).toMatch(/^[\w-]{43}\n$/);
    expect(stderr).not.toContain(read(".pulumi-passphrase").trim());
    expect(read(".gitignore")).toMatch(/^mine\nnode_modules\/\n/);
    expect(read(".gitignore")).toContain("\nreport.html\n");
    const open = execFileSync("git", ["status", "--short", "--untracked-files=all"], {
      cwd: folder,
    });
    expect(open.toString()).toContain("Pulumi.dev.yaml");
    expect(open.toString()).not.toMatch(/passphrase|pulumi-state/);
    expect(read("package.json")).toBe("{}");
  });

  test("leaves a stack that the other commands find, passphrase and all", async () => {
    const { stdout } = await cli(bench, ["status", "--json"], { cwd: folder, env });
    expect(statusSchema.parse(JSON.parse(stdout)).jobs).toEqual([]);
    const { stdout: checked } = await cli(bench, ["doctor"], { cwd: folder, env });
    expect(checked).toMatch(/^ok +passphrase: .*\.pulumi-passphrase, the right one$/m);
    expect(checked).toMatch(/^ok +project: /m);
  });

  test("leaves a stack for all of Pulumi's commands, without a CLI or a passphrase at hand", async () => {
    const pulumi = (...words: string[]) => cli(bench, ["pulumi", ...words], { cwd: folder, env });
    const set = await pulumi(
      "config",
      "set",
      "--secret",
      "skaha:token",
      "a token",
      "--non-interactive",
    );
    expect(set).toMatchObject({ status: 0, stderr: "" });
    const shown = await pulumi("config", "get", "skaha:token", "--stack", "dev");
    expect(shown).toMatchObject({ status: 0, stdout: "a token\n" });
    expect(await pulumi("config", "rm", "skaha:token", "-C", folder)).toMatchObject({ status: 0 });
    const gone = await pulumi("config", "get", "skaha:token");
    expect(gone.status).not.toBe(0);
    expect(gone.stderr).toMatch(/'skaha:token' not found/);
    const elsewhere = ["pulumi", "-C", path.join(folder, ".pulumi-state"), "stack", "--show-name"];
    const named = await cli(bench, elsewhere, { cwd: bench.folder, env });
    expect(named).toMatchObject({ status: 0, stdout: "dev\n" });
    const version = await cli(bench, ["pulumi", "version"], { cwd: bench.folder, env });
    expect(version).toMatchObject({ status: 0, stdout: expect.stringMatching(/^v3\.\d+/) });
  });

  test("keeps what is there, makes a state folder that git does not bring, and asks in a terminal", async () => {
    const before = ["Pulumi.yaml", "fleet.yaml", ".gitignore", ".pulumi-passphrase"].map(read);
    const { status, stdout } = await cliInTerminal(bench, ["init"], {
      cwd: folder,
      env,
      started: async (process, printed) => {
        await until("it asks", () => printed().includes("Launch a first job of ten seconds"));
        process.stdin?.write("n\n");
      },
    });
    expect(status).toBe(0);
    expect(stdout).toContain("kept     Pulumi.yaml, and the program that it names");
    expect(stdout).toContain("kept     the stack dev");
    expect(stdout).toContain("kept     .pulumi-passphrase, which is there");
    expect(["Pulumi.yaml", "fleet.yaml", ".gitignore", ".pulumi-passphrase"].map(read)).toEqual(
      before,
    );
    expect(bench.counted()).toMatchObject({ POST: 0 });
  });

  test("says where state can be kept, in a project that was there and names no place for it", async () => {
    const theirs = path.join(bench.folder, "theirs");
    mkdirSync(theirs);
    writeFileSync(path.join(theirs, "Pulumi.yaml"), "name: theirs\nruntime: nodejs\n");
    symlinkSync(path.join(folder, "node_modules"), path.join(theirs, "node_modules"));
    const run = (...words: string[]) => cli(bench, words, { cwd: theirs, env });
    const backend = 'backend: { url: "file://./.pulumi-state" }';
    for (const words of [["init", "--no-launch"], ["status"], ["up", "--yes"]]) {
      const { status, stderr } = await run(...words);
      expect(status).toBe(1);
      expect(stderr).toContain("pulumi-skaha: it is not known where the stack's state is kept: ");
      expect(stderr).toContain(`add the line ${backend} to Pulumi.yaml and run`);
    }
    expect(existsSync(path.join(theirs, ".pulumi-passphrase"))).toBe(false);
    writeFileSync(path.join(theirs, "Pulumi.yaml"), `name: theirs\nruntime: nodejs\n${backend}\n`);
    const { status, stderr } = await run("init", "--no-launch");
    expect(stderr).toMatch(/^made +\.pulumi-state\//m);
    expect(stderr).toMatch(/^made +the stack dev/m);
    expect(status).toBe(0);
  });

  test("needs the passphrase that a stack was made with", async () => {
    const clone = path.join(bench.folder, "a clone");
    mkdirSync(clone);
    for (const name of ["Pulumi.yaml", "Pulumi.dev.yaml", "index.js", "fleet.yaml"]) {
      writeFileSync(path.join(clone, name), read(name));
    }
    execFileSync("ln", ["-s", path.join(folder, "node_modules"), clone]);
    const { status, stderr } = await cli(bench, ["init", "--no-launch"], { cwd: clone, env });
    expect(status).toBe(1);
    expect(stderr).toMatch(/Pulumi.dev.yaml was made with a passphrase that is not here/);
    expect(existsSync(path.join(clone, ".pulumi-passphrase"))).toBe(false);
    expect(existsSync(path.join(clone, ".pulumi-state"))).toBe(true);
  });

  test("cancels no job of a stack that has some, for the sake of a trial", async () => {
    const PULUMI_CONFIG_PASSPHRASE_FILE = path.join(folder, ".pulumi-passphrase");
    const up = ["up", "--yes", "--skip-preview", "--cwd", folder, "--stack", "dev"];
    await bench.succeed(up, { env: { ...env, PULUMI_CONFIG_PASSPHRASE_FILE } });
    expect(bench.counted()).toMatchObject({ POST: 6, DELETE: 0 });
    const { status, stderr } = await cli(bench, ["init", "--yes"], { cwd: folder, env });
    expect(status).toBe(0);
    expect(stderr).toContain("The stack dev has jobs already: no trial job is launched there.");
    expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
  });

  /** Another folder of the same name. */
  const another = (where: string) => {
    const other = path.join(bench.folder, where, path.basename(folder));
    mkdirSync(other, { recursive: true });
    symlinkSync(path.join(folder, "node_modules"), path.join(other, "node_modules"));
    return other;
  };

  test("launches nothing unasked where nobody can be asked, and takes a name that is not in use", async () => {
    const second = another("elsewhere");
    const { status, stderr } = await cli(bench, ["init"], { cwd: second, env });
    expect(status).toBe(0);
    expect(stderr).toContain("no first job is launched (--yes launches it)");
    expect(stderr).toMatch(/^named +the project a-user-s-program-2: the server has sessions of/m);
    expect(readFileSync(path.join(second, "Pulumi.yaml"), "utf8")).toMatch(
      /^name: a-user-s-program-2$/m,
    );
    expect(stderr).toMatch(/^ok +orphans: +none/m);
    expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
  });

  test("warns of a name that is in use where it is there already", async () => {
    const third = another("a copy");
    writeFileSync(path.join(third, "Pulumi.yaml"), read("Pulumi.yaml"));
    const { status, stderr } = await cli(bench, ["init"], { cwd: third, env });
    expect(status).toBe(0);
    expect(stderr).toMatch(/^warning +orphans: +6 live sessions of this stack not in its state/m);
    expect(stderr).toContain("give this one another name (name: in Pulumi.yaml) before any up");
    expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
  });

  test("launches nothing where doctor finds a fault", async () => {
    const away = { ...env, CANFAR_URL: "http://127.0.0.1:1/skaha/v1" };
    const { status, stderr } = await cli(bench, ["init", "--yes"], { cwd: folder, env: away });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^fault +server: /m);
    expect(stderr).toContain("Jobs cannot be launched until you correct the faults above");
  });
});
