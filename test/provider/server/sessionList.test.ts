// How one run's lists of sessions are asked for, shared and believed. It is long, because each way in which a list can be
// late, wrong, cut or answered by somebody else is a case of its own.
import type { Session } from "../../../provider/api";
import type { Clock } from "../../../provider/run/clock";
import { type EarlierList, SessionList } from "../../../provider/server/sessionList";
import type { Launch, Listing, SkahaClient } from "../../../provider/skaha/client";

const id = "night-abcdef12345678";

function session(sessionId: string, name = id, status = "Running"): Session {
  return {
    id: sessionId,
    userid: "alice",
    image: "i",
    type: "headless",
    status,
    name,
    startTime: undefined,
    expiryTime: undefined,
  };
}

const launch: Launch = {
  name: id,
  image: "i.net/a/b",
  command: undefined,
  args: [],
  env: {},
  secrets: [],
};

/** A server whose answers the test gives, and a clock that the test moves. */
function stage(earlier?: EarlierList) {
  const listed: ((sessions: Session[] | Error) => void)[] = [];
  const cancelled: (() => void)[] = [];
  const holders = new Map<string, string | undefined>();
  let now = 1_000_000;
  const clock: Clock = {
    now: () => now,
    sleep: async (ms) => {
      now += ms;
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
  const client: Pick<SkahaClient, "server" | "list" | "create" | "cancel"> = {
    server: "https://x/skaha/v1",
    list: () =>
      new Promise<Listing>((resolve, reject) => {
        listed.push((sessions) =>
          sessions instanceof Error ? reject(sessions) : resolve({ user: "alice", sessions }),
        );
      }),
    create: async () => "newone01",
    cancel: () => new Promise((resolve) => cancelled.push(resolve)),
  };
  return {
    list: new SessionList(
      client as SkahaClient,
      clock,
      () => {},
      () => new Map(holders),
      earlier,
    ),
    /** Who held the locks last; for the test to change. */
    holders,
    clock,
    pass: (ms: number) => {
      now += ms;
    },
    /** Lists that were asked for and not answered yet. */
    asked: () => listed.length,
    answer: (sessions: Session[] | Error) => listed.shift()?.(sessions),
    answerCancel: () => cancelled.shift()?.(),
    turn: async () => {
      for (let turns = 0; turns < 10; turns += 1)
        await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

const idsOf = (family: readonly { session: Session }[]) => family.map((one) => one.session.id);

describe("recent", () => {
  test("shares one request among all who ask at once, and after them for a minute", async () => {
    const { list, answer, asked, pass } = stage();
    const views = Promise.all(Array.from({ length: 50 }, () => list.recent()));
    expect(asked()).toBe(1);
    answer([session("a")]);
    const [first] = await views;
    pass(60_000);
    expect(await list.recent()).toBe(first);
    expect(asked()).toBe(0);
  });

  test("asks again when the list is older than a minute", async () => {
    const { list, answer, asked, pass } = stage();
    const first = list.recent();
    answer([]);
    await first;
    pass(60_001);
    void list.recent();
    expect(asked()).toBe(1);
  });

  test("tells an error to all who waited, and asks anew for the next", async () => {
    const { list, answer, asked } = stage();
    const views = [list.recent(), list.recent()];
    answer(new Error("503"));
    for (const view of views) await expect(view).rejects.toThrow("503");
    const next = list.recent();
    expect(asked()).toBe(1);
    answer([]);
    await next;
  });

  test("finds a job's sessions by name, whatever the attempt, and none of others", async () => {
    const { list, answer } = stage();
    const view = list.recent();
    answer([
      session("a"),
      session("b", `${id}-2`),
      session("c", "other-abcdef12345678"),
      session("d", "notebook"),
    ]);
    const family = (await view).namedAfter(id);
    expect(family.map((one) => [one.session.id, one.attempt])).toEqual([
      ["a", 1],
      ["b", 2],
    ]);
  });
});

test("a session that a list names twice is still one", async () => {
  const { list, answer } = stage();
  const asked = list.recent();
  answer([session("a"), session("a")]);
  const view = await asked;
  expect(idsOf(view.namedAfter(id))).toEqual(["a"]);
  expect(view.inFlight()).toBe(1);
});

describe("corrections", () => {
  test("show what this process launched since the list", async () => {
    const { list, answer } = stage();
    const asked = list.recent();
    answer([]);
    const view = await asked;
    await list.create(launch);
    expect(idsOf(view.namedAfter(id))).toEqual(["newone01"]);
  });

  test("do not show a launch twice that the list shows already", async () => {
    const { list, answer, turn } = stage();
    const first = list.recent();
    answer([]);
    await first;
    const asked = list.fresh();
    await turn();
    await list.create(launch);
    answer([session("newone01")]);
    expect(idsOf((await asked).namedAfter(id))).toEqual(["newone01"]);
  });

  test("believe a later list that does not show a launch any more", async () => {
    const { list, answer, pass, turn } = stage();
    await list.create(launch);
    pass(1);
    const asked = list.fresh();
    await turn();
    answer([]);
    expect((await asked).namedAfter(id)).toEqual([]);
  });

  test("hide what this process cancelled, unless it survived", async () => {
    const { list, answer, answerCancel } = stage();
    const asked = list.recent();
    answer([session("a")]);
    const view = await asked;
    const cancelling = list.cancel("a");
    expect(idsOf(view.namedAfter(id))).toEqual(["a"]);
    answerCancel();
    await cancelling;
    expect(view.namedAfter(id)).toEqual([]);
    expect(view.session("a")?.id).toBe("a");
    list.survived("a");
    expect(idsOf(view.namedAfter(id))).toEqual(["a"]);
  });
});

describe("a clock that is set back by an hour", () => {
  const hourMs = 3_600_000;

  test("makes nobody wait for a list longer than seconds", async () => {
    const { list, answer, pass, clock, turn } = stage();
    const first = list.recent();
    answer([session("a")]);
    const { askedAt } = await first;
    pass(-hourMs);
    const before = clock.now();
    const second = list.since(askedAt + 2_000);
    await turn();
    answer([session("a")]);
    await second;
    expect(clock.now() - before).toBeLessThan(10_000);
  });

  test("does not make a list seem new for that hour", async () => {
    const { list, answer, asked, pass } = stage();
    const first = list.recent();
    answer([session("a")]);
    await first;
    pass(-hourMs);
    void list.recent();
    expect(asked()).toBe(1);
  });

  test("does not make a list wait for what was cancelled before", async () => {
    const { list, answer, answerCancel, asked, pass, clock, turn } = stage();
    const cancelling = list.cancel("a");
    answerCancel();
    await cancelling;
    pass(-hourMs);
    const before = clock.now();
    const fresh = list.fresh();
    await turn();
    expect(asked()).toBe(1);
    answer([]);
    await fresh;
    expect(clock.now()).toBe(before);
  });
});

/** As a job's removal does it. */
async function removal(list: SessionList, sessionId: string) {
  const cancelled = list.cancel(sessionId);
  list.dismiss();
  await cancelled;
  return list.fresh();
}

describe("fresh", () => {
  test("answers with a list that was asked for afterwards", async () => {
    const { list, answer, asked, turn } = stage();
    const early = list.recent();
    const fresh = list.fresh();
    answer([session("old")]);
    await early;
    await turn();
    expect(asked()).toBe(1);
    answer([session("new")]);
    expect(idsOf((await fresh).namedAfter(id))).toEqual(["new"]);
  });

  test("is one request for many whose cancelling goes on at the same time", async () => {
    const { list, answer, answerCancel, asked, turn } = stage();
    const both = ["a", "b"].map(async (sessionId) => {
      await list.cancel(sessionId);
      return list.fresh();
    });
    answerCancel();
    await turn();
    expect(asked()).toBe(0);
    answerCancel();
    while (asked() === 0) await turn();
    expect(asked()).toBe(1);
    answer([]);
    await Promise.all(both);
    expect(asked()).toBe(0);
  });

  test("is one request also for cancelling that comes piece by piece", async () => {
    const { list, answer, answerCancel, asked, clock } = stage();
    const pieces: Promise<unknown>[] = [];
    for (let piece = 0; piece < 5; piece += 1) {
      const cancelling = list.cancel(`s${piece}`);
      answerCancel();
      pieces.push(cancelling.then(() => list.fresh()));
      await clock.sleep(100);
    }
    while (asked() === 0) await clock.sleep(10);
    expect(asked()).toBe(1);
    answer([]);
    await Promise.all(pieces);
    expect(asked()).toBe(0);
  });

  test("waits for no other once all jobs that are known are being removed", async () => {
    const { list, answer, answerCancel, asked, turn, clock } = stage();
    for (const _ of ["a", "b"]) list.attend();
    const first = removal(list, "a");
    answerCancel();
    await clock.sleep(10);
    expect(asked()).toBe(0);
    const second = removal(list, "b");
    const before = clock.now();
    answerCancel();
    await turn();
    expect([asked(), clock.now() - before <= 20]).toEqual([1, true]);
    answer([]);
    await Promise.all([first, second]);
  });

  test("waits for no list under way once all jobs are being removed, and for it before that", async () => {
    const { list, answer, answerCancel, asked, clock } = stage();
    for (const _ of ["a", "b"]) list.attend();
    const first = removal(list, "a");
    answerCancel();
    while (asked() === 0) await clock.sleep(10);
    const other = list.fresh(); // as one whose cancelling was in vain
    for (let naps = 0; naps < 20; naps += 1) await clock.sleep(10);
    expect(asked()).toBe(1);
    const second = removal(list, "b");
    answerCancel();
    while (asked() === 1) await clock.sleep(10);
    expect(asked()).toBe(2);
    answer([session("early")]);
    answer([session("late")]);
    expect(idsOf((await first).namedAfter(id))).toEqual(["early"]);
    expect(idsOf((await second).namedAfter(id))).toEqual(["late"]);
    expect(await other).toBe(await second);
  });

  test("is one request also for what begins when a list under way is answered", async () => {
    const { list, answer, answerCancel, asked, clock } = stage();
    const early = list.recent();
    const first = list.cancel("a").then(() => list.fresh());
    answerCancel();
    for (let naps = 0; naps < 4; naps += 1) await clock.sleep(10);
    answer([]);
    await early;
    for (let naps = 0; naps < 2; naps += 1) await clock.sleep(10);
    expect(asked()).toBe(0);
    const second = list.cancel("b").then(() => list.fresh());
    answerCancel();
    while (asked() === 0) await clock.sleep(10);
    expect(asked()).toBe(1);
    answer([]);
    await Promise.all([first, second]);
    expect(asked()).toBe(0);
  });

  test("is one request for cancelling that goes on for most of a minute", async () => {
    const { list, answer, answerCancel, asked, clock } = stage();
    const early = list.cancel("early");
    answerCancel();
    const fresh = early.then(() => list.fresh());
    const cancelling = ["a", "b", "c", "d"].map((sessionId) => list.cancel(sessionId));
    const before = clock.now();
    while (clock.now() - before < 16_000) {
      await clock.sleep(4_000); // the server is slow, but answers
      expect(asked()).toBe(0);
      answerCancel();
    }
    while (asked() === 0) await clock.sleep(10);
    answer([]);
    await Promise.all([fresh, ...cancelling]);
    expect(asked()).toBe(0);
  });

  test("shows the first 500 cancelled ones while others still are, and then twice as many", async () => {
    const { list, answer, answerCancel, asked, clock } = stage();
    let seen = 0;
    const cancelling = Array.from({ length: 2_000 }, async (_, index) => {
      await list.cancel(`s${index}`);
      await list.fresh();
      seen += 1;
    });
    const answerMore = async (count: number) => {
      for (let more = 0; more < count; more += 1) answerCancel();
      for (let naps = 0; naps < 4; naps += 1) await clock.sleep(10);
    };
    const answerList = async () => {
      answer([]);
      for (let naps = 0; naps < 4; naps += 1) await clock.sleep(10);
    };
    await answerMore(499);
    expect(asked()).toBe(0);
    await answerMore(1);
    expect(asked()).toBe(1);
    await answerMore(999);
    await answerList();
    expect([seen, asked()]).toEqual([500, 0]);
    await answerMore(1);
    expect(asked()).toBe(1);
    await answerList();
    expect(seen).toBe(1_500);
    await answerMore(500);
    while (asked() === 0) await clock.sleep(10);
    await answerList();
    await Promise.all(cancelling);
    expect(asked()).toBe(0);
  });

  test("waits for no more than a minute while ever more is cancelled", async () => {
    const { list, answer, answerCancel, asked, clock } = stage();
    const before = clock.now();
    void list.cancel("first");
    const fresh = list.fresh();
    while (asked() === 0) {
      void list.cancel("another");
      answerCancel();
      await clock.sleep(100);
    }
    expect(clock.now() - before).toBeGreaterThan(50_000);
    answer([]);
    await fresh;
  });

  test("does not wait for ever for a cancelling without an answer", async () => {
    const { list, answer, asked, turn, clock } = stage();
    void list.cancel("a");
    const before = clock.now();
    const fresh = list.fresh();
    while (asked() === 0) await turn();
    expect(clock.now() - before).toBeLessThanOrEqual(5_100);
    answer([]);
    await fresh;
  });
});

describe("since", () => {
  test("waits for the time, and is one request for all who name it", async () => {
    const { list, answer, asked, turn, clock } = stage();
    const first = list.recent();
    answer([]);
    const { askedAt } = await first;
    const later = Promise.all([list.since(askedAt + 2_000), list.since(askedAt + 2_000)]);
    await turn();
    expect(asked()).toBe(1);
    answer([]);
    const [one, other] = await later;
    expect(one).toBe(other);
    expect(one?.askedAt).toBeGreaterThanOrEqual(askedAt + 2_000);
    expect(clock.now()).toBeGreaterThanOrEqual(askedAt + 2_000);
  });

  test("takes a list that is late enough already", async () => {
    const { list, answer, asked } = stage();
    const first = list.recent();
    answer([]);
    const view = await first;
    expect(await list.since(view.askedAt)).toBe(view);
    expect(asked()).toBe(0);
  });
});

describe("forgetBefore", () => {
  test("has the next one ask anew", async () => {
    const { list, answer, asked } = stage();
    const first = list.recent();
    answer([]);
    await first;
    list.forgetBefore("stack", undefined);
    void list.recent();
    expect(asked()).toBe(1);
  });

  test("covers a list that was asked for before and is answered after it", async () => {
    const { list, answer, asked } = stage();
    const before = list.recent();
    list.forgetBefore("stack", "theirs"); // another process launched in between
    const after = list.recent();
    expect(asked()).toBe(2);
    answer([]);
    answer([session("theirs")]);
    expect((await before).namedAfter(id)).toEqual([]);
    expect(idsOf((await after).namedAfter(id))).toEqual(["theirs"]);
    expect(idsOf((await list.recent()).namedAfter(id))).toEqual(["theirs"]);
  });

  test("keeps what was seen since that process let go of the lock", async () => {
    const { list, answer, asked, holders } = stage();
    holders.set("stack", "first");
    const running = list.recent();
    list.forgetBefore("stack", "first");
    const shared = list.recent();
    expect(asked()).toBe(1);
    answer([]);
    expect(await shared).toBe(await running);
    list.forgetBefore("stack", "first");
    expect(await list.recent()).toBe(await running);

    list.forgetBefore("stack", "second");
    void list.recent();
    expect(asked()).toBe(1);
  });

  test("does not take a list for later than it is because another one failed after it", async () => {
    const { list, answer, asked, holders } = stage();
    holders.set("stack", "first");
    const early = list.recent();
    answer([]);
    await early;
    holders.set("stack", "second"); // it launched in between
    const late = list.fresh();
    while (asked() === 0) await new Promise((resolve) => setImmediate(resolve));
    answer(new Error("no answer"));
    await expect(late).rejects.toThrow("no answer");
    list.forgetBefore("stack", "second");
    void list.recent();
    expect(asked()).toBe(1);
  });

  test("judges each stack's lock by itself", async () => {
    const { list, answer, asked, holders } = stage();
    holders.set("stack", "first").set("other", undefined);
    const first = list.recent();
    answer([]);
    await first;
    list.forgetBefore("other", "first");
    void list.recent();
    expect(asked()).toBe(1);
  });
});

describe("a list that was asked for before the run began", () => {
  const earlier = (more: Partial<EarlierList> = {}): EarlierList => ({
    askedAt: 998_000,
    lastHolder: () => "first",
    listing: async () => ({ user: "alice", sessions: [session("earlier")] }),
    ...more,
  });

  test("serves as the first one, as of then, and once", async () => {
    const { list, asked, pass } = stage(earlier());
    const view = await list.recent();
    expect([view.askedAt, idsOf(view.namedAfter(id))]).toEqual([998_000, ["earlier"]]);
    expect(await list.recent()).toBe(view);
    expect(asked()).toBe(0);
    pass(60_000);
    void list.recent();
    expect(asked()).toBe(1);
  });

  test("stays where nobody launched since, and goes where anybody did", async () => {
    const kept = stage(earlier());
    kept.holders.set("stack", "first");
    kept.list.forgetBefore("stack", "first");
    const view = await kept.list.recent();
    kept.list.forgetBefore("stack", "first");
    expect(await kept.list.recent()).toBe(view);
    expect(kept.asked()).toBe(0);

    for (const last of ["second", undefined]) {
      // Whether it was looked at already or not.
      for (const isSeen of [true, false]) {
        const { list, asked, holders } = stage(earlier());
        holders.set("stack", last); // as it is now: the list is older
        if (isSeen) await list.recent();
        list.forgetBefore("stack", last);
        void list.recent();
        expect([last, isSeen, asked()]).toEqual([last, isSeen, 1]);
      }
    }
  });

  test.each<[string, Partial<EarlierList>]>([
    ["is another user's", { listing: async () => undefined }],
    ["is too old", { askedAt: 900_000 }],
    ["is of a clock that was set back since", { askedAt: 1_000_001 }],
  ])("is not taken where it %s", async (_, more) => {
    const { list, asked, answer, turn } = stage(earlier(more));
    const view = list.recent();
    await turn();
    expect(asked()).toBe(1);
    answer([session("own")]);
    expect(idsOf((await view).namedAfter(id))).toEqual(["own"]);
    expect((await view).askedAt).toBe(1_000_000);
  });

  test("is no fresh one", async () => {
    const { list, asked, turn } = stage(earlier());
    void list.fresh();
    await turn();
    void list.recent();
    expect(asked()).toBe(1);
  });
});

test("a look asks no server that failed a minute ago, and whoever acts does", async () => {
  const { list, answer, asked, pass } = stage();
  const first = list.recentIfAny();
  const beside = list.recentIfAny();
  answer(new Error("no answer"));
  await expect(first).rejects.toThrow("no answer");
  await expect(beside).rejects.toThrow("no answer");
  await expect(list.recentIfAny()).rejects.toThrow("no answer");
  expect(asked()).toBe(0);
  const acting = list.recent();
  const looking = list.recentIfAny(); // it takes what others asked for
  expect(asked()).toBe(1);
  answer([session("s1")]);
  expect(await acting).toBe(await looking);
  list.forgetBefore("key", undefined);
  const later = list.recentIfAny(); // an answer since ends what failed before
  expect(asked()).toBe(1);
  answer(new Error("no answer"));
  await expect(later).rejects.toThrow("no answer");
  pass(60_001);
  void list.recentIfAny();
  expect(asked()).toBe(1);
});
