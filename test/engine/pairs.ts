// Stages of two jobs each, as a program of the Automation API runs them.
import { untilDone } from "../../provider";
import { Bench, type JobSpec } from "./harness";

/** Between two `up` there is nothing to wait for: sessions end when the test says. */
const atOnce = { intervalMs: 1 };

/** Brings so many pairs, at least eight, to their end; one fails, is put right, and runs again. */
export async function pairsToTheEnd(count: number): Promise<void> {
  await using bench = await Bench.open();
  const observations = Array.from({ length: count }, (_, n) => n);
  const pairs = (argsOf7: readonly unknown[] = [7]): JobSpec[] =>
    observations.flatMap((n) => [
      { name: `calibrate-${n}`, args: { args: n === 7 ? argsOf7 : [n] } },
      { name: `extract-${n}`, args: { args: [n] }, after: [`calibrate-${n}`] },
    ]);
  bench.declare(pairs());
  const stack = await bench.automated();
  const jobsOf = (start: string) =>
    bench.skaha.jobs().filter(({ name }) => name.startsWith(`${start}-`));
  const endAll = (exitCodeOf: (name: string) => number) => {
    for (const id of bench.runner.running) {
      const { name = "" } = bench.skaha.jobs().find((job) => job.id === id) ?? {};
      bench.runner.end(id, exitCodeOf(name));
    }
  };

  const counts: unknown[] = [];
  const first = await untilDone(stack, {
    ...atOnce,
    onProgress: (progress) => {
      counts.push(progress.counts);
      endAll((name) => (name.startsWith("calibrate-7-") ? 1 : 0));
    },
  });
  expect(counts).toEqual([
    { Pending: count, Held: count },
    { Completed: count - 1, Failed: 1, Pending: count - 1, Held: 1 },
    { Completed: 2 * count - 2, Failed: 1, Held: 1 },
  ]);
  expect(first.isUnfinished).toBe(false);
  const stopped = first.jobs.find(({ status }) => status === "Held");
  expect(stopped?.urn).toMatch(/::extract-7$/);
  expect(stopped?.reason).toMatch(/^predecessor calibrate-7-\w{14} is Failed/);
  expect(jobsOf("extract")).toHaveLength(count - 1);

  // Put right: that pair runs again, in its order, and no other.
  bench.declare(pairs(["--fixed", 7]));
  bench.counted();
  const second = await untilDone(stack, { ...atOnce, onProgress: () => endAll(() => 0) });
  // The failed calibration's session is deleted; its successor never had one.
  expect(bench.counted()).toMatchObject({ POST: 2, DELETE: 1 });
  expect(second).toMatchObject({
    rounds: 3,
    counts: { Completed: 2 * count },
    isUnfinished: false,
  });

  for (const n of observations) {
    const calibrated = jobsOf(`calibrate-${n}`).find(({ exitCode }) => exitCode === 0);
    const [extract, ...more] = jobsOf(`extract-${n}`);
    expect(more).toEqual([]);
    expect(calibrated?.ended).toBeLessThanOrEqual(extract?.created ?? Number.NaN);
  }
}
