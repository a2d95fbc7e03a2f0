import type { SessionSummary } from "../../embedded";
import type { Job } from "./place";
import {
  aliveOnce,
  endedAsDeclared,
  type History,
  launchedForAReason,
  noOrphans,
  refreshLaunchedNothing,
  staysCompleted,
  toldTruly,
} from "./promises";

const id = "first-job-a-tagtag12345678";
const other = "first-job-a-tagtag87654321";

function session(
  sessionId: string,
  created: number,
  more: Partial<SessionSummary> = {},
): SessionSummary {
  return { id: sessionId, name: id, user: "alice", status: "", image: "", created, ...more };
}

function job(status: string, sessionId?: string, more: Record<string, unknown> = {}): Job {
  return { urn: "", id, outputs: { status, sessionId, attempt: 1, ...more } };
}

const nothing: History = {
  removals: [],
  races: [],
  known: [],
  attempts: new Map([["a", 2]]),
  isRecorded: () => false,
};
const deleted = (at: number) => ({ forgotten: { at, why: "deleted" as const } });
const vanished = (at: number) => ({ forgotten: { at, why: "vanished" as const } });
const second = { name: `${id}-2` };

/** A pack that is deleted at 20, with `b` in it, and then the next attempt of `a`. */
function packOfTwo(a: Partial<SessionSummary>): SessionSummary[] {
  const gone = { ...a, ...deleted(20) };
  const b = "first-job-b-tagtag12345678";
  return [
    session("s1.1", 10, gone),
    session("s1.2", 10, { name: b, ...gone }),
    session("s2.1", 30, second),
  ];
}

describe("launchedForAReason", () => {
  const failed = session("s1", 10, { ended: 20, exitCode: 1 });
  const right: [string, SessionSummary[], Partial<History>?][] = [
    ["one launch", [session("s1", 10)]],
    ["a retry of what Failed", [failed, session("s2", 30, second)]],
    [
      "what was removed and declared again",
      [session("s1", 10, deleted(20)), session("s2", 30)],
      { removals: [{ key: "a", at: 15 }] },
    ],
    [
      "a double of two machines, and what was left of it",
      [session("s1", 10), session("s2", 12, deleted(40))],
      { races: [{ from: 5, to: 15 }] },
    ],
    [
      "what vanished before the stack knew it",
      [session("s1", 10, vanished(11)), session("s2", 30)],
    ],
    [
      "a retry of what Failed in a pack that went with another job of it",
      packOfTwo({ ended: 15, exitCode: 137 }),
      { removals: [{ key: "b", at: 18 }] },
    ],
    [
      "another version beside one that the stack never knew",
      [session("s1", 10, { name: other }), session("s2", 30)],
    ],
  ];
  test.each(right)("lets pass %s", (_, sessions, more = {}) => {
    expect(launchedForAReason(sessions, { ...nothing, ...more })).toEqual([]);
  });

  const known = { known: [{ sessionId: "s1", from: 10, to: Infinity }] };
  const wrong: [string, SessionSummary[], RegExp, Partial<History>?][] = [
    ["a second one beside it", [session("s1", 10), session("s2", 30)], /was alive/],
    [
      "a retry beside it",
      [session("s1", 10, { ended: 40, exitCode: 1 }), session("s2", 30, second)],
      /was alive/,
    ],
    [
      "a Completed one again",
      [session("s1", 10, { ended: 20, exitCode: 0 }), session("s2", 30, second)],
      /was Completed/,
    ],
    ["a Failed one as the same attempt", [failed, session("s2", 30)], /the same attempt/],
    [
      "too many attempts",
      [
        failed,
        session("s2", 30, { ...second, ended: 40, exitCode: 1 }),
        session("s3", 50, { name: `${id}-3` }),
      ],
      /attempt 3 of at most 2/,
    ],
    ["a second attempt without a first", [session("s2", 30, second)], /without the attempt before/],
    [
      "what was cancelled for no reason",
      [session("s1", 10, deleted(20)), session("s2", 30)],
      /without anybody asking/,
    ],
    [
      "a retry of what was cancelled with its pack",
      packOfTwo({ ended: 25, exitCode: 143 }),
      /without anybody asking/,
      { removals: [{ key: "b", at: 18 }] },
    ],
    [
      "one of what had ended with 0 in a pack that was deleted",
      packOfTwo({ ended: 15, exitCode: 0 }),
      /without anybody asking/,
      { removals: [{ key: "b", at: 18 }] },
    ],
    [
      "one of what failed in a pack that went though none of its jobs did",
      packOfTwo({ ended: 15, exitCode: 1 }),
      /without anybody asking/,
    ],
    [
      "what vanished and was known",
      [session("s1", 10, vanished(20)), session("s2", 30)],
      /the stack knew/,
      known,
    ],
    [
      "what vanished and was recorded",
      [session("s1", 10, vanished(20)), session("s2", 30)],
      /was recorded/,
      { isRecorded: () => true },
    ],
    [
      "another version beside one that the stack knew",
      [session("s1", 10, { name: other }), session("s2", 30)],
      /another version/,
      known,
    ],
  ];
  test.each(wrong)("finds %s", (_, sessions, said, more = {}) => {
    expect(launchedForAReason(sessions, { ...nothing, ...more })).toEqual([
      expect.stringMatching(said),
    ]);
  });
});

test("aliveOnce finds two that live under one name, whatever the attempt", () => {
  expect(aliveOnce([session("s1", 10), session("s2", 20, second)])).toHaveLength(1);
  expect(aliveOnce([session("s1", 10, { ended: 15 }), session("s2", 20, second)])).toEqual([]);
});

test("noOrphans excuses only what the stack never knew, and nothing once orphans were swept", () => {
  const sessions = [session("s1", 10), session("s2", 10)];
  const known = [{ sessionId: "s1", from: 11, to: Infinity }];
  const history = { ...nothing, known };
  expect(noOrphans(sessions, [], history, false)).toEqual([expect.stringContaining("s1")]);
  expect(noOrphans(sessions, [], history, true)).toHaveLength(2);
  expect(noOrphans(sessions, [job("Running", "s1"), job("Running", "s2")], history, true)).toEqual(
    [],
  );
});

describe("toldTruly", () => {
  const ended = session("s1", 10, { ended: 20, exitCode: 0 });
  test.each<[Job, SessionSummary[], number]>([
    [job("Completed", "s1"), [ended], 30],
    [job("Running", "s1"), [ended], 15],
    [job("Running", "s1"), [session("s1", 10)], 30],
    [job("Lost", "s1"), [session("s1", 10, vanished(20))], 30],
    [job("Held"), [], 30],
  ])("believes %j", (one, sessions, at) => {
    expect(toldTruly([one], sessions, at)).toEqual([]);
  });
  test.each<[Job, SessionSummary[]]>([
    [job("Failed", "s1"), [ended]],
    [job("Running", "s1"), [ended]],
    [job("Completed", "s1"), [session("s1", 10)]],
    [job("Lost", "s1"), [session("s1", 10)]],
    [job("Running", "s1"), [session("s1", 10, vanished(20))]],
    [job("Pending", "s9"), [ended]],
  ])("does not believe %j", (one, sessions) => {
    expect(toldTruly([one], sessions, 30)).toHaveLength(1);
  });
});

test("staysCompleted finds another status and another session", () => {
  const before = [job("Completed", "s1")];
  expect(staysCompleted(before, [job("Completed", "s1")])).toEqual([]);
  expect(staysCompleted(before, [])).toEqual([]);
  expect(staysCompleted(before, [job("Lost", "s1")])).toHaveLength(1);
  expect(staysCompleted(before, [job("Completed", "s2")])).toHaveLength(1);
});

test("endedAsDeclared finds retries that are due, and jobs that are held for nothing", () => {
  const declared = [{ key: "a", exits: [1], retry: { limit: 1 } }];
  expect(endedAsDeclared([job("Failed", "s1", { attempt: 2 })], declared)).toEqual([]);
  expect(endedAsDeclared([job("Failed", "s1")], declared)).toHaveLength(1);
  expect(endedAsDeclared([job("Running", "s1")], declared)).toHaveLength(1);
  expect(endedAsDeclared([job("Held", undefined, { after: ["x"] })], declared)).toEqual([]);
  expect(endedAsDeclared([job("Held", undefined, { after: [] })], declared)).toHaveLength(1);
});

test("a refresh launches nothing; what a killed command sent before is not the refresh's", () => {
  const post = (time: number) => ({ time, method: "POST", path: "/session", status: 200 });
  expect(refreshLaunchedNothing([post(10), { ...post(30), method: "GET" }], 20)).toEqual([]);
  expect(refreshLaunchedNothing([post(10), post(30)], 20)).toEqual([
    expect.stringMatching(/^a refresh sent .*"time":30/),
  ]);
});
