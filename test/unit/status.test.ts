import type { Session } from "../../provider/api";
import { standing } from "../../provider/job/sessions";
import { isAlive, isFinished, statusOf } from "../../provider/job/status";

function sighting(id: string, attempt: number, status: string, startTime?: string) {
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
    const none = { job: undefined, surplus: [] };
    expect(standing([])).toEqual(none);
    expect(standing([sighting("a", 1, "Terminating")])).toEqual(none);
  });

  test("is the highest attempt, also a finished one", () => {
    const [first, second] = [sighting("a", 1, "Failed"), sighting("b", 2, "Completed")];
    expect(standing([first, second])).toEqual({ job: second, surplus: [] });
  });

  test("leaves out attempts that are being taken down", () => {
    const [first, second] = [sighting("a", 1, "Running"), sighting("b", 2, "Terminating")];
    expect(standing([second, first])).toEqual({ job: first, surplus: [] });
  });

  test("is the earliest of several under one name; the others that live are surplus", () => {
    const early = sighting("z", 1, "Running", "2026-11-22T10:00Z");
    const late = sighting("a", 1, "Running", "2026-11-22T10:00:01Z");
    const unstarted = sighting("b", 1, "Pending");
    expect(standing([unstarted, late, early])).toEqual({ job: early, surplus: [late, unstarted] });
  });

  test("is one that lives or completed, before an earlier one of its attempt that failed", () => {
    const failed = sighting("a", 1, "Failed", "2026-11-22T10:00Z");
    const running = sighting("b", 1, "Running", "2026-11-22T10:00:01Z");
    const completed = sighting("c", 1, "Completed", "2026-11-22T10:00:02Z");
    expect(standing([failed, running])).toEqual({ job: running, surplus: [] });
    expect(standing([failed, completed])).toEqual({ job: completed, surplus: [] });
  });

  test("is settled by the id, alike on every machine, where nothing has started", () => {
    const [a, b] = [sighting("a", 1, "Pending"), sighting("b", 1, "Pending")];
    expect(standing([b, a])).toEqual(standing([a, b]));
    expect(standing([b, a]).job).toBe(a);
  });

  test("calls an earlier attempt that still lives surplus, and no finished one", () => {
    const second = sighting("b", 2, "Running");
    const living = sighting("a", 1, "Running");
    const failed = sighting("c", 1, "Failed");
    expect(standing([living, second, failed])).toEqual({ job: second, surplus: [living] });
  });
});
