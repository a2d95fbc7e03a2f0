import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { newEndings, nothingTold } from "../../../cli/notice/endings";
import { noticeJsonSchema, noticeOf, noticeSchema } from "../../../cli/notice/notice";
import type { Job } from "../../../provider/job/deployment";
import { trustedState } from "../../../provider/job/state";
import { checkout } from "../../../toolchain/checkout";

const file = path.join(checkout, "schema/notice.schema.json");

describe("schema/notice.schema.json", () => {
  // To bring it up to date: npm run docs
  test("is what the zod schema says", () => {
    const schema = noticeJsonSchema();
    if (process.env.UPDATE_DOCS) writeFileSync(file, JSON.stringify(schema, null, 2));
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(schema);
  });
});

function job(n: number, state: object): Job {
  const name = `study/n=${n}`;
  const urn = `urn:pulumi:prod::survey::skaha:index:Sweep$skaha:index:HeadlessSession::${name}`;
  const base = { attempt: 1, server: "https://example.org/skaha/v1" };
  return { name, urn, id: `id-${n}`, state: trustedState({ ...base, ...state }), inputs: {} };
}

function told(jobs: readonly Job[], rules: object = {}) {
  const all = { failed: undefined, quietMs: undefined, ...rules };
  const now = Date.parse("2026-11-29T06:00:00Z");
  const [ending] = newEndings(jobs, nothingTold, all, now).endings;
  if (!ending) throw new Error("there is no ending");
  const notice = noticeOf(ending, jobs, { now, server: "https://example.org/skaha/v1" });
  expect(noticeSchema.parse(notice)).toEqual(notice);
  return notice;
}

const failed = { status: "Failed", cause: "ExitCode", exitCode: 3, attempt: 2 };

describe("noticeOf", () => {
  test("says how all jobs ended, and which failed", () => {
    const jobs = [job(1, { status: "Completed" }), job(2, failed), job(3, { status: "Lost" })];
    expect(told(jobs)).toEqual({
      ...{ version: 1, id: expect.stringMatching(/^done-/), isRepeat: false, ending: "done" },
      text: "survey/prod: all jobs have ended: 1 Completed, 1 Failed, 1 Lost",
      ...{ time: "2026-11-29T06:00:00.000Z", project: "survey", stack: "prod" },
      server: "https://example.org/skaha/v1",
      counts: { Completed: 1, Failed: 1, Lost: 1 },
      failedCount: 2,
      failed: [
        { name: "study/n=2", id: "id-2", ...failed },
        { name: "study/n=3", id: "id-3", status: "Lost", attempt: 1 },
      ],
      ...{ heldCount: 0, held: [], stopped: [] },
    });
  });

  test("says that a sweep was stopped", () => {
    const stopAfter = { name: "study", failed: 1 };
    const held = { status: "Held", heldBy: "stopAfter", reason: "study is stopped", stopAfter };
    const jobs = [job(1, { ...failed, stopAfter }), job(2, { status: "Running" }), job(3, held)];
    expect(told(jobs)).toMatchObject({
      ...{ ending: "failing", sweep: "study", heldCount: 1 },
      text: "survey/prod: study is stopped: 1 of its jobs failed for the same cause, ExitCode: 1 Held, 1 Running, 1 Failed",
      held: [{ name: "study/n=3", heldBy: "stopAfter", reason: "study is stopped" }],
      stopped: [{ sweep: "study", failed: 1, release: "pulumi-skaha up --release study" }],
    });
  });

  test("names some of thousands, and counts the others", () => {
    const jobs = Array.from({ length: 3_000 }, (_, n) => job(n, failed));
    const notice = told(jobs);
    expect(notice).toMatchObject({ failedCount: 3_000, counts: { Failed: 3_000 } });
    expect(notice.failed).toHaveLength(20);
    expect(JSON.stringify(notice).length).toBeLessThan(10_000);
  });

  test("says that no up launches what is held, and lets no name steer a terminal", () => {
    const jobs = [
      { ...job(1, failed), name: "a\u001b[31m" },
      job(2, { status: "Held", heldBy: "after", after: ["id-1"] }),
    ];
    expect(told(jobs)).toMatchObject({
      ending: "stuck",
      text: "survey/prod: nothing runs any more, and 1 job is Held that no up launches by itself: 1 Held, 1 Failed",
    });
  });
});
