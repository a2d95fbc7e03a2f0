// The whole life of jobs on both generations of the API (docs/skaha-api.md, "History").
import { hour, minute, ramOf, world } from "../world/world";

describe.each(["v0", "v1"] as const)("on a server with /%s", (api) => {
  test("a job is launched once, ends, and stays ended", async () => {
    await using w = await world({ api, autoReady: false });
    const program = { a: { args: ["a b", "$HOME", ""], env: { X: "y" }, ram: 4, cores: 2 } };
    await w.engine.up(program);
    expect((await w.launch(w.session("a"))).args).toEqual(["a b", "$$HOME", ""]);
    await w.engine.up(program);
    expect(w.engine.outputs("a")).toMatchObject({ status: "Pending" });
    expect(w.engine.outputs("a")).not.toHaveProperty("startTime");
    w.runner.status(w.session("a"), { active: 1, ready: 1 });
    await w.engine.up(program);
    expect(w.engine.outputs("a")).toMatchObject({
      status: "Running",
      startTime: expect.stringMatching(/^2026-11-22T/),
      expiryTime: expect.stringMatching(/^2026-12-06T/),
      server: w.skaha.url,
      userId: "alice",
    });
    w.end("a", 0);
    await w.engine.up(program);
    expect(w.engine.statuses()).toEqual({ a: "Completed" });
    w.clock.pass(2 * hour);
    expect(await w.engine.up(program)).toEqual({ a: "same" });
    expect(w.posts()).toBe(1);
  });

  test("limits, stages, retries and logs work", async () => {
    await using w = await world({ api, stack: { "skaha:maxInFlight": "1" } });
    const program = {
      a: { args: ["a"], ram: 4, logs: "logs", retry: { limit: 1, ramFactor: 2 } },
      b: { args: ["b"], after: ["a"] },
      c: { args: ["c"] },
    };
    await w.engine.up(program);
    expect(w.engine.statuses()).toEqual({ a: "Pending", b: "Held", c: "Held" });
    w.runner.write(w.session("a"), "broken\n");
    w.end("a", 1);
    for (let round = 0; round < 6; round += 1) {
      await w.engine.up(program);
      for (const id of w.runner.running) w.runner.end(id, 0);
      w.clock.pass(minute);
    }
    expect(w.engine.statuses()).toEqual({ a: "Completed", b: "Completed", c: "Completed" });
    expect(w.engine.outputs("a").attempts).toMatchObject([{ status: "Failed", ram: 4 }]);
    expect(ramOf(await w.launch(w.session("a")))).toBe(8);
    expect(Object.keys(w.files("logs"))).toHaveLength(2);
    expect(w.posts()).toBe(4);
  });

  test("edits, removals, losses and lost answers are handled", async () => {
    await using w = await world({ api });
    await w.engine.up({
      a: { args: ["a"] },
      b: { args: ["b"] },
      c: { args: ["c"], onRemove: "leave" },
    });
    w.skaha.vanish(w.session("b"));
    const left = w.session("c");
    await w.engine.up({ a: { args: ["new"] }, b: { args: ["b"] } });
    expect(w.engine.statuses()).toEqual({ a: "Pending", b: "Lost" });
    expect(w.runner.running.toSorted()).toEqual([left, w.session("a")].sort());
    w.skaha.faults.add({ kind: "lostAnswer", method: "POST", times: 1 });
    await w.engine.up({ a: { args: ["new"] }, d: { args: ["d"] } });
    expect(w.engine.statuses()).toMatchObject({ a: "Running", d: "Running" });
    await w.engine.destroy(); // the lost one is not there any more: /v0 says 404
    expect(w.runner.running).toEqual([left]);
  });

  test("a session is renewed, and adopted", async () => {
    await using w = await world({ api, activeDeadlineSeconds: 3 * 3_600 });
    await w.engine.up({ a: {} });
    w.engine.loseState();
    await w.engine.up({ a: {} });
    expect(w.posts()).toBe(1);
    await w.engine.up({ a: { renew: true } });
    await w.engine.refresh();
    await w.engine.refresh();
    expect(w.engine.outputs("a").expiryTime).toMatch(/^2026-11-26/);
  });
});
