import fc from "fast-check";
import { readStates, type StoredJob, writeStates } from "../../../provider/array/stateTable";
import { attemptName } from "../../../provider/job/identity";
import { type JobState, trustedState } from "../../../provider/job/state";

const start = (key: string) => `study-${key}-abcdef`;
const time = fc
  .integer({ min: 1_700_000_000, max: 1_900_000_000 })
  .map((seconds) => new Date(seconds * 1_000).toISOString());
const state = fc.record(
  {
    status: fc.constantFrom("Held", "Running", "Completed", "Failed", "Odd"),
    attempt: fc.integer({ min: 1, max: 12 }),
    server: fc.constantFrom("https://a/skaha", "https://b/skaha"),
    sessionId: fc.constantFrom("ab12cd34", "ef56ab78"),
    launchTime: time,
    startTime: time,
    endTime: time,
    reason: fc.constantFrom("waits for a slot", "waits for its window"),
    retry: fc.record({ limit: fc.integer({ min: 0, max: 3 }) }),
    ram: fc.integer({ min: 1, max: 4 }),
    logGone: fc.boolean(),
    attempts: fc.array(fc.record({ status: fc.constant("Failed"), exitCode: fc.nat() })),
    later: fc.anything({ withNullPrototype: false }).map((one) => JSON.stringify(one) ?? "none"),
  },
  { requiredKeys: ["status", "attempt", "server"] },
);
const stored = fc
  .tuple(state, fc.boolean(), fc.boolean(), fc.constantFrom("12345678", "zzzzzzzz"))
  .map(([one, isMoved, isRecorded, hash]) => ({ one, isMoved, isRecorded, hash }));

function jobOf(
  key: string,
  { one, isMoved, isRecorded, hash }: typeof stored extends fc.Arbitrary<infer T> ? T : never,
): StoredJob {
  const id = isMoved ? `older-name-abcdef${hash}` : `${start(key)}${hash}`;
  const attempt = one.attempt as number;
  const full = {
    ...one,
    ...(one.sessionId !== undefined && { sessionName: attemptName(id, attempt) }),
    ...(isRecorded && { recordedIn: `/arc/projects/x/.jobs/${id}/${attempt}` }),
  };
  return { id, state: trustedState(full) };
}

describe("the table of an array's jobs", () => {
  test("holds all that state says of each", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), stored), (all) => {
        const jobs = new Map(Object.entries(all).map(([key, one]) => [key, jobOf(key, one)]));
        const table = JSON.parse(JSON.stringify(writeStates(jobs, start)));
        expect(Object.fromEntries(readStates(table, start))).toEqual(Object.fromEntries(jobs));
      }),
      { numRuns: 1_000 },
    );
  });

  test("takes a hundred bytes or so for a job that runs", () => {
    const running = trustedState({
      ...{ image: "images.canfar.net/skaha/astroml:24.07", cores: 2, ram: 8, onRemove: "cancel" },
      ...{
        server: "https://ws-uv.canfar.net/skaha/v1",
        userId: "alice",
        runs: "cmd:12345678 args:1",
      },
      ...{ status: "Running", attempt: 1, sessionId: "ab12cd34" },
      ...{ launchTime: "2026-11-28T19:00:00.000Z", startTime: "2026-11-28T19:00:05Z" },
      ...{ expiryTime: "2026-12-12T19:00:05Z", gitCommit: "0123456789abcdef", gitDirty: false },
    });
    const jobs = new Map(
      Array.from({ length: 100 }, (_, band): [string, StoredJob] => {
        const id = `${start(`band=${band}`)}12345678`;
        const recordedIn = `/arc/projects/x/.jobs/${id}/1`;
        const state: JobState = { ...running, sessionName: id, recordedIn };
        return [`band=${band}`, { id, state }];
      }),
    );
    const table = writeStates(jobs, start);
    const lengths = Object.values(table.jobs).map((row) => row.length);
    expect(Math.max(...lengths)).toBeLessThan(120);
    expect(table.statuses).toEqual({ Running: 100 });
    expect(table.commonState).toMatchObject({ server: "https://ws-uv.canfar.net/skaha/v1" });
  });

  test("keeps what a later release's fields say, and refuses a later form", () => {
    const table = {
      version: 1,
      fields: ["id", "status", "mood"],
      commonState: { attempt: 1 },
      jobs: { a: '["12345678","Running","good"]' },
    };
    const [job] = readStates(table, start).values();
    expect(job).toEqual({
      id: `${start("a")}12345678`,
      state: { status: "Running", attempt: 1, mood: "good" },
    });
    const again = writeStates(new Map([["a", job as StoredJob]]), start);
    expect(readStates(again, start).get("a")?.state).toMatchObject({ mood: "good" });
    expect(() => readStates({ ...table, version: 3 }, start)).toThrow(/later version/);
  });

  test("of thousands is in pages, which an earlier release refuses to read", () => {
    const jobs = new Map(
      Array.from({ length: 2_500 }, (_, band): [string, StoredJob] => {
        const state = trustedState({ status: "Running", attempt: 1, server: "https://a/skaha" });
        return [`band=${band}`, { id: `${start(`band=${band}`)}12345678`, state }];
      }),
    );
    const table = JSON.parse(JSON.stringify(writeStates(jobs, start)));
    expect(table.version).toBe(2);
    expect(Object.keys(table.jobs).length).toBeLessThan(100);
    expect(table.statuses).toEqual({ Running: 2_500 });
    const back = readStates(table, start);
    expect(back.size).toBe(2_500);
    for (const [key, one] of jobs) expect(back.get(key)).toEqual(one);
  });
});
