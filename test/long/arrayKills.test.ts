// Ten thousand launches of one array, killed again and again in the middle.
import type { ChildProcess } from "node:child_process";
import { until } from "../engine/harness";
import { open, type Spec } from "../engine/sweeping";

jest.setTimeout(1_800_000);

const count = Number(process.env.SKAHA_ARRAY_JOBS ?? 10_000);
const kills = Number(process.env.SKAHA_ARRAY_KILLS ?? 20);
const spec: Spec = {
  array: true,
  parameters: { tile: [...Array(count).keys()] },
  uses: ["tile"],
};

test(`after ${kills} kills in the middle of ${count} launches each job is launched exactly once`, async () => {
  await using w = await open();
  const env = { SWEEP: JSON.stringify(spec) };
  const launched = () => w.bench.skaha.jobs().length;
  for (let kill = 1; kill <= kills; kill += 1) {
    const least = Math.floor((count * kill) / (kills + 1));
    let cli: ChildProcess | undefined;
    const running = w.bench.pulumi(w.bench.up(), {
      env,
      started: (process) => {
        cli = process;
      },
    });
    await until(`${least} are launched`, () => launched() >= least);
    cli?.kill("SIGKILL");
    process.stderr.write(`kill ${kill} after ${launched()} launches\n`);
    await running;
    await w.bench.pulumi(w.bench.on("cancel"));
  }
  await w.up(spec);
  expect(launched()).toBe(count);
  expect(new Set(w.bench.alive()).size).toBe(count);
  const ids = (await w.bench.state()).map(({ id }) => id);
  expect(ids.sort()).toEqual(w.bench.alive());
  await w.bench.succeed(w.bench.on("destroy"), { env });
  expect(w.bench.alive()).toEqual([]);
});
