// Ctrl-C in a terminal reaches all processes of the command at once: the provider's and the program's too.
import { cli, cliInTerminal } from "../engine/commands/cliBench";
import { until } from "../engine/harness";
import { open, type Spec } from "../engine/sweeping";

jest.setTimeout(600_000);

const count = 200;
const spec: Spec = {
  array: true,
  parameters: { tile: [...Array(count).keys()] },
  uses: ["tile"],
};

test("Ctrl-C in a terminal stops an array between two launches, without a stack trace, and keeps what was done", async () => {
  await using w = await open();
  const env = { SWEEP: JSON.stringify(spec) };
  w.bench.skaha.faults.add({ kind: "slow", ms: 500, method: "POST" });
  const interrupted = await cliInTerminal(w.bench, ["up", "--yes", "--skip-preview"], {
    env,
    started: async (process) => {
      await until("some are launched", () => w.bench.skaha.jobs().length >= 20);
      process.stdin?.write("\u0003");
    },
  });
  w.bench.skaha.faults.clear();
  const launched = w.bench.skaha.jobs().length;
  const told = interrupted.stdout + interrupted.stderr;
  expect(launched).toBeLessThan(count);
  expect(told).toMatch(new RegExp(`launched ${launched}, .*did not finish ${count - launched} `));
  expect(told).not.toMatch(/^\s+at .+:\d+:\d+\)?\s*$|UNAVAILABLE|ECONNREFUSED|UnhandledPromise/m);
  expect(interrupted.status).toBe(130);
  const state = await w.bench.state();
  expect(state.filter(({ outputs }) => outputs.status === "Pending")).toHaveLength(launched);

  const next = await cli(w.bench, ["up", "--yes", "--skip-preview"], { env });
  expect(next.stdout + next.stderr).toContain(`launched ${count - launched}`);
  expect(new Set(w.bench.alive()).size).toBe(count);
});
