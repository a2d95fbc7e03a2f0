import { mkdir, readFile, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { whySchema } from "../../../cli/commands/why/action";
import { Bench } from "../harness";
import { cli } from "./cliBench";

const record = "/arc/projects/survey/.jobs";
const traceback =
  'Traceback (most recent call last):\n  File "fit.py", line 3, in <module>\nValueError: no \u001b[31mrows\n';

describe("pulumi-skaha why", () => {
  let bench: Bench;
  const sessionOf = (name: string) =>
    bench.skaha.jobs().find((job) => job.name.startsWith(name))?.id ?? "";

  beforeAll(async () => {
    bench = await Bench.open({ lasting: true, capacity: { cores: 10, ramGiB: 100 } });
    const logs = path.join(bench.folder, "logs");
    const size = { cores: 1, ram: 4 };
    bench.declare([
      { name: "broken", args: size },
      { name: "hungry", args: { ...size, record } },
      { name: "imageless", args: { ...size, cmd: "true" } },
      { name: "quiet", args: { ...size, logs } },
      { name: "vast", args: { cores: 16, ram: 4 } },
      { name: "forgotten", args: size },
      { name: "later", after: ["broken"], args: size },
      { name: "last", after: ["later"], args: size },
    ]);
    await bench.succeed(bench.up());
    bench.runner.write(sessionOf("broken"), `${"fine\n".repeat(10)}${traceback}`);
    bench.runner.end(sessionOf("broken"), 1);
    bench.runner.status(sessionOf("imageless"), { active: 1 });
    bench.runner.event(sessionOf("imageless"), {
      ...{ type: "Warning", reason: "Failed" },
      message: 'Failed to pull image "images.canfar.net/x": not found',
    });
    const state = await bench.state();
    const idOf = (name: string) => state.find(({ urn }) => urn.endsWith(`::${name}`))?.id ?? "";
    const folder = path.join(bench.folder, "data", record, `${idOf("hungry")}/1`);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, "start.json"), '{"start":"2026-11-22T20:00:00Z"}');
    const end = { exitCode: 137, cause: "OutOfMemory", end: "2026-11-22T20:10:00Z" };
    const peakMemoryBytes = 3.99 * 2 ** 30;
    await writeFile(path.join(folder, "end.json"), JSON.stringify({ ...end, peakMemoryBytes }));
    bench.runner.end(sessionOf("hungry"), 137);
    await mkdir(logs);
    const snapshot = path.join(logs, `${idOf("quiet")}-1.live.log`);
    bench.runner.write(sessionOf("quiet"), "step 1\n");
    await writeFile(snapshot, "step 1\n");
    const then = new Date(Date.now() - 43 * 60_000);
    await utimes(snapshot, then, then);
    await bench.succeed(bench.on("refresh"));
    bench.skaha.vanish(sessionOf("forgotten"));
  });
  afterAll(() => bench[Symbol.asyncDispose]());

  test("finds the cause of each job, as data", async () => {
    const { status, stdout } = await cli(bench, ["why", "*", "--json"]);
    expect(status).toBe(0);
    const found = whySchema.parse(JSON.parse(stdout));
    expect(Object.fromEntries(found.map(({ name, kind }) => [name, kind]))).toEqual({
      ...{ broken: "exception", hungry: "outOfMemory", imageless: "image", quiet: "silent" },
      ...{ vast: "tooLarge", forgotten: "gone", later: "held", last: "held" },
    });
    const of = (wanted: string) => found.find(({ name }) => name === wanted);
    expect(of("hungry")?.cause).toMatch(/peak was 4 GiB of the 4 GiB/);
    expect(of("quiet")?.cause).toMatch(/has written nothing for 4[345] min/);
    expect(of("vast")?.line).toMatch(/^FailedScheduling: .*Insufficient cpu/);
  });

  test("says it in two sentences, and what shows it, without escape sequences", async () => {
    const { stdout } = await cli(bench, ["why", "broken"]);
    expect(stdout).toBe(
      "broken failed: its program ended with an error of its own.\n" +
        "    ValueError: no \\x1b[31mrows\n" +
        "Read the whole of it with pulumi-skaha logs broken, correct the program or its arguments, then run it again: pulumi-skaha rerun broken.\n",
    );
  });

  test("names what a held job waits for, and why that failed", async () => {
    const { stdout } = await cli(bench, ["why", "later"]);
    expect(stdout).toMatch(/^later is Held for .* because broken failed: its program ended with/);
    expect(stdout).toMatch(/rerun broken\.$/m);
  });

  test("is about all that went wrong where no job is named", async () => {
    const { stdout } = await cli(bench, ["why", "--json"]);
    const names = whySchema.parse(JSON.parse(stdout)).map(({ name }) => name);
    expect(names.sort()).toEqual(["broken", "forgotten", "hungry"]);
  });

  test("goes on without what the server does not tell", async () => {
    bench.skaha.faults.add({ kind: "status", code: 400, path: "view=events" });
    const { status, stdout, stderr } = await cli(bench, ["why", "broken"]);
    bench.skaha.faults.clear();
    expect(stdout).toContain("ValueError");
    expect(stderr).toMatch(/^the events of broken were not read: .*answered 400/m);
    expect(status).toBe(0);
  });

  test("leaves the stack as it was", async () => {
    const before = await readFile(await bench.stateFile(), "utf8");
    await cli(bench, ["why", "*"]);
    expect(await readFile(await bench.stateFile(), "utf8")).toBe(before);
  });
});
