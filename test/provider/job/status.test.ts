import type { Session } from "../../../provider/api";
import { currentSession } from "../../../provider/job/sessions";
import { isAlive, isFinished, statusOf } from "../../../provider/job/status";

function jobSession(id: string, attempt: number, status: string, startTime?: string) {
  const session: Session = {
    id,
    userid: "alice",
    image: "i",
    type: "headless",
    status,
    name: "x",
    startTime,
    expiryTime: undefined,
  };
  return { session, attempt };
}

describe("statusOf", () => {
  test.each([
    ["Pending", "Pending"],
    ["Running", "Running"],
    ["Terminating", "Terminating"],
    ["Completed", "Completed"],
    ["Failed", "Failed"],
    ["Succeeded", "Completed"],
    ["Error", "Failed"],
    ["Terminated", "Failed"],
    ["Failed (BackoffLimitExceeded)", "Failed"],
    ["Unknown", "Unknown"],
    ["Suspended", "Suspended"],
    ["Held", "unknown (Held)"],
    ["Lost", "unknown (Lost)"],
  ])("reads %j as %s", (word, status) => {
    expect(statusOf(word)).toBe(status);
  });
});

describe("isFinished and isAlive", () => {
  test.each([
    ["Held", false, false],
    ["Pending", false, true],
    ["Running", false, true],
    ["Terminating", false, false],
    ["Completed", true, false],
    ["Failed", true, false],
    ["Lost", false, false],
    ["a word of the future", false, true],
  ])("%s is finished: %s, alive: %s", (status, finished, alive) => {
    expect([isFinished(status), isAlive(status)]).toEqual([finished, alive]);
  });
});

describe("standing", () => {
  test("is nobody where there is none, or all are being taken down", () => {
    const none = { job: undefined, duplicates: [] };
    expect(currentSession([])).toEqual(none);
    expect(currentSession([jobSession("a", 1, "Terminating")])).toEqual(none);
  });

  test("is the highest attempt, also a finished one", () => {
    const [first, second] = [jobSession("a", 1, "Failed"), jobSession("b", 2, "Completed")];
    expect(currentSession([first, second])).toEqual({ job: second, duplicates: [] });
  });

  test("leaves out attempts that are being taken down", () => {
    const [first, second] = [jobSession("a", 1, "Running"), jobSession("b", 2, "Terminating")];
    expect(currentSession([second, first])).toEqual({ job: first, duplicates: [] });
  });

  test("is the earliest of several under one name; the others that live are duplicates", () => {
    const early = jobSession("z", 1, "Running", "2026-11-22T10:00Z");
    const late = jobSession("a", 1, "Running", "2026-11-22T10:00:01Z");
    const unstarted = jobSession("b", 1, "Pending");
    expect(currentSession([unstarted, late, early])).toEqual({
      job: early,
      duplicates: [late, unstarted],
    });
  });

  test("is one that lives or completed, before an earlier one of its attempt that failed", () => {
    const failed = jobSession("a", 1, "Failed", "2026-11-22T10:00Z");
    const running = jobSession("b", 1, "Running", "2026-11-22T10:00:01Z");
    const completed = jobSession("c", 1, "Completed", "2026-11-22T10:00:02Z");
    expect(currentSession([failed, running])).toEqual({ job: running, duplicates: [] });
    expect(currentSession([failed, completed])).toEqual({ job: completed, duplicates: [] });
  });

  test("is settled by the id, alike on every machine, where nothing has started", () => {
    const [a, b] = [jobSession("a", 1, "Pending"), jobSession("b", 1, "Pending")];
    expect(currentSession([b, a])).toEqual(currentSession([a, b]));
    expect(currentSession([b, a]).job).toBe(a);
  });

  test("calls an earlier attempt that still lives duplicates, and no finished one", () => {
    const second = jobSession("b", 2, "Running");
    const living = jobSession("a", 1, "Running");
    const failed = jobSession("c", 1, "Failed");
    expect(currentSession([living, second, failed])).toEqual({ job: second, duplicates: [living] });
  });
});
