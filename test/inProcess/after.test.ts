import { hour, minute, world } from "../world/world";

const program = { a: { args: ["a"] }, b: { args: ["b"], after: ["a"] } };

describe("after", () => {
  test("launches a successor when its predecessor is Completed", async () => {
    await using w = await world();
    await w.engine.up(program);
    expect(w.posts()).toBe(1);
    expect(w.engine.statuses()).toEqual({ a: "Pending", b: "Held" });
    expect(w.engine.outputs("b").reason).toBe("waits for its predecessors");
    w.clock.pass(minute);
    await w.engine.up(program);
    expect(w.posts()).toBe(1);
    w.end("a", 0);
    expect(await w.engine.preview(program)).toEqual({ a: "same", b: "update" });
    await w.engine.up(program);
    expect(w.engine.statuses()).toEqual({ a: "Completed", b: "Pending" });
  });

  test("waits for all of them", async () => {
    await using w = await world();
    const three = {
      a: { args: ["a"] },
      b: { args: ["b"] },
      c: { args: ["c"], after: ["a", "b"] },
    };
    await w.engine.up(three);
    w.end("a", 0);
    await w.engine.up(three);
    expect(w.engine.statuses()).toMatchObject({ c: "Held" });
    w.end("b", 0);
    await w.engine.up(three);
    expect(w.engine.statuses()).toMatchObject({ c: "Pending" });
  });

  test("keeps the successor of a failed job Held and names it; an edit of it runs both", async () => {
    await using w = await world();
    await w.engine.up(program);
    w.end("a", 1);
    await w.engine.up(program);
    expect(w.engine.outputs("b")).toMatchObject({
      status: "Held",
      reason: `predecessor ${w.engine.id("a")} is Failed: this job waits until it is Completed`,
    });
    expect(w.said()).toContainEqual(expect.stringMatching(/^b: held; predecessor a is Failed/));
    expect(await w.engine.preview(program)).toEqual({ a: "same", b: "same" });
    const fixed = { ...program, a: { args: ["fixed"] } };
    await w.engine.up(fixed);
    expect(w.engine.statuses()).toEqual({ a: "Pending", b: "Held" });
    w.end("a", 0);
    await w.engine.up(fixed);
    expect(w.engine.statuses()).toEqual({ a: "Completed", b: "Pending" });
  });

  test("keeps the successor of a lost job Held and names it", async () => {
    await using w = await world();
    await w.engine.up(program);
    w.skaha.vanish(w.session("a"));
    await w.engine.up(program);
    expect(w.engine.outputs("b").reason).toBe(
      `predecessor ${w.engine.id("a")} is Lost: this job waits until it is Completed`,
    );
  });

  test("runs a finished successor again when its predecessor ran with other inputs", async () => {
    await using w = await world();
    await w.engine.up(program);
    w.end("a", 0);
    await w.engine.up(program);
    w.end("b", 0);
    await w.engine.up(program);
    const edited = { ...program, a: { args: ["other"] } };
    expect(await w.engine.preview(edited)).toEqual({ a: "replace", b: "replace" });
    const before = w.engine.id("b");
    await w.engine.up(edited);
    expect(w.engine.statuses()).toEqual({ a: "Pending", b: "Held" });
    expect(w.engine.id("b")).not.toBe(before);
    w.end("a", 0);
    await w.engine.up(edited);
    expect(w.engine.statuses()).toEqual({ a: "Completed", b: "Pending" });
  });

  test("does not run it again after a mere retry, a new size or a new order", async () => {
    await using w = await world();
    const retried = {
      a: { args: ["a"], retry: { limit: 1 } },
      x: { args: ["x"] },
      b: { args: ["b"], after: ["a", "x"] },
    };
    await w.engine.up(retried);
    w.end("x", 0);
    w.end("a", 1);
    await w.engine.up(retried);
    expect(w.engine.outputs("a")).toMatchObject({ status: "Pending", attempt: 2 });
    w.end("a", 0);
    await w.engine.up(retried);
    w.end("b", 0);
    await w.engine.up(retried);
    expect(w.engine.statuses()).toEqual({ a: "Completed", x: "Completed", b: "Completed" });
    const posts = w.posts();
    const edited = {
      ...retried,
      a: { ...retried.a, ram: 8 },
      b: { args: ["b"], after: ["x", "a"] },
    };
    await w.engine.up(edited);
    expect(w.posts()).toBe(posts);
    expect(w.engine.statuses()).toMatchObject({ b: "Completed" });
  });

  test("with staleAfter keep, a predecessor's new run leaves the successor alone", async () => {
    await using w = await world();
    const kept = { a: { args: ["a"] }, b: { args: ["b"], after: ["a"], staleAfter: "keep" } };
    await w.engine.up(kept);
    w.end("a", 0);
    await w.engine.up(kept);
    w.end("b", 0);
    await w.engine.up(kept);
    const before = w.engine.id("b");
    const edited = { ...kept, a: { args: ["other"] } };
    expect(await w.engine.preview(edited)).toMatchObject({ a: "replace" });
    await w.engine.up(edited);
    expect(w.engine.statuses()).toEqual({ a: "Pending", b: "Completed" });
    expect(w.engine.id("b")).toBe(before);
    expect((await w.engine.up(edited)).b).toBe("same");
  });

  test("removing the predecessor and its mention runs the successor, as another job", async () => {
    await using w = await world();
    await w.engine.up(program);
    w.end("a", 1);
    await w.engine.up(program);
    await w.engine.up({ b: { args: ["b"] } });
    expect(w.engine.statuses()).toEqual({ b: "Pending" });
  });

  test("one failing calibration stops one extraction of many", async () => {
    await using w = await world();
    const pairs = Object.fromEntries(
      Array.from({ length: 10 }, (_, n) => [
        [`cal-${n}`, { args: [n] }],
        [`ext-${n}`, { args: [n, "x"], after: [`cal-${n}`] }],
      ]).flat() as [string, Record<string, unknown>][],
    );
    await w.engine.up(pairs);
    for (let n = 0; n < 10; n += 1) w.end(`cal-${n}`, n === 3 ? 1 : 0);
    await w.engine.up(pairs);
    const held = Object.entries(w.engine.statuses()).filter(([, status]) => status === "Held");
    expect(held).toEqual([["ext-3", "Held"]]);
    for (const id of w.runner.running) w.runner.end(id, 0);
    await w.engine.up(pairs);
    const posts = w.posts();
    const fixed = { ...pairs, "cal-3": { args: ["fixed"] } };
    const plan = await w.engine.preview(fixed);
    expect(Object.entries(plan).filter(([, step]) => step !== "same")).toEqual([
      ["cal-3", "replace"],
      ["ext-3", "replace"],
    ]);
    await w.engine.up(fixed);
    w.end("cal-3", 0);
    await w.engine.up(fixed);
    expect(w.posts()).toBe(posts + 2);
  });
});

describe("a predecessor outside the stack", () => {
  /** A session of the same user, launched by hand. */
  async function byHand(w: Awaited<ReturnType<typeof world>>): Promise<string> {
    const body = new URLSearchParams({
      name: "by-hand",
      image: "images.canfar.net/skaha/terminal:1.1.2",
      type: "headless",
      cmd: "true",
    });
    const headers = { authorization: `Bearer ${w.skaha.token}` };
    const answer = await fetch(`${w.skaha.url}/session`, { method: "POST", body, headers });
    return (await answer.text()).trim();
  }

  test("is waited for, and its end remembered when the server has forgotten it", async () => {
    await using w = await world();
    const outside = await byHand(w);
    const own = { b: { after: [`session:${outside}`] } };
    await w.engine.up(own);
    expect(w.engine.outputs("b")).toMatchObject({
      status: "Held",
      reason: "waits for its predecessors",
      seen: { [outside]: "Running" },
    });
    w.engine.config["skaha:window"] = "00:00-00:01 UTC";
    w.runner.end(outside, 0);
    await w.engine.up(own);
    expect(w.engine.outputs("b")).toMatchObject({ heldBy: "window" });
    w.clock.pass(2 * hour);
    delete w.engine.config["skaha:window"];
    await w.engine.up(own);
    expect(w.engine.outputs("b")).toMatchObject({ status: "Pending" });
  });

  test("holds for good when it failed, or vanished before its end was seen", async () => {
    await using w = await world();
    const [failed, gone] = [await byHand(w), await byHand(w)];
    const own = {
      b: { args: ["b"], after: [`session:${failed}`] },
      c: { args: ["c"], after: [`session:${gone}`] },
    };
    await w.engine.up(own);
    w.runner.end(failed, 1);
    w.skaha.vanish(gone);
    await w.engine.up(own);
    expect(w.engine.outputs("b").reason).toMatch(`predecessor session:${failed} is Failed`);
    // One list may have left it out: two refreshes have to agree.
    expect(w.engine.outputs("c").reason).toBe("waits for its predecessors");
    await w.engine.up(own);
    expect(w.engine.outputs("c").reason).toMatch(`predecessor session:${gone} is Lost`);
  });

  test("that one list leaves out is waited for again with the next", async () => {
    await using w = await world();
    const outside = await byHand(w);
    const own = { b: { after: [`session:${outside}`] } };
    await w.engine.up(own);
    w.skaha.faults.add({ kind: "omitFromList", names: ["by-hand"], times: 1 });
    await w.engine.up(own);
    await w.engine.up(own);
    expect(w.engine.outputs("b").reason).toBe("waits for its predecessors");
    w.runner.end(outside, 0);
    await w.engine.up(own);
    expect(w.engine.statuses()).toEqual({ b: "Pending" });
  });
});
