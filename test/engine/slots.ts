// Many jobs and few slots: what holds of every moment, by the server's own record.
import { untilDone } from "../../provider";
import { Bench, fleet } from "./harness";

/** Runs so many jobs with `skaha:maxInFlight` by untilDone, and looks at each POST how many are in flight. */
export async function runsInSlots(jobs: number, slots: number): Promise<void> {
  let sample = () => {};
  const inFlight: number[] = [];
  await using bench = await Bench.open({
    newId: () => {
      sample(); // before this session is there
      return `a${String(inFlight.length).padStart(7, "0")}`;
    },
  });
  sample = () => {
    inFlight.push(bench.alive().length + 1);
    // Some end while others are being launched.
    const [oldest] = bench.runner.running;
    const isLater = inFlight.length > slots;
    if (oldest !== undefined && isLater && inFlight.length % 4 === 0) bench.runner.end(oldest, 0);
  };
  const settings = ["skaha:maxInFlight", String(slots), "--stack", bench.stack];
  await bench.succeed(["config", "set", ...settings]);
  bench.declare(fleet(jobs, (n) => ({ args: [n] })));

  const rounds: Readonly<Record<string, number>>[] = [];
  const end = await untilDone(await bench.automated({ PULUMI_SKIP_CHECKPOINTS: "true" }), {
    intervalMs: 1,
    up: { parallel: 128 },
    onProgress: ({ counts }) => {
      rounds.push(counts);
      for (const id of bench.runner.running) bench.runner.end(id, 0);
    },
  });
  expect(rounds[0]).toEqual({ Held: jobs - slots, Pending: slots });
  expect(Math.max(...inFlight)).toBe(slots);
  expect(inFlight).toHaveLength(jobs);
  expect(end).toMatchObject({ counts: { Completed: jobs }, isUnfinished: false });
}
