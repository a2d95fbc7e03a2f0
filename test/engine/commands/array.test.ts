import { until } from "../harness";
import { methods, open, type Spec, study } from "../sweeping";
import { cli } from "./cliBench";

jest.setTimeout(600_000);

const bands = [...Array(50).keys()];
const large: Spec = { ...study, array: true, parameters: { method: methods, band: bands } };
const small: Spec = { ...large, parameters: { method: ["ls"], band: [1, 2, 3] } };
const env = (spec: Spec) => ({ SWEEP: JSON.stringify(spec) });

test("commands tell of each job of an array as of any other", async () => {
  await using w = await open();
  const run = async (spec: Spec, ...words: string[]) => {
    const { stdout, stderr } = await cli(w.bench, words, { env: env(spec) });
    return { stdout, all: stdout + stderr, told: stderr.trim().split("\n").slice(-2).join("\n") };
  };
  const up = ["up", "--yes", "--skip-preview"];

  const planned = await run(small, "preview", "--json");
  expect(planned.told).toMatch(/^To do: launch 3; 1 other resource\nCost: 3 core-hours and /);
  const launch = ["study/band=1,method=ls", "study/band=2,method=ls", "study/band=3,method=ls"];
  expect(JSON.parse(planned.stdout)).toMatchObject({ changeSummary: {}, jobs: { launch } });
  expect((await run(small, ...up)).told).toBe("Done: launched 3; 1 other resource\nNow: 3 Pending");
  expect((await run(small, ...up)).told).toBe("Done: kept 3\nNow: 3 Running");

  const status = JSON.parse((await run(small, "status", "--json")).stdout);
  expect(status.jobs.map(({ name }: { name: string }) => name)).toEqual(launch);
  expect(status.jobs[0]).toMatchObject({ status: "Running", params: { band: 1, method: "ls" } });

  // One is run again, by name: the session that stood for it goes.
  const [first] = w.bench.skaha.jobs();
  w.bench.runner.end(first?.id ?? "", 0);
  await run(small, "refresh", "--yes", "--skip-preview");
  w.bench.counted();
  const again = await run(small, "rerun", "study/band=1,method=ls", "--yes");
  expect(again.all).toMatch(/Done: launched 1, .*left 2 alone/);
  expect(w.bench.counted().POST).toBe(1);

  // What stands for a job of an array is no orphan; what is left of another is.
  const edited: Spec = { ...small, parameters: { method: ["ls"], band: [1, 2] } };
  const orphans = await run(edited, ...up, "--cancel-orphans");
  expect(orphans.all).not.toMatch(/orphan/i);
  expect(w.bench.alive()).toHaveLength(2);
  const destroyed = await run(edited, "destroy", "--yes", "--skip-preview");
  expect(destroyed.all).toContain("Done: cancelled 2 running");
  expect(w.bench.alive()).toEqual([]);
});

test("Ctrl-C stops an array between two launches, keeps what was done, and the next up goes on", async () => {
  await using w = await open();
  w.bench.skaha.faults.add({ kind: "slow", ms: 500, method: "POST" });
  const interrupted = await cli(w.bench, ["up", "--yes", "--skip-preview"], {
    env: { ...env(large) },
    started: async (process) => {
      await until("some are launched", () => w.bench.skaha.jobs().length >= 20);
      process.kill("SIGINT");
    },
  });
  w.bench.skaha.faults.clear();
  const launched = w.bench.skaha.jobs().length;
  expect(launched).toBeLessThan(200);
  const state = await w.bench.state();
  expect(state.filter(({ outputs }) => outputs.status === "Pending")).toHaveLength(launched);
  const told = interrupted.stdout + interrupted.stderr;
  expect(told).toMatch(new RegExp(`launched ${launched}, .*did not finish ${200 - launched} `));
  expect(interrupted.status).toBe(130);
  const next = await cli(w.bench, ["up", "--yes", "--skip-preview"], { env: env(large) });
  expect(next.stdout + next.stderr).toContain(`launched ${200 - launched}`);
  expect(new Set(w.bench.alive()).size).toBe(200);
});
