import { InFlight } from "../../../provider/server/inFlight";
import { OwnLaunches } from "../../../provider/server/ownLaunches";

const job = (n: number) => `night-${String(n).padStart(14, "a")}`;

/** What a list showed, and what follows. */
function stage(shown: readonly (readonly [string, string | undefined])[]) {
  const launched = new OwnLaunches();
  const cancelled = new Set<string>();
  let [asked, cancels] = [0, 0];
  const seen = {
    alive: new Map(shown),
    launched,
    isUnseen: () => true,
    isCancelled: (id: string) => cancelled.has(id),
    cancelsVersion: () => cancels,
  };
  return {
    counterOf: (counts: (id: string | undefined) => boolean = () => true) =>
      new InFlight(seen, (id) => {
        asked += 1;
        return counts(id);
      }),
    launch: (n: number, session: string) => launched.add({ name: job(n), image: "i" }, session, 0),
    cancel(session: string) {
      cancelled.add(session);
      cancels += 1;
    },
    survive(session: string) {
      cancelled.delete(session);
      cancels += 1;
    },
    asked: () => asked,
  };
}

test("a session that jobs share counts once, as long as one of them is in flight", () => {
  const w = stage([
    ["a", undefined],
    ["b.1", job(1)],
    ["b.2", job(2)],
  ]);
  const counter = w.counterOf();
  expect(counter.count()).toBe(2);
  w.launch(3, "c.1");
  w.launch(4, "c.2");
  w.launch(5, "b.3");
  expect(counter.count()).toBe(3);
  w.cancel("c.1");
  expect(counter.count()).toBe(3);
  w.cancel("c.2");
  expect(counter.count()).toBe(2);
  w.survive("c.1");
  expect(counter.count()).toBe(3);
});

test("only what the question is about is counted", () => {
  const w = stage([
    ["a", undefined],
    ["b", job(1)],
  ]);
  const counter = w.counterOf((id) => id === job(1) || id === job(2));
  expect(counter.count()).toBe(1);
  w.launch(2, "c");
  w.launch(3, "d");
  expect(counter.count()).toBe(2);
});

test("asked before each of a thousand launches, each session is looked at once", () => {
  const shown = Array.from({ length: 1_000 }, (_, n) => [`s${n}`, job(n)] as const);
  const w = stage(shown);
  const counter = w.counterOf();
  for (let n = 0; n < 1_000; n += 1) {
    expect(counter.count()).toBe(1_000 + n);
    w.launch(1_000 + n, `t${n}`);
  }
  expect(counter.count()).toBe(2_000);
  expect(w.asked()).toBe(2_000);
});
