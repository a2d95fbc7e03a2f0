// How a launch takes its slot while others take theirs, and while lists come that show some of them.
import type { Session } from "../../../provider/api";
import { Slots } from "../../../provider/lifecycle/slots";
import type { Candidate } from "../../../provider/lifecycle/takenSlots";
import type { Clock } from "../../../provider/run/clock";
import { SessionList, type View } from "../../../provider/server/sessionList";
import type { Launch, SkahaClient } from "../../../provider/skaha/client";

const idOf = (n: number, tag = "tagtag") => `night-${tag}${String(n).padStart(8, "0")}`;

const shownAs = (id: string, name: string, status = "Running"): Session => ({
  ...{ id, name, status, userid: "alice", image: "i", type: "headless" },
  ...{ startTime: undefined, expiryTime: undefined },
});

/** A server whose launches are answered when the test says so, and some slots. */
function stage(limit: number | undefined) {
  const sessions: Session[] = [];
  const answers = new Map<string, (sessionId: string) => void>();
  let now = 1_000_000;
  const clock: Clock = {
    now: () => now,
    sleep: () => new Promise((resolve) => setImmediate(resolve)),
  };
  const client: Pick<SkahaClient, "list" | "create" | "cancel"> = {
    list: async () => ({ user: "alice", sessions: [...sessions] }),
    create: ({ name }) => new Promise((resolve) => answers.set(name, resolve)),
    cancel: async () => {},
  };
  const list = new SessionList(client as SkahaClient, clock);
  const slots = new Slots(limit, list, clock);
  const launch = (name: string): Launch => ({
    ...{ name, image: "i", command: undefined, args: [], env: {}, secrets: [] },
  });
  const held = new Map<string, string>();
  return {
    sessions,
    list,
    held,
    pass: (ms: number) => {
      now += ms;
    },
    /** The launches that wait for an answer, by their jobs' numbers. */
    underWay: () => [...answers.keys()].map((name) => Number(name.slice(-8))),
    async begin(view: View, n: number, more: Partial<Candidate> = {}) {
      const job = { id: idOf(n), group: undefined, ...more };
      const work = slots.within(view, job, (onLaunched) =>
        list.create(launch(job.id), onLaunched).then((sessionId) => ({ sessionId })),
      );
      const result = await work;
      if ("reason" in result) held.set(job.id, [result.reason, result.detail].join("; "));
    },
    async answer(n: number, sessionId: string) {
      answers.get(idOf(n))?.(sessionId);
      answers.delete(idOf(n));
      await new Promise((resolve) => setImmediate(resolve));
    },
    turn: () => new Promise((resolve) => setImmediate(resolve)),
  };
}

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

test("as many launches are under way as there are slots, and those that are answered keep theirs", async () => {
  const w = stage(3);
  w.sessions.push(shownAs("notebook", "mine"), shownAs("over", idOf(77), "Completed"));
  const view = await w.list.recent();
  for (const n of numbers(4)) void w.begin(view, n);
  await w.turn();
  expect(w.underWay()).toEqual([0, 1]);
  expect(w.held.get(idOf(3))).toBe(
    "waits for a slot: maxInFlight is 3; 1 of the sessions that take its slots is not of this stack",
  );
  await w.answer(0, "first");
  await w.begin(view, 4);
  expect([...w.held.keys()]).toEqual([idOf(2), idOf(3), idOf(4)]);
});

test("a list that shows a launch before it is answered counts it once", async () => {
  const w = stage(2);
  const view = await w.list.recent();
  void w.begin(view, 0);
  await w.turn();
  w.sessions.push(shownAs("first", idOf(0), "Pending"));
  w.pass(10);
  const later = await w.list.fresh();
  void w.begin(later, 1);
  void w.begin(later, 2);
  await w.turn();
  expect(w.underWay()).toEqual([0, 1]);
  await w.answer(0, "first");
  await w.answer(1, "second");
  await w.begin(later, 3);
  await w.begin(view, 4);
  expect([...w.held.keys()]).toEqual([idOf(2), idOf(3), idOf(4)]);
});

test("jobs that share sessions take parts of one", async () => {
  const w = stage(2);
  const view = await w.list.recent();
  for (const n of numbers(9)) void w.begin(view, n, { share: 1 / 4 });
  await w.turn();
  expect(w.underWay()).toEqual(numbers(8));
  for (const n of numbers(8)) await w.answer(n, `pack${Math.floor(n / 4)}.${(n % 4) + 1}`);
  await w.begin(view, 9, { share: 1 / 4 });
  expect([...w.held.keys()]).toEqual([idOf(8), idOf(9)]);
});

test("the jobs of a group take its slots, and no others", async () => {
  const w = stage(undefined);
  w.sessions.push(
    shownAs("theirs", "study-aa-otherr00000000"),
    shownAs("ours", "study-aa-tagtag00000001"),
    shownAs("mine", "mine"),
  );
  const view = await w.list.recent();
  const group = { name: "study", maxInFlight: 2 };
  void w.begin(view, 1, { group });
  void w.begin(view, 2, { group });
  void w.begin(view, 3);
  await w.turn();
  expect(w.underWay()).toEqual([1, 3]);
  expect(w.held).toEqual(new Map([[idOf(2), "waits for a slot: maxInFlight of study is 2; "]]));
});

test("asked for 2,000 jobs at once, the sessions of the list are counted once", async () => {
  const w = stage(1_500);
  for (const n of numbers(500)) w.sessions.push(shownAs(`s${n}`, idOf(n)));
  const view = await w.list.recent();
  let counted = 0;
  const watched: View = {
    ...view,
    counter: (counts) =>
      view.counter((id) => {
        counted += 1;
        return counts(id);
      }),
  };
  for (const n of numbers(2_000)) void w.begin(watched, 1_000 + n);
  await w.turn();
  expect(w.underWay()).toHaveLength(1_000);
  expect(w.held.size).toBe(1_000);
  expect(counted).toBe(2 * 500); // all, and those of other stacks
});
