// What is said of a job's end and duration, where the server alone told the end: never more than is known.

import { describeRow, rowOf } from "../../../cli/report/page/attemptRows";
import { measuresOf } from "../../../cli/report/page/measures";
import { reportJob } from "../../../cli/report/reportJob";
import { manifestTable } from "../../../cli/results/manifest";
import { viewOf } from "../../../cli/stack/jobView";
import type { ObservedJob } from "../../../cli/stack/observe";
import { attemptsOf } from "../../../provider/job/attempts";
import { type JobState, nextAttempt, observed, trustedState } from "../../../provider/job/state";

const start = "2026-11-22T12:00:00Z";
const seenAt = "2026-11-22T12:00:34.000Z";
const nextMorning = Date.parse("2026-11-23T08:00:00Z");

const running = trustedState({ status: "Running", attempt: 1, sessionId: "a1b2c3d4" });
const session = {
  ...{ id: "a1b2c3d4", name: "a-12345678", type: "headless", image: "i/x:1" },
  ...{ userid: "me", status: "Completed", startTime: start, expiryTime: undefined },
};
const ended = observed(running, session, 1, Date.parse(seenAt));

function job(state: JobState): ObservedJob {
  const named = { name: "a", id: "a-12345678", urn: "urn:pulumi:s::p::t::a", params: { x: 1 } };
  return { ...named, state, isKnown: true, inputs: {} };
}
const view = (state: JobState) => viewOf(job(state), nextMorning);
const reported = (state: JobState) =>
  reportJob(job(state), attemptsOf(state), { tails: new Map(), problems: [] }, undefined);

/** As earlier versions left it. */
const old: JobState = { ...ended, endSeenTime: undefined, endTime: seenAt };

describe.each([
  ["seen", ended],
  ["seen by an earlier version", old],
])("an end that was %s and not recorded", (_, state) => {
  test("is no end in --json: its duration is a bound", () => {
    expect(view(state)).toMatchObject({ endSeenTime: seenAt, maxSeconds: 34 });
    expect(view(state)).not.toHaveProperty("endTime");
    expect(view(state)).not.toHaveProperty("seconds");
  });

  test("leaves ended and seconds empty in the manifest", () => {
    const { columns, rows } = manifestTable([view(state)]);
    const row = Object.fromEntries(columns.map(({ name }, at) => [name, rows[0]?.[at]]));
    expect(row).toMatchObject({ started: start, max_seconds: 34 });
    expect([row.ended, row.seconds]).toEqual([undefined, undefined]);
  });

  test("has no duration in the report's heat map, and a bound in its timeline", () => {
    const one = reported(state);
    const [attempt] = one.attempts;
    expect(attempt).toMatchObject({ ended: undefined, endSeen: Date.parse(seenAt) });
    const data = { madeAt: nextMorning, results: [], jobs: [one] } as never;
    expect(measuresOf(data).map(({ id }) => id)).not.toContain("duration");
    const row = attempt && rowOf(one, attempt, nextMorning);
    expect(row?.segments).toEqual([
      { kind: "Completed", from: Date.parse(start), to: Date.parse(seenAt), isBound: true },
    ]);
    expect(row && describeRow(row, ", ")).toBe(
      "a, ran ≤ 34 s, Completed, seen 2026-11-22 12:00 UTC",
    );
  });

  test("stays what it is in the history of attempts", () => {
    const [past] = nextAttempt(state, 2).attempts ?? [];
    expect(past).toMatchObject({ endSeenTime: seenAt });
    expect(past).not.toHaveProperty("endTime");
  });
});

test("is dated by the first sight of it, however often it is looked at", () => {
  expect(observed(ended, session, 1, nextMorning).endSeenTime).toBe(seenAt);
});

test("a recorded end is exact", () => {
  const recorded: JobState = { ...ended, endSeenTime: undefined, endTime: seenAt, exitCode: 0 };
  expect(view(recorded)).toMatchObject({ endTime: seenAt, seconds: 34 });
  expect(view(recorded)).not.toHaveProperty("maxSeconds");
});
