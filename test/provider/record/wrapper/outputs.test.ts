// What is asked of a job's outputs besides that they are there, as the wrapper judges it after the command, and before it.
import { existsSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type OutputRule, outputWords } from "../../../../provider/record/outputs";
import type { Recording } from "../../../../provider/record/wrapper";
import {
  eventually,
  inPacks,
  Place,
  type RecordedJob,
  type Shell,
  sh,
  underEachShell,
} from "./shells";

const place = new Place();
afterAll(() => place.remove());
jest.setTimeout(120_000);

let made = 0;

/** A job in a folder of its own, where its outputs are. */
function jobWith(
  shell: Shell,
  outputs: readonly (string | OutputRule)[],
  more: Partial<Recording> = {},
) {
  made += 1;
  const folder = join(place.root, `out [${made}]*`);
  mkdirSync(folder);
  const job = place.job(shell, { outputs: outputWords(outputs), cwd: folder, ...more });
  return { folder, job, at: (name: string) => join(folder, name) };
}

const missing = (job: RecordedJob) => job.end.missingOutputs;

underEachShell((shell) => {
  test("a smaller file does not count, and the message says how large it is", async () => {
    const { job } = jobWith(shell, [
      { path: "short", minBytes: 1000 },
      { path: "exact", minBytes: 5 },
      { path: "none", minBytes: 1 },
      "plain",
    ]);
    const { status, stdout } = await job.run(
      sh("printf 12345 >short; printf 12345 >exact; : >plain"),
    );
    expect(status).toBe(1);
    expect(job.end).toMatchObject({ exitCode: 0, cause: "MissingOutputs" });
    expect(missing(job)).toEqual(["short: 1 with less than 1000 bytes (the last has 5)", "none"]);
    expect(stdout.toString()).toContain('pulumi-skaha: missing outputs: "short: 1 with less');
  });

  test("of a pattern so many files have to be there, and each has to be as it says", async () => {
    const { job } = jobWith(shell, [
      { path: "tile-*.fits", count: 3, minBytes: 2 },
      { path: "tile-[ab].fits", count: 2 },
      { path: "none-*", count: 2 },
      { path: "*.fits", count: 5 },
      { path: "odd name *", count: 2 },
      { path: "star[*]", count: 1 },
    ]);
    await job.run(
      sh(
        "for i in a b c; do printf 12 >tile-$i.fits; done; : >tile-b.fits; : >'odd name 1'; : >'odd name 2'; : >'star*'",
      ),
    );
    expect(missing(job)).toEqual([
      "tile-*.fits: 2 of 3 files: 1 with less than 2 bytes (the last has 0)",
      "none-*: 0 of 2 files",
      "*.fits: 3 of 5 files",
    ]);
  });

  test("what is older than the start does not count, and what was written since does", async () => {
    const { at, job } = jobWith(shell, [
      { path: "old", newerThanStart: true },
      { path: "renewed", newerThanStart: true },
      { path: "fresh", newerThanStart: true },
    ]);
    for (const name of ["old", "renewed"]) {
      writeFileSync(at(name), "before");
      utimesSync(at(name), 1_000_000, 1_000_000);
    }
    await job.run(sh("echo >renewed; echo >fresh"));
    expect(missing(job)).toEqual(["old: 1 older than the start"]);
  });

  test("a check gets the files as its arguments, runs where the job did, and says by its status whether they are good", async () => {
    const good = 'echo "checked $# in $(pwd): $2"; echo "to stderr" >&2; grep -q whole "$1"';
    const { folder, job } = jobWith(shell, [
      { path: "part-*", count: 2, check: good },
      { path: "bad", check: "exit 3" },
      { path: "none", check: "echo never" },
      { path: "killed", check: "kill -9 $$" },
    ]);
    const { status } = await job.run(sh("echo whole >'part-1 x'; echo >part-2; : >bad; : >killed"));
    expect(status).toBe(1);
    expect(missing(job)).toEqual([
      "bad: its check ended with status 3: exit 3",
      "none",
      "killed: its check ended with status 137: kill -9 $$",
    ]);
    const log = job.log().toString();
    expect(log).toContain(`checked 2 in ${folder}: part-2\n`);
    expect(log).toContain("to stderr\n");
    expect(log).not.toContain("never");
  });

  test("a check that does not end is ended after maxRunSeconds, and at once by a signal", async () => {
    const rule = [{ path: "out", check: "exec sleep 600" }];
    const limited = jobWith(shell, rule, { maxRunSeconds: 1 });
    await limited.job.run(sh(": >out"));
    expect(missing(limited.job)).toEqual(["out: its check ended with status 137: exec sleep 600"]);
    if (inPacks) return; // the signal is the pack's there
    const { job, at } = jobWith(shell, [{ path: "out", check: "echo >begun; exec sleep 600" }]);
    const { child, outcome } = job.start(sh(": >out"));
    await eventually(() => (existsSync(at("begun")) ? true : undefined), "the check begins");
    process.kill(child.pid ?? 0, "SIGTERM");
    await outcome;
    expect(missing(job)).toEqual([
      "out: its check ended with status 143: echo >begun; exec sleep 600",
    ]);
  });

  test("nothing is skipped where an output is there and not as it has to be", async () => {
    const rules = [{ path: "out", minBytes: 4, check: 'grep -q whole "$1"' }];
    const { at, job } = jobWith(shell, rules, { skipIfOutputs: true });
    for (const content of ["x", "wrong"]) {
      writeFileSync(at("out"), content);
      await job.run(sh("echo whole >out; echo ran"));
      expect(job.end).not.toHaveProperty("skipped");
      expect(job.log().toString()).toContain("ran");
    }
    const { stdout } = await job.run(sh("echo ran"));
    // In a pack the job's own log is shown, and nothing has run that would write one.
    expect(stdout.toString()).toBe(
      inPacks ? "ran\n" : "pulumi-skaha: all outputs exist, so nothing is run\n",
    );
    expect(job.end).toMatchObject({ skipped: true, exitCode: 0 });
  });

  test("the use of memory and CPU is told as ever", async () => {
    const { job } = jobWith(shell, [{ path: "*", minBytes: 1, check: "true" }], {
      heartbeatSeconds: 1,
    });
    const { status } = await job.run(
      sh("echo >out; i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done"),
    );
    expect(status).toBe(0);
    expect(job.end).toMatchObject({ exitCode: 0, missingOutputs: [] });
    expect(job.end.cause).toBeUndefined();
  });
});
