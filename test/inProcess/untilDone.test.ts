import type * as automation from "@pulumi/pulumi/automation";
import { untilDone } from "../../provider/untilDone";
import type { Declared } from "../world/miniEngine";
import { hour, minute, type World, world } from "../world/world";

/** The stack as the Automation API has it. */
function stackOf(w: World, program: Record<string, Declared>, options: unknown[] = []) {
  return {
    up: async (given: unknown) => {
      options.push(given);
      await w.engine.up(program);
    },
    exportStack: async () => ({ version: 3, deployment: w.engine.deployment() }),
  } as unknown as automation.Stack;
}

function endAll(w: World, exitCode = 0): void {
  for (const id of w.runner.running) w.runner.end(id, exitCode);
  w.clock.pass(minute);
}

const jobs = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`job-${n}`, { args: [n] }]));

describe("untilDone", () => {
  test("repeats up until all are done, and hands on options and progress", async () => {
    await using w = await world({ stack: { "skaha:maxInFlight": "20" } });
    const counts: unknown[] = [];
    const options: unknown[] = [];
    const most: number[] = [];
    const done = await untilDone(stackOf(w, jobs(100), options), {
      intervalMs: 1,
      up: { parallel: 128 },
      onProgress: (progress) => {
        counts.push(progress.counts);
        most.push(w.runner.running.length);
        endAll(w);
      },
    });
    expect(done).toMatchObject({ rounds: 6, counts: { Completed: 100 }, isUnfinished: false });
    expect(counts[1]).toEqual({ Completed: 20, Pending: 20, Held: 60 });
    expect(Math.max(...most)).toBe(20);
    expect(options[0]).toEqual({ refresh: true, parallel: 128 });
    expect(w.posts()).toBe(100);
  });

  test("ends where only an edit can bring anything on", async () => {
    await using w = await world();
    const program = { a: { args: ["a"] }, b: { args: ["b"], after: ["a"] } };
    const done = await untilDone(stackOf(w, program), {
      intervalMs: 1,
      onProgress: () => endAll(w, 1),
    });
    expect(done).toMatchObject({ counts: { Failed: 1, Held: 1 }, isUnfinished: false });
    expect(done.jobs[1]?.reason).toMatch(/is Failed: this job waits/);
  });

  test("goes on through retries and nights", async () => {
    await using w = await world({ start: "2025-11-25T20:00:00Z" });
    const program = {
      a: { args: ["a"], retry: { limit: 1 }, window: "20:00-06:00 America/Vancouver" },
    };
    const done = await untilDone(stackOf(w, program), {
      intervalMs: 1,
      onProgress: () => {
        endAll(w, w.posts() < 2 ? 1 : 0);
        w.clock.pass(hour - 2 * minute);
      },
    });
    expect(done).toMatchObject({ isUnfinished: false, counts: { Completed: 1 } });
    expect(w.posts()).toBe(2);
  });

  test("stops after the up under way at the signal and at the deadline", async () => {
    await using w = await world();
    const abort = new AbortController();
    const stopped = await untilDone(stackOf(w, jobs(1)), {
      intervalMs: 60_000,
      signal: abort.signal,
      onProgress: () => abort.abort(),
    });
    expect(stopped).toMatchObject({ rounds: 1, isUnfinished: true });
    const late = await untilDone(stackOf(w, jobs(1)), { intervalMs: 60_000, deadlineMs: 1 });
    expect(late).toMatchObject({ rounds: 1, isUnfinished: true });
  });

  test("outlives a few failures in a row, and tells of each", async () => {
    await using w = await world();
    const told: unknown[] = [];
    await w.engine.up(jobs(1));
    w.skaha.faults.add({ kind: "unauthorized", path: "session", times: 3 });
    const done = await untilDone(stackOf(w, jobs(1)), {
      intervalMs: 1,
      onFailure: (error) => told.push(error),
      onProgress: () => endAll(w),
    });
    expect(done.counts).toEqual({ Completed: 1 });
    expect(told.length).toBeGreaterThan(0);
    expect(told.length).toBeLessThanOrEqual(3);
  });

  test("outlives a state that cannot be exported for a moment, as one that is far away", async () => {
    await using w = await world();
    const told: unknown[] = [];
    const stack = stackOf(w, jobs(1));
    let away = 3;
    const far = {
      ...stack,
      exportStack: async () => {
        away -= 1;
        if (away >= 0) throw new Error("export: network away");
        return stack.exportStack();
      },
    } as unknown as automation.Stack;
    const options = {
      intervalMs: 1,
      onFailure: (error: unknown) => told.push(error),
      onProgress: () => endAll(w),
    };
    const done = await untilDone(far, options);
    expect(done.counts).toEqual({ Completed: 1 });
    expect(told).toHaveLength(3);
    away = 4;
    await expect(untilDone(far, options)).rejects.toThrow("export: network away");
  });

  test.each([30 * 24 * hour, 1.1 * hour + 0.000_1])("goes on for %p ms", async (deadlineMs) => {
    await using w = await world();
    const done = await untilDone(stackOf(w, jobs(1)), {
      ...{ intervalMs: 1, deadlineMs },
      onProgress: () => endAll(w),
    });
    expect(done).toMatchObject({ counts: { Completed: 1 }, isUnfinished: false });
  });

  test("refuses a deadline that is no number", async () => {
    await using w = await world();
    const refused = untilDone(stackOf(w, jobs(1)), { deadlineMs: Number.NaN });
    await expect(refused).rejects.toThrow("deadlineMs must be a number of milliseconds");
  });

  test("throws what an up throws", async () => {
    await using w = await world();
    const failing = stackOf(w, { a: { ram: 3 } });
    await expect(untilDone(failing, { intervalMs: 1 })).rejects.toThrow(/ram 3 is not offered/);
  });
});
