import { contextSchema } from "../../../../provider/api";
import type { Attempt } from "../../../../provider/job/attempts";
import { retryDue, sizeToLaunch } from "../../../../provider/job/decisions/retry";
import { trustedState } from "../../../../provider/job/state";

/** A job that has had these attempts, the last of them standing for it. */
function ended(...attempts: Attempt[]) {
  const [last = { status: "Pending" }, ...before] = [...attempts].reverse();
  return trustedState({ ...last, attempt: attempts.length, attempts: before.reverse() });
}

const failed: Attempt = { status: "Failed" };
const expired: Attempt = { status: "Failed", cause: "Deadline" };
const lost: Attempt = { status: "Lost" };
const lostLate: Attempt = { status: "Lost", cause: "Deadline" };
const killed: Attempt = { status: "Failed", cause: "OutOfMemory" };

describe("retryDue", () => {
  test("retries nothing that was not asked for", () => {
    expect(retryDue(ended(failed), undefined)).toBeUndefined();
    expect(retryDue(ended(failed), { limit: 0 })).toBeUndefined();
    expect(retryDue(ended(lost), { limit: 3 })).toBeUndefined();
    expect(retryDue(ended(lostLate), { limit: 3 })).toBeUndefined();
    expect(retryDue(ended({ status: "Completed" }), { limit: 3 })).toBeUndefined();
    for (const status of ["Held", "Pending", "Running", "Terminating", "Dreaming"]) {
      expect(retryDue(ended({ status }), { limit: 3, on: ["Failed", "Lost"] })).toBeUndefined();
    }
  });

  test("stops at its limit", () => {
    expect(retryDue(ended(failed), { limit: 2 })).toBe("Failed: retry 1 of 2");
    expect(retryDue(ended(failed, failed), { limit: 2 })).toBe("Failed: retry 2 of 2");
    expect(retryDue(ended(failed, failed, failed), { limit: 2 })).toBeUndefined();
  });

  test.each([
    [failed, ["Failed"], "Failed"],
    [expired, ["Failed"], "Deadline"],
    [killed, ["Failed"], "OutOfMemory"],
    [expired, ["Deadline"], "Deadline"],
    [lostLate, ["Deadline"], "Deadline"],
    [lost, ["Lost"], "Lost"],
    [lostLate, ["Lost"], "Deadline"],
    [killed, ["OutOfMemory"], "OutOfMemory"],
    [failed, ["Lost", "Deadline", "OutOfMemory"], undefined],
    [lost, ["Failed", "Deadline"], undefined],
  ] as const)("%j is retried on %j: %s", (attempt, on, cause) => {
    const due = retryDue(ended(attempt), { limit: 1, on });
    expect(due).toBe(cause && `${cause}: retry 1 of 1`);
  });

  test("counts each cause by itself where each has a limit", () => {
    const retry = { limit: { Failed: 1, Lost: 2 } };
    expect(retryDue(ended(failed), retry)).toBe("Failed: retry 1 of 1 for Failed");
    expect(retryDue(ended(failed, lost), retry)).toBe("Lost: retry 1 of 2 for Lost");
    expect(retryDue(ended(failed, lost, lost), retry)).toBe("Lost: retry 2 of 2 for Lost");
    expect(retryDue(ended(failed, lost, failed), retry)).toBeUndefined();
    expect(retryDue(ended(lost, lost, lost), retry)).toBeUndefined();
  });

  test("takes a special cause for its status where only that has a limit", () => {
    expect(retryDue(ended(expired), { limit: { Failed: 1 } })).toBe(
      "Deadline: retry 1 of 1 for Failed",
    );
    expect(retryDue(ended(failed, expired), { limit: { Failed: 1 } })).toBeUndefined();
    expect(retryDue(ended(lostLate), { limit: { Failed: 1 } })).toBeUndefined();
  });

  test("counts an attempt for one cause only", () => {
    // The first was counted as Deadline: there is one Failed retry left.
    const retry = { limit: { Failed: 1, Deadline: 1 } };
    expect(retryDue(ended(expired, failed), retry)).toBe("Failed: retry 1 of 1 for Failed");
    expect(retryDue(ended(expired, failed, failed), retry)).toBeUndefined();
    expect(retryDue(ended(expired, expired), retry)).toBeUndefined();
  });
});

describe("sizeToLaunch", () => {
  const context = contextSchema.parse({
    cores: { options: [1, 2, 4, 8] },
    memoryGB: { options: [32, 1, 2, 4, 8, 16] },
    gpus: { options: [1, 2] },
  });
  const job = { cores: 2, ram: 4, gpus: 1 };

  test("is what was declared, without factors and for the first attempt", () => {
    expect(sizeToLaunch({ ...job, retry: undefined }, 2, context)).toEqual(job);
    const retry = { limit: 3, ramFactor: 2, coresFactor: 2 };
    expect(sizeToLaunch({ ...job, retry }, 0, context)).toEqual(job);
  });

  test.each([
    [1, 1.5, 8],
    [2, 1.5, 16],
    [1, 2, 8],
    [2, 2, 16],
    [3, 2, 32],
    [4, 2, 32],
    [1, 1.1, 8],
    [8, 100, 32],
  ])("retry %i with ramFactor %d has %i GiB", (retries, ramFactor, ram) => {
    const retry = { limit: 9, ramFactor };
    expect(sizeToLaunch({ ...job, retry }, retries, context)).toEqual({ ...job, ram });
  });

  test("grows cores alike, and GPUs never", () => {
    const retry = { limit: 9, coresFactor: 1.5 };
    expect(sizeToLaunch({ ...job, retry }, 1, context)).toEqual({ ...job, cores: 4 });
  });

  test("rounds to whole numbers where the server did not say what it offers", () => {
    const retry = { limit: 9, ramFactor: 1.5, coresFactor: 1.2 };
    expect(sizeToLaunch({ ...job, ram: 5, retry }, 1, undefined)).toEqual({
      cores: 3,
      ram: 8,
      gpus: 1,
    });
  });

  test("never shrinks what is larger than the largest option", () => {
    const retry = { limit: 1, ramFactor: 2 };
    expect(sizeToLaunch({ ...job, ram: 32.5, retry }, 1, context)).toMatchObject({ ram: 32.5 });
  });

  test("leaves out what was left out", () => {
    const retry = { limit: 1, ramFactor: 2 };
    expect(sizeToLaunch({ ram: 4, retry } as never, 1, context)).toEqual({
      cores: undefined,
      ram: 8,
      gpus: undefined,
    });
  });
});
