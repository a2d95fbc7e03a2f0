import { readFile } from "node:fs/promises";
import { Bench, fleet } from "../harness";
import { cli } from "./cliBench";

jest.setTimeout(600_000);

const jobs = (bench: Bench) => bench.alive().map((name) => name.replace(/-\w{14}$/, ""));

/** The stack as it was, while the server has moved on. */
async function back(bench: Bench, text: string): Promise<void> {
  await bench.succeed(["stack", "import", "--stack", bench.stack], { stdin: text });
}

test("refresh names what state does not know, and cancels of that only what the program does not declare", async () => {
  await using bench = await Bench.open();
  bench.declare(fleet(1));
  await bench.succeed(bench.up());
  const before = await bench.succeed(["stack", "export", "--stack", bench.stack]);
  bench.declare(fleet(3));
  await bench.succeed(bench.up());
  bench.counted();
  const whole = await cli(bench, ["refresh", "--yes", "--skip-preview"]);
  expect(whole.stderr).not.toContain("not in its state");
  expect(bench.counted()).toEqual({ GET: 1, POST: 0, DELETE: 0 }); // the provider's own list shows it
  await back(bench, before);

  bench.declare(fleet(2));
  const named = await cli(bench, ["refresh", "--yes", "--skip-preview"]);
  expect(named.status).toBe(0);
  expect(named.stderr).toMatch(
    /^2 sessions of this stack are not in its state:\n {2}job-1-\w+ \(session \w+, Running, \d+ s in\)\n {2}job-2-\w+ /m,
  );
  expect(named.stderr).toContain(
    "The next pulumi-skaha up takes over what the program declares; up --cancel-orphans cancels the rest.",
  );
  expect(named.stderr).toContain(
    "If another folder or machine has a project and stack of these names",
  );
  const cancelled = await cli(bench, ["refresh", "--yes", "--skip-preview", "--cancel-orphans"]);
  expect(cancelled.stderr).toContain("\n1 cancelled.\n");
  expect(jobs(bench)).toEqual(["job-0", "job-1"]);

  const partial = await cli(bench, ["up", "--yes", "--cancel-orphans", "--target", "**job-0"]);
  expect(partial).toMatchObject({
    status: 1,
    stderr:
      "pulumi-skaha: --cancel-orphans must look at all jobs: leave out --target, --exclude and --exclude-protected\n",
  });
  // A look at a part says nothing of the rest: job-1 is in the program.
  const targeted = await cli(bench, ["up", "--yes", "--skip-preview", "--target", "**job-0"]);
  expect(targeted.stderr).not.toContain("session");
});

test("what belongs to another stack of the project is no orphan, although its name says so", async () => {
  await using bench = await Bench.open();
  bench.declare(fleet(2));
  await bench.succeed(bench.up());
  const first = bench.stack;
  await bench.succeed(["stack", "rename", `${first}n`, "--stack", first]);
  // A new stack of the old name: by their names the jobs are its own.
  await bench.succeed(["stack", "init", first]);
  bench.declare([]);
  const fresh = await cli(bench, ["up", "--yes", "--skip-preview", "--cancel-orphans"]);
  expect(fresh).toMatchObject({ status: 0 });
  expect(jobs(bench)).toEqual(["job-0", "job-1"]);

  // The renamed one has lost sight of a job that the new one, by its tag, may have launched.
  bench.stack = `${first}n`;
  bench.declare(fleet(2));
  const lost = JSON.parse(await bench.succeed(["stack", "export", "--stack", bench.stack]));
  lost.deployment.resources = lost.deployment.resources.filter(
    ({ urn }: { urn: string }) => !urn.endsWith("::job-1"),
  );
  await back(bench, JSON.stringify(lost));
  bench.declare(fleet(1));
  const renamed = ["--stack", bench.stack, "--yes", "--skip-preview", "--cancel-orphans"];
  expect(await cli(bench, ["up", ...renamed])).toMatchObject({ status: 0 });
  expect(jobs(bench)).toEqual(["job-0", "job-1"]);

  // Where no stack has that name any more, the session can only be its own.
  await bench.succeed(["stack", "rm", "--yes", "--stack", first]);
  const cancelled = await cli(bench, ["destroy", ...renamed]);
  expect(cancelled.stderr).toContain("1 cancelled.");
  expect(bench.alive()).toEqual([]);
});

test("destroy of a stack without any state finds what it launched, and sees it gone", async () => {
  await using bench = await Bench.open();
  const before = await bench.succeed(["stack", "export", "--stack", bench.stack]);
  bench.declare(fleet(2));
  await bench.succeed(bench.up());
  await back(bench, before);
  expect(await readFile(await bench.stateFile(), "utf8")).not.toContain("job-0");
  // A server that says it cancelled, and did not.
  bench.skaha.faults.add({ kind: "deleteLies", times: 1 });
  const { status, stderr } = await cli(bench, ["destroy", "--yes", "--cancel-orphans"]);
  expect(status).toBe(0);
  expect(stderr).toContain("2 cancelled.");
  expect(bench.alive()).toEqual([]);
});
