import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { trustedState } from "../../../provider/job/state";
import { endsFile, releasedIn, SweepEnds } from "../../../provider/run/sweepEnds";

const rule = { name: "study", failed: 2 };
const failed = (more: object = {}) =>
  trustedState({ status: "Failed", cause: "ExitCode", attempt: 1, stopAfter: rule, ...more });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "skaha-ends-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const file = () => path.join(folder, "ends-4711.jsonl");

describe("SweepEnds", () => {
  test("counts each job once, by how it stands last", () => {
    const ends = new SweepEnds();
    ends.note("a", failed());
    ends.note("a", failed());
    expect(ends.of(rule)).toBeUndefined();
    ends.note("b", failed());
    expect(ends.of(rule)).toEqual({ cause: "ExitCode", failed: 2, ended: 2 });
    ends.note("b", failed({ status: "Running", attempt: 2 }));
    expect(ends.of(rule)).toBeUndefined();
  });

  test("counts what is declared of a sweep now, and nothing that is gone", () => {
    const ends = new SweepEnds();
    for (const id of ["a", "b", "c"]) ends.note(id, failed({ stopAfter: undefined }), rule);
    ends.note("other", failed(), { name: "other", failed: 2 });
    expect(ends.of(rule)?.failed).toBe(3);
    ends.drop("a");
    ends.drop("b");
    expect(ends.of(rule)).toBeUndefined();
  });

  test("does not count what is run again, and lets it go", () => {
    const ends = new SweepEnds({ again: new Set(["a"]) });
    for (const id of ["a", "b", "c"]) ends.note(id, failed());
    expect(ends.of(rule)?.failed).toBe(2);
    expect(ends.of(rule, "a")).toBeUndefined();
    expect(ends.of(rule, "d")?.failed).toBe(2);
  });

  test("stops nothing that is released", () => {
    const released = releasedIn({ PULUMI_SKAHA_RELEASE: "other\nstudy\n" });
    const ends = new SweepEnds({ released });
    for (const id of ["a", "b"]) ends.note(id, failed());
    expect(ends.of(rule)).toBeUndefined();
    expect(ends.isReleased("study")).toBe(true);
    expect(ends.isReleased("third")).toBe(false);
  });

  test("hands on what a refresh saw, to the next process of the same engine", () => {
    const refresh = new SweepEnds({ file: file() });
    refresh.handOn("a", failed());
    refresh.handOn("b", failed({ status: "Running" }));
    refresh.handOn("c", failed());
    refresh.handOn("x", failed({ stopAfter: undefined }));
    const update = new SweepEnds({ file: file() });
    update.note("c", failed({ isForgiven: true })); // what it is told itself counts
    expect(update.isKnown("study")).toBe(true);
    expect(update.of({ ...rule, failed: 1 })).toEqual({ cause: "ExitCode", failed: 1, ended: 1 });
    expect(update.of(rule)).toBeUndefined();
  });

  test("knows nothing where no refresh went before", () => {
    const update = new SweepEnds({ file: file() });
    expect(update.isKnown("study")).toBe(false);
    update.know("study");
    expect(update.isKnown("study")).toBe(true);
    expect(new SweepEnds().isKnown("study")).toBe(false);
  });

  test("clears what engines left that are gone, and adds to what another process of this one saw", () => {
    const ofYesterday = path.join(folder, "ends-1.jsonl");
    for (const one of [file(), ofYesterday]) {
      writeFileSync(one, '["study","old","ExitCode"]\n');
      utimesSync(one, new Date(0), new Date(0));
    }
    new SweepEnds({ file: file() }).handOn("a", failed());
    expect(existsSync(ofYesterday)).toBe(false);
    new SweepEnds({ file: file() }).handOn("b", failed());
    expect(new SweepEnds({ file: file() }).of(rule)).toMatchObject({ failed: 2, ended: 2 });
  });

  test("says so where what was handed on cannot be read", () => {
    appendFileSync(file(), '["study"]\n');
    expect(() => new SweepEnds({ file: file() }).of(rule)).toThrow();
  });
});

test("endsFile has a name for each engine's address", () => {
  expect(endsFile("/tmp/x", "127.0.0.1:4711")).toBe("/tmp/x/ends-4711.jsonl");
  expect(endsFile("/tmp/x", undefined)).toBeUndefined();
});
