import type { Declared } from "../world/miniEngine";
import { hour, minute, world } from "../world/world";

/** Jobs that differ in an argument. */
function jobs(count: number, more: Declared = {}): Record<string, Declared> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, n) => [`job-${n}`, { args: [n], ...more }]),
  );
}

function count(statuses: Record<string, unknown>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const status of Object.values(statuses)) {
    counts[String(status)] = (counts[String(status)] ?? 0) + 1;
  }
  return counts;
}

describe("maxInFlight", () => {
  test("launches as many as there are slots and holds the others", async () => {
    await using w = await world({ stack: { "skaha:maxInFlight": "3" } });
    const program = jobs(10);
    await w.engine.up(program);
    expect(w.posts()).toBe(3);
    expect(count(w.engine.statuses())).toEqual({ Pending: 3, Held: 7 });
    for (const id of w.runner.running.slice(0, 2)) w.runner.end(id, 0);
    w.clock.pass(minute);
    const plan = await w.engine.preview(program);
    expect(count(plan)).toEqual({ update: 2, same: 8 });
    await w.engine.up(program);
    expect(w.posts()).toBe(5);
  });

  test("says why a job is held, and changes nothing while it is", async () => {
    await using w = await world({ stack: { "skaha:maxInFlight": "1" } });
    const program = jobs(2);
    await w.engine.up(program);
    expect(w.engine.outputs("job-1")).toMatchObject({
      status: "Held",
      heldBy: "maxInFlight",
      reason: "waits for a slot: maxInFlight is 1",
      heldSince: expect.stringMatching(/^2026-11-22T12:00/),
    });
    expect(w.said().filter((line) => /held/.test(line))).toEqual([
      expect.stringMatching(/^job-1: held; waits for a slot: maxInFlight is 1$/),
    ]);
    w.clock.pass(hour);
    expect(await w.engine.preview(program)).toEqual({ "job-0": "same", "job-1": "same" });
    await w.engine.up(program);
    expect(w.said()).toEqual([]);
    w.end("job-0", 0);
    await w.engine.up(program);
    expect(w.said()).toContainEqual(
      expect.stringMatching(
        /^job-1: launched as session \w+ \(was held: waits for a slot: maxInFlight is 1\)$/,
      ),
    );
    expect(w.engine.outputs("job-1").reason).toBeUndefined();
  });

  test("counts what the user runs beside the stack", async () => {
    await using w = await world({ stack: { "skaha:maxInFlight": "2" } });
    await w.engine.up({ theirs: { args: ["x"] } });
    w.engine.loseState();
    await w.engine.up(jobs(3));
    expect(count(w.engine.statuses())).toEqual({ Pending: 1, Held: 2 });
  });

  test("says how many slots are taken outside the stack, once", async () => {
    await using w = await world({ stack: { "skaha:maxInFlight": "2" } });
    await w.launched();
    await w.engine.up(jobs(3));
    expect(w.said().filter((line) => line.includes("slot"))).toEqual(
      [1, 2].map(
        (n) =>
          `job-${n}: held; waits for a slot: maxInFlight is 2; 1 of the sessions that take its slots is not of this stack`,
      ),
    );
    expect(w.engine.outputs("job-2").reason).toBe("waits for a slot: maxInFlight is 2");
    await w.launched({ args: ["other"] });
    await w.engine.up(jobs(3));
    expect(w.said()).toEqual([]);
  });

  test("lets the longest-held go first, wherever they stand in the program", async () => {
    await using w = await world({ stack: { "skaha:maxInFlight": "1" } });
    await w.engine.up({ z: { args: ["z"] }, y: { args: ["y"] } });
    w.clock.pass(minute);
    const program = { a: { args: ["a"] }, z: { args: ["z"] }, y: { args: ["y"] } };
    await w.engine.up(program);
    expect(w.engine.statuses()).toMatchObject({ a: "Held", y: "Held" });
    w.end("z", 0);
    await w.engine.up(program);
    expect(w.engine.statuses()).toMatchObject({ a: "Held", y: "Pending", z: "Completed" });
    w.end("y", 0);
    await w.engine.up(program);
    expect(w.engine.statuses()).toMatchObject({ a: "Pending" });
  });

  test("launches all that are held when the limit goes", async () => {
    await using w = await world({ stack: { "skaha:maxInFlight": "1" } });
    const program = jobs(4);
    await w.engine.up(program);
    delete w.engine.config["skaha:maxInFlight"];
    await w.engine.up(program);
    expect(count(w.engine.statuses())).toEqual({ Running: 1, Pending: 3 });
  });

  test("cancels nothing when the limit shrinks", async () => {
    await using w = await world({ stack: { "skaha:maxInFlight": "3" } });
    const program = jobs(4);
    await w.engine.up(program);
    w.engine.config["skaha:maxInFlight"] = "1";
    await w.engine.up(program);
    expect(count(w.engine.statuses())).toEqual({ Running: 3, Held: 1 });
    for (const id of w.runner.running.slice(0, 2)) w.runner.end(id, 0);
    await w.engine.up(program);
    expect(count(w.engine.statuses())).toEqual({ Running: 1, Completed: 2, Held: 1 });
  });

  test("fills its slots exactly, however many jobs are created and updated at once", async () => {
    await using w = await world({ stack: { "skaha:maxInFlight": "20" } });
    const program = jobs(200);
    let most = 0;
    for (let round = 0; round < 12; round += 1) {
      await w.engine.up(program);
      const inFlight = w.runner.running.length;
      most = Math.max(most, inFlight);
      expect(inFlight).toBe(Math.max(0, Math.min(20, 200 - 20 * round)));
      for (const id of w.runner.running) w.runner.end(id, 0);
      w.clock.pass(minute);
    }
    expect(most).toBe(20);
    expect(w.posts()).toBe(200);
    expect(count(w.engine.statuses())).toEqual({ Completed: 200 });
  });

  test("has no slot left of an answer that was lost", async () => {
    await using w = await world({ stack: { "skaha:maxInFlight": "2" } });
    w.skaha.faults.add({ kind: "lostAnswer", method: "POST", times: 1 });
    await w.engine.up(jobs(6));
    expect(w.skaha.jobs()).toHaveLength(2);
    expect(count(w.engine.statuses()).Held).toBe(4);
  });
});

describe("a launch that stays unclear", () => {
  test("is Held, and looked for before it is launched again", async () => {
    await using w = await world();
    const program = jobs(1);
    w.skaha.faults.add({ kind: "lostAnswer", method: "POST", times: 1 });
    // Neither of the two looks after the lost answer succeeds.
    w.skaha.faults.add({ kind: "status", code: 400, body: "no\n", method: "GET", after: 3 });
    await expect(w.engine.up(program)).rejects.toThrow(/whether it was launched could not be seen/);
    expect(w.engine.outputs("job-0")).toMatchObject({ status: "Held", heldBy: "unclear" });
    w.skaha.faults.clear();
    await w.engine.up(program);
    expect(w.engine.outputs("job-0")).toMatchObject({ status: "Running", attempt: 1 });
    expect(w.engine.outputs("job-0").heldBy).toBeUndefined();
    expect(w.skaha.jobs()).toHaveLength(1);
  });

  test("is launched by the next up if it never arrived", async () => {
    await using w = await world();
    const program = jobs(1);
    w.skaha.faults.add({ kind: "resetBefore", method: "POST", times: 3 });
    await expect(w.engine.up(program)).rejects.toThrow(/The next `up` looks again/);
    expect(w.engine.statuses()).toEqual({ "job-0": "Held" });
    expect(await w.engine.preview(program)).toEqual({ "job-0": "update" });
    await w.engine.up(program);
    expect(w.engine.statuses()).toEqual({ "job-0": "Pending" });
    expect(w.skaha.jobs()).toHaveLength(1);
  });
});

describe("window", () => {
  const night = "20:00-06:00 America/Vancouver, weekends";

  test("holds a job until it opens", async () => {
    // A Tuesday, noon in Vancouver.
    await using w = await world({ start: "2025-11-25T20:00:00Z" });
    const program = { a: { window: night } };
    await w.engine.up(program);
    expect(w.engine.outputs("a")).toMatchObject({
      status: "Held",
      heldBy: "window",
      reason: `waits for its window, ${night}`,
    });
    w.clock.pass(7 * hour);
    expect(await w.engine.preview(program)).toEqual({ a: "same" });
    w.clock.pass(hour);
    expect(await w.engine.preview(program)).toEqual({ a: "update" });
    await w.engine.up(program);
    expect(w.engine.statuses()).toEqual({ a: "Pending" });
    w.clock.pass(12 * hour);
    expect(await w.engine.preview(program)).toEqual({ a: "same" }); // it runs on in the morning
  });

  test("opens an hour earlier in UTC after the clocks went forward", async () => {
    // 2025-03-08 is the Saturday before; the window is for weekdays' nights only here.
    await using w = await world({ start: "2025-03-07T22:00:00Z" });
    const program = { a: { window: "20:00-06:00 America/Vancouver" } };
    await w.engine.up(program);
    w.clock.pass(5 * hour + 50 * minute);
    expect(await w.engine.preview(program)).toEqual({ a: "same" }); // 19:50
    w.clock.pass(48 * hour - hour); // two days later, one hour earlier: 19:50 again
    expect(await w.engine.preview(program)).toEqual({ a: "same" });
    w.clock.pass(10 * minute);
    expect(await w.engine.preview(program)).toEqual({ a: "update" });
  });

  test("of the stack is the default, and a job's own or `always` comes before it", async () => {
    await using w = await world({
      start: "2025-11-25T20:00:00Z",
      stack: { "skaha:window": night },
    });
    await w.engine.up({
      a: { args: ["a"] },
      b: { args: ["b"], window: "always" },
      c: { args: ["c"], window: "11:00-13:00 America/Vancouver" },
    });
    expect(w.engine.statuses()).toEqual({ a: "Held", b: "Pending", c: "Pending" });
  });

  test("is taken over by an edit, which may let the job go", async () => {
    await using w = await world({ start: "2025-11-25T20:00:00Z" });
    await w.engine.up({ a: { window: night } });
    await w.engine.up({ a: {} });
    expect(w.engine.outputs("a")).toMatchObject({ status: "Pending" });
    expect(w.engine.outputs("a").window).toBeUndefined();
  });

  test("is refused where it cannot be read", async () => {
    await using w = await world();
    await expect(w.engine.up({ a: { window: "nights" } })).rejects.toThrow(
      'a: window has the part "nights", which is no window: write it like "20:00-06:00 America/Vancouver, weekends"',
    );
    w.engine.config["skaha:window"] = "20:00-06:00";
    await expect(w.engine.up({ a: {} })).rejects.toThrow(
      'skaha:window "20:00-06:00" in the stack\'s configuration names no time zone, like America/Vancouver or UTC; to set another value: npx pulumi-skaha pulumi config set skaha:window "20:00-06:00 America/Vancouver, weekends"',
    );
  });

  test("and a limit hold one after the other", async () => {
    await using w = await world({
      start: "2025-11-25T20:00:00Z",
      stack: { "skaha:maxInFlight": "1" },
    });
    const program = { a: { args: ["a"], window: night }, b: { args: ["b"], window: night } };
    await w.engine.up(program);
    w.clock.pass(8 * hour + minute);
    await w.engine.up(program);
    expect(count(w.engine.statuses())).toEqual({ Pending: 1, Held: 1 });
    await w.engine.up(program);
    expect(await w.engine.preview(program)).toEqual({ a: "same", b: "same" });
  });
});
