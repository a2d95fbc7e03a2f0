// Two runs of one stack on one machine at the same time, as with two backends: each takes the lock in the other's gaps.
import { readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { job, nightId } from "../../world/job";
import { type World, world } from "../../world/world";

async function twoRuns(w: World) {
  const night = await w.launched();
  const temporary = w.temporary();
  const [first, second] = [w.run({ temporary }), w.run({ temporary })];
  return {
    first,
    second,
    /** The second one's refresh. */
    look: () => second.life.read(nightId, night),
    /** Until nobody holds the lock: it is kept for a moment after the last work. */
    letGo: async () => {
      while (readdirSync(temporary).some((name) => name.endsWith(".lock"))) await sleep(5);
    },
  };
}

test("what the other one launches after this one's list is seen before anything is launched", async () => {
  await using w = await world();
  const { first, second, letGo, look } = await twoRuns(w);
  await first.life.create(job({}, "early"));
  await letGo();
  await look();
  const launched = await first.life.create(job({}, "late"));
  await letGo();

  const found = await second.life.create(job({}, "late"));
  expect(found.sessionId).toBe(launched.sessionId);
  expect(w.requests("POST")).toHaveLength(2);
});

test("what was listed after the other one's last launch serves for the next launches", async () => {
  await using w = await world();
  const { first, second, letGo, look } = await twoRuns(w);
  await first.life.create(job({}, "early"));
  await letGo();
  await look();
  await second.life.create(job({}, "late"));
  await letGo();
  await second.life.create(job({}, "later"));
  expect(w.counts()).toMatchObject({ GET: 2, POST: 3 });
});

test("once a launch has failed, and may still come to be, each one looks anew", async () => {
  await using w = await world();
  const { first, second, letGo, look } = await twoRuns(w);
  w.misbehave({ kind: "status", code: 400, body: "no", method: "POST", times: 1 });
  await expect(first.life.create(job({}, "refused"))).rejects.toThrow("no");
  await letGo();
  await first.life.create(job({}, "other"));
  await letGo();
  await look();
  await second.life.create(job({}, "late"));
  expect(w.counts()).toMatchObject({ GET: 4, POST: 3 });
});
