// When a job runs again, and with which size. It is long, because each cause has its rule.
import { hour, minute, ramOf, type World, world } from "../world/world";

const day = 24 * hour;

/** Lets the session of `a` end badly and runs `up`. */
async function failAndUp(w: World, program: Record<string, Record<string, unknown>>) {
  w.end("a", 1);
  await w.engine.up(program);
}

describe("retry", () => {
  test("launches a failed job again, larger, and tells of it", async () => {
    await using w = await world();
    const program = {
      a: {
        ram: 8,
        args: ["run"],
        resumeArgs: ["--resume", "it's"],
        retry: { limit: 2, on: ["Failed"], ramFactor: 1.5 },
      },
    };
    await w.engine.up(program);
    const [first, id] = [w.session("a"), w.engine.id("a")];
    w.clock.pass(minute);
    w.runner.end(first, 1);
    expect(await w.engine.preview(program)).toEqual({ a: "update" });
    await w.engine.up(program);
    expect(w.said()).toContainEqual(
      `a: retried as session ${w.session("a")}, attempt 2, 12 GiB (Failed: retry 1 of 2)`,
    );
    expect(w.engine.outputs("a")).toMatchObject({
      status: "Pending",
      attempt: 2,
      sessionName: `${id}-2`,
      launchTime: expect.stringMatching(/^2026-11-22T12:01/),
      attempts: [
        {
          sessionId: first,
          status: "Failed",
          ram: 8,
          launchTime: expect.stringMatching(/^2026-11-22T12:00/),
          startTime: expect.stringMatching(/^2026-11-22T12:00/),
          endSeenTime: expect.stringMatching(/^2026-11-22T12:01/),
        },
      ],
    });
    const again = await w.launch(w.session("a"));
    expect(again.args).toEqual(["run", "--resume", "it's"]);
    expect(again.env).toEqual(
      expect.arrayContaining([
        ["SKAHA_JOB_ID", id],
        ["SKAHA_ATTEMPT", "2"],
      ]),
    );
    expect(ramOf(again)).toBe(12);
    const before = await w.launch(first);
    expect(before.args).toEqual(["run"]);
    expect(before.env).toContainEqual(["SKAHA_ATTEMPT", "1"]);

    await failAndUp(w, program);
    expect(ramOf(await w.launch(w.session("a")))).toBe(20); // 18 is not offered
    await failAndUp(w, program);
    expect(w.engine.outputs("a")).toMatchObject({ status: "Failed", attempt: 3 });
    expect(w.engine.outputs("a").attempts).toMatchObject([{ ram: 8 }, { ram: 12 }]);
    expect(w.posts()).toBe(3);
  });

  test("stops growing at the server's largest size", async () => {
    await using w = await world();
    const program = {
      a: { ram: 128, cores: 12, retry: { limit: 1, ramFactor: 4, coresFactor: 2 } },
    };
    await w.engine.up(program);
    await failAndUp(w, program);
    const { requests } = await w.launch(w.session("a"));
    expect([Number(requests.memory) / 2 ** 30, requests.cpu]).toEqual([192, "16"]);
  });

  test("launches a job with a new size as declared, and grows from there", async () => {
    await using w = await world();
    const retry = { limit: 5, ramFactor: 2 };
    await w.engine.up({ a: { ram: 4, retry } });
    await failAndUp(w, { a: { ram: 4, retry } });
    expect(ramOf(await w.launch(w.session("a")))).toBe(8);
    await failAndUp(w, { a: { ram: 16, retry } });
    expect(w.engine.outputs("a").attempt).toBe(3);
    expect(ramOf(await w.launch(w.session("a")))).toBe(16);
    await failAndUp(w, { a: { ram: 16, retry } });
    expect(ramOf(await w.launch(w.session("a")))).toBe(32);
  });

  test("gives the next attempt the size that was declared while the job ran", async () => {
    await using w = await world();
    const retry = { limit: 2, ramFactor: 2 };
    await w.engine.up({ a: { ram: 4, retry } });
    await w.engine.up({ a: { ram: 16, retry } });
    expect(w.said()).toContainEqual(
      expect.stringMatching(/is Running and keeps its size; the next attempt gets ram 4 -> 16$/),
    );
    await failAndUp(w, { a: { ram: 16, retry } });
    expect(ramOf(await w.launch(w.session("a")))).toBe(16);
  });

  test("is what an edit of `retry` asks for", async () => {
    await using w = await world();
    await w.engine.up({ a: {} });
    await failAndUp(w, { a: {} });
    expect(w.engine.statuses()).toEqual({ a: "Failed" });
    expect(await w.engine.preview({ a: { retry: { limit: 1 } } })).toEqual({ a: "update" });
    await w.engine.up({ a: { retry: { limit: 1 } } });
    expect(w.engine.outputs("a")).toMatchObject({ status: "Pending", attempt: 2 });
  });

  test("waits for a slot and for the window as a first launch does", async () => {
    await using w = await world({ stack: { "skaha:maxInFlight": "1" } });
    const program = { a: { args: ["a"], retry: { limit: 1 } }, b: { args: ["b"] } };
    await w.engine.up(program);
    w.end("a", 1);
    // `b` has been held longer.
    await w.engine.up(program);
    const statuses = w.engine.statuses();
    expect(Object.values(statuses).sort()).toEqual(["Held", "Pending"]);
    const [one] = w.runner.running;
    w.runner.end(one ?? "", 0);
    await w.engine.up(program);
    w.runner.end(w.runner.running[0] ?? "", 0);
    await w.engine.up(program);
    expect(w.engine.statuses()).toEqual({ a: "Completed", b: "Completed" });
    expect(w.engine.outputs("a").attempts).toMatchObject([{ status: "Failed" }]);
    expect(w.posts()).toBe(3);
  });

  test("adopts a later attempt that another run launched, when state was rolled back", async () => {
    await using w = await world();
    const program = { a: { retry: { limit: 1 } } };
    await w.engine.up(program);
    w.end("a", 1);
    await w.engine.refresh();
    const back = w.engine.snapshot();
    await w.engine.up(program);
    const second = w.session("a");
    back();
    await w.engine.up(program);
    expect(w.session("a")).toBe(second);
    expect(w.posts()).toBe(2);
  });

  test("has a job that is refused say what is wrong in the preview", async () => {
    await using w = await world();
    const refused = (retry: unknown) => w.engine.preview({ a: { retry } });
    await expect(refused({ limit: -1 })).rejects.toThrow("must be 0 or more");
    await expect(refused({ limit: 1, on: [] })).rejects.toThrow("is empty");
    await expect(refused({ limit: 1, on: ["Sick"] })).rejects.toThrow(
      "must be one of Failed, Lost, Deadline, OutOfMemory",
    );
    await expect(refused({ limit: 1, ramFactor: 2 })).rejects.toThrow(
      "retry.ramFactor needs ram: the size that grows",
    );
    await expect(refused({ limit: 1, most: 2 })).rejects.toThrow(/retry/);
  });
});

describe("a session that meets the server's deadline", () => {
  const program = { a: { retry: { limit: 1, on: ["Deadline"] } } };

  test("is retried on Deadline", async () => {
    await using w = await world({ activeDeadlineSeconds: 2 * 24 * 3_600 });
    await w.engine.up(program);
    await w.engine.up(program);
    w.clock.pass(2 * day + minute);
    await w.engine.up(program);
    expect(w.engine.outputs("a")).toMatchObject({
      attempt: 2,
      attempts: [{ status: "Failed", cause: "Deadline" }],
    });
    await failAndUp(w, program);
    expect(w.engine.outputs("a")).toMatchObject({ status: "Failed", attempt: 2 });
    expect(w.engine.outputs("a").cause).toBeUndefined();
  });

  test("is retried when it is gone by the time anybody looks", async () => {
    await using w = await world({ activeDeadlineSeconds: 2 * 24 * 3_600 });
    await w.engine.up(program);
    await w.engine.up(program);
    w.clock.pass(2 * day + minute);
    w.skaha.jobs(); // the server looks at its clock when somebody asks
    w.clock.pass(2 * hour);
    await w.engine.up(program);
    expect(w.engine.outputs("a")).toMatchObject({
      attempt: 2,
      attempts: [{ status: "Lost", cause: "Deadline" }],
    });
  });

  test("is not retried when it ended badly before", async () => {
    await using w = await world();
    await w.engine.up(program);
    await failAndUp(w, program);
    expect(w.engine.outputs("a")).toMatchObject({ status: "Failed", attempt: 1 });
  });
});

describe("a Lost job", () => {
  test("is told of with the remedy, and not launched again unless that was asked for", async () => {
    await using w = await world();
    const program = { a: { retry: { limit: 3 } } };
    await w.engine.up(program);
    w.skaha.vanish(w.session("a"));
    await w.engine.up(program);
    expect(w.engine.outputs("a")).toMatchObject({ status: "Lost", attempt: 1 });
    expect(w.said()).toContainEqual(
      expect.stringMatching(
        /its outcome is not known; if its results are not there, and neither this run nor its `retry` launches it again: npx pulumi-skaha rerun a-\w{14}$/,
      ),
    );
    await w.engine.up(program);
    expect(w.said()).toEqual([]); // told once
    expect(w.posts()).toBe(1);
    await w.engine.up({ a: { retry: { limit: 3, on: ["Failed", "Lost"] } } });
    expect(w.engine.outputs("a")).toMatchObject({
      status: "Pending",
      attempt: 2,
      attempts: [{ status: "Lost" }],
    });
  });

  test("comes back to life when it reappears, and may end like any other", async () => {
    await using w = await world();
    const program = { a: {} };
    await w.engine.up(program);
    const session = w.session("a");
    w.skaha.faults.add({ kind: "omitFromList", names: [w.engine.id("a")] });
    await w.engine.up(program);
    expect(w.engine.statuses()).toEqual({ a: "Lost" });
    w.skaha.faults.clear();
    await w.engine.up(program);
    expect(w.engine.outputs("a")).toMatchObject({ status: "Running", sessionId: session });
    expect(w.engine.outputs("a").endTime).toBeUndefined();
    expect(w.said()).toContainEqual(expect.stringMatching(/session \w+ is back \(Running\)$/));
    w.end("a", 0);
    await w.engine.up(program);
    expect(w.engine.statuses()).toEqual({ a: "Completed" });
  });

  test("that reappears after its retry is cancelled: one job is one session", async () => {
    await using w = await world();
    const program = { a: { retry: { limit: 1, on: ["Lost"] } } };
    await w.engine.up(program);
    const first = w.session("a");
    w.skaha.faults.add({ kind: "omitFromList", names: [w.engine.id("a")] });
    await w.engine.up(program);
    const second = w.session("a");
    expect(second).not.toBe(first);
    w.skaha.faults.clear();
    await w.engine.refresh();
    expect(w.runner.running).toEqual([second]);
    expect(w.said()).toContainEqual(expect.stringMatching(/was alive more than once/));
  });
});

describe("renew", () => {
  test("puts off the end of a session with less than a day left, by any refresh", async () => {
    await using w = await world({
      activeDeadlineSeconds: 3 * 24 * 3_600,
      renewSeconds: 4 * 24 * 3_600,
    });
    const program = { a: { args: ["a"], renew: true }, b: { args: ["b"] } };
    await w.engine.up(program);
    w.clock.pass(2 * day - hour);
    await w.engine.refresh();
    expect(w.posts()).toBe(2);
    w.clock.pass(2 * hour);
    await w.engine.refresh();
    expect(w.requests("POST").slice(2)).toMatchObject([
      { path: expect.stringMatching(new RegExp(`/session/${w.session("a")}$`)), status: 200 },
    ]);
    expect(w.said()).toContainEqual(
      expect.stringMatching(/^a-\w+: session \w+ renewed; it would have ended at 2026-11-25T12:00/),
    );
    w.clock.pass(3 * day);
    await w.engine.refresh();
    expect(w.engine.statuses()).toMatchObject({ a: "Running", b: "Failed" });
  });

  test("only warns where the server refuses", async () => {
    await using w = await world({ activeDeadlineSeconds: 3_600 });
    const program = { a: { renew: true } };
    await w.engine.up(program);
    w.skaha.faults.add({ kind: "status", code: 400, body: "No active job\n", method: "POST" });
    await w.engine.refresh();
    expect(w.said()).toContainEqual(
      expect.stringMatching(
        /^a-\w+: not renewed: could not renew session \w+: Skaha answered 400: "No active job"$/,
      ),
    );
    expect(w.engine.statuses()).toEqual({ a: "Running" });
  });
});

describe("a Pending job with a new size", () => {
  test("is Held without its cancelled session where it cannot be launched anew now", async () => {
    await using w = await world({ autoReady: false, start: "2025-11-25T20:00:00Z" });
    await w.engine.up({ a: { ram: 4 } });
    await w.engine.up({ a: { ram: 8, window: "20:00-06:00 America/Vancouver" } });
    expect(w.runner.running).toEqual([]);
    expect(w.engine.outputs("a")).toMatchObject({ status: "Held", heldBy: "window", attempt: 1 });
    expect(w.engine.outputs("a").sessionId).toBeUndefined();
  });
});
