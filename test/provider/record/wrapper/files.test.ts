// A recorded command with files that were sent ahead: the wrapper makes their folder, or says why there is none.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { bundleOf } from "../../../../provider/files/bundle";
import { bundleFile } from "../../../../provider/files/place";
import { treeOf } from "../../../../provider/files/tree";
import { eventually, inPacks, Place, sh, testAlone, underEachShell } from "./shells";

const place = new Place();
const homes = mkdtempSync(path.join(tmpdir(), "skaha-homes-"));
afterAll(() => {
  place.remove();
  rmSync(homes, { recursive: true, force: true });
});
jest.setTimeout(120_000);

const tree = treeOf([
  { name: "search.py", isExecutable: false, bytes: Buffer.from("found\n") },
  { name: "lib/run", isExecutable: true, bytes: Buffer.from("#!/bin/sh\necho ran $1\n") },
]);
const bundle = bundleOf(tree);

let made = 0;

/** A home, with the bundle or a part of it. */
function home(content?: Buffer) {
  made += 1;
  const root = path.join(homes, String(made));
  mkdirSync(root);
  const files = path.join(root, ".skaha-files", tree.digest);
  if (content) writeFileSync(bundleFile(files), content);
  return { root, files };
}

underEachShell((shell) => {
  test("the command starts in the folder, whose programs run, and nothing is left beside it", async () => {
    const { files } = home(bundle);
    const job = place.job(shell, { files, cwd: files });
    const { status, stdout } = await job.run(sh("cat search.py; lib/run 7; pwd"));
    expect({ status, said: stdout.toString() }).toEqual({
      status: 0,
      said: `found\nran 7\n${files}\n`,
    });
    expect(existsSync(bundleFile(files))).toBe(false);
    // The next job finds it there.
    const next = place.job(shell, { files, cwd: path.join(files, "lib") });
    expect((await next.run(["./run", "8"])).stdout.toString()).toBe("ran 8\n");
  });

  test("of many jobs at a time each finds it whole", async () => {
    const { files } = home(bundle);
    const all = Array.from({ length: 8 }, (_, n) =>
      place.job(shell, { files, cwd: files }).run(["lib/run", String(n)]),
    );
    const outcomes = await Promise.all(all);
    expect(outcomes.map(({ status, stdout }) => [status, stdout.toString()])).toEqual(
      outcomes.map((_, n) => [0, `ran ${n}\n`]),
    );
  });

  test("what another run is sending at this moment is waited for", async () => {
    const { files } = home(bundle.subarray(0, 700));
    const job = place.job(shell, { files, cwd: files });
    const { child, outcome } = job.start(["lib/run", "late"]);
    await eventually(() => (hasSlept(child.pid) ? true : undefined), "it waits");
    expect(existsSync(files)).toBe(false);
    writeFileSync(bundleFile(files), bundle);
    expect((await outcome).stdout.toString()).toBe("ran late\n");
  });

  test("where they cannot be made the job is Failed at once, as one that has not started, and says why", async () => {
    const { root, files } = home(bundle);
    writeFileSync(path.join(root, ".skaha-files"), "a file in the way");
    const job = place.job(shell, { files, cwd: files });
    const { status, stdout } = await job.run(["lib/run"]);
    const why = `cannot make the folder of files ${files}: is there room, and may it be written to?`;
    expect({ status, said: stdout.toString() }).toEqual({
      status: 1,
      said: `pulumi-skaha: ${why}\n`,
    });
    expect(job.end).toMatchObject({ exitCode: 1, cause: "NotStarted" });
  });

  testAlone("a job that is ended while it waits for them starts nothing", async () => {
    const { files } = home();
    const job = place.job(shell, { files, cwd: files });
    const { child, outcome } = job.start(["lib/run"]);
    await eventually(() => (hasSlept(child.pid) ? true : undefined), "it waits");
    process.kill(child.pid ?? 0, "SIGTERM");
    const { status, stdout } = await outcome;
    expect(status).toBe(1);
    expect(stdout.toString()).toContain("it was ended before its files were there");
    expect(job.end).toMatchObject({ cause: "NotStarted" });
  });
});

/** Whether a job's wrapper has a child that sleeps, as it does between two looks. In a pack the wrapper is below the pack. */
function hasSlept(pid = 0): boolean {
  const jobs = inPacks ? childrenOf(pid) : [];
  const wrappers = inPacks ? [...jobs, ...jobs.flatMap(childrenOf)] : [String(pid)];
  return wrappers.some((one) => spawnSync("pgrep", ["-P", one, "sleep"]).status === 0);
}

function childrenOf(pid: number | string): readonly string[] {
  return spawnSync("pgrep", ["-P", String(pid)])
    .stdout.toString()
    .split("\n")
    .filter(Boolean);
}
