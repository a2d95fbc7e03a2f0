// A refresh and a destroy are told from the states before and after them; with an option that may change what they
// mean, from Pulumi's event log. Both tell the same.
import { readFile, writeFile } from "node:fs/promises";
import { stackIn } from "../../cli/plan/pulumiArgs";
import { runSourceOf } from "../../cli/plan/runSource";
import { readState } from "../../cli/stack/ownState";
import { cli } from "../engine/commands/cliBench";
import { killerOfPulumis } from "../engine/commands/killing";
import { inEarnest, tellings, viaLog } from "../engine/commands/tellings";
import { Bench, fleet, until } from "../engine/harness";

jest.setTimeout(600_000);

/** The state file forgets a job that goes on on the server. */
async function lose(bench: Bench, name: string): Promise<void> {
  const file = await bench.stateFile();
  const state = JSON.parse(await readFile(file, "utf8"));
  const { latest } = state.checkpoint;
  latest.resources = latest.resources.filter(
    ({ urn }: { urn: string }) => !urn.endsWith(`::${name}`),
  );
  await writeFile(file, JSON.stringify(state));
}

test("the states tell of a refresh and a destroy what there was", async () => {
  const told = await tellings([]);
  expect(told.join("\n")).toMatch(
    /^refresh 0: Seen: there are no jobs\n\ndestroy 0: Done: there are no jobs\n/,
  );
  expect(told[2]).toMatch(/^refresh 0: Seen: .*1 Pending -> Failed \(job-0\).*\nNow: /);
  expect(told[3]).toMatch(/^destroy [1-9]\d*: Done: left 1 running, .*, failed with 1 \(job-1\)/);
  expect(told[4]).toMatch(/^destroy 0: Done: cancelled 1 running \(N s in\)\n/);
});

test.each([[[]], [viaLog]])(
  "a session that is left on purpose, and that a killed run launched, is no orphan (%j)",
  async (more) => {
    await using bench = await Bench.open();
    bench.declare([
      ...fleet(1),
      { name: "later", after: ["job-0"], args: { cmd: "echo", onRemove: "leave" } },
    ]);
    await bench.succeed(bench.up());
    const stateFile = await bench.stateFile();
    const held = await readFile(stateFile);
    bench.runner.end(bench.skaha.jobs()[0]?.id ?? "", 0);
    await bench.succeed(bench.up());
    await writeFile(stateFile, held); // the run was killed before it wrote this
    const words = ["destroy", ...inEarnest, "--cancel-orphans", ...more];
    const { status, stderr } = await cli(bench, words);
    expect(stderr).toBe("Done: left 1 running, removed 1 finished (session and log)\n");
    expect(status).toBe(0);
    expect(bench.alive()).toHaveLength(1);
  },
);

test("where the state is kept in another form afterwards nothing is told, and no orphan is cancelled", async () => {
  await using bench = await Bench.open();
  bench.declare(fleet(2));
  await bench.succeed(bench.up());
  await lose(bench, "job-1");
  bench.declare(fleet(1));
  const env = { PULUMI_SELF_MANAGED_STATE_GZIP: "true" }; // FILE.json.gz instead of FILE.json
  const words = ["refresh", ...inEarnest, "--cancel-orphans"];
  expect(await cli(bench, words, { env })).toMatchObject({
    status: 1,
    stderr:
      "It is not known what was done to the jobs: see pulumi-skaha status.\nOrphans were not cancelled: run this again.\n",
  });
  expect(bench.alive()).toHaveLength(2);
  const again = await cli(bench, words, { env });
  expect(again.stderr).toMatch(/^Seen: 1 as before\n.*\n1 cancelled\.\n$/s);
  expect(again.status).toBe(0);
  expect(bench.alive()).toHaveLength(1);
  const done = await cli(bench, ["destroy", ...inEarnest], { env });
  expect(done.stderr).toMatch(/^Done: cancelled 1 running /);
});

test.each([[[]], [viaLog]])(
  "of a refresh that was killed before it wrote what it saw nothing is told (%j)",
  async (more) => {
    await using bench = await Bench.open();
    bench.declare(fleet(2));
    await bench.succeed(bench.up());
    const [failed, gone] = bench.skaha.jobs().map(({ id }) => id);
    bench.runner.end(failed ?? "", 1);
    bench.skaha.vanish(gone ?? "");
    // The command asks first; what is not in that list the provider looks for in a second one.
    bench.skaha.faults.add({ kind: "status", code: 503, path: "type=headless", after: 1 });
    bench.skaha.clearJournal();
    const running = cli(bench, ["refresh", ...inEarnest, ...more]);
    await until("the provider has asked", () => bench.skaha.journal().length > 1);
    const kill = await killerOfPulumis(bench);
    kill();
    const { status, stderr } = await running;
    expect(stderr).toContain(
      "It is not known what was done to the jobs: see pulumi-skaha status.\n",
    );
    expect(stderr).not.toContain("Seen:");
    expect(status).not.toBe(0);
  },
);

test("which of them is asked is settled before the run, by its arguments and the state", async () => {
  await using bench = await Bench.open();
  bench.declare(fleet(1));
  await bench.succeed(bench.up());
  const argsFor = (...args: string[]) => {
    const state = readState({ folder: bench.program, env: bench.env, stack: stackIn(args) });
    return runSourceOf(args, bench.folder, state).args;
  };
  const log = ["--event-log", `${bench.folder}/events`];
  expect(argsFor("destroy", ...inEarnest)).toEqual([]);
  expect(argsFor("refresh", ...inEarnest, "--stack", bench.stack)).toEqual([]);
  expect(argsFor("destroy", ...inEarnest, ...viaLog)).toEqual(log);
  expect(argsFor("up", ...inEarnest)).toEqual(log);
  await bench.succeed(["state", "protect", "--all", "--yes", "--stack", bench.stack]);
  expect(argsFor("destroy", ...inEarnest)).toEqual(log);
});
