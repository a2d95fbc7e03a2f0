import { unknownValue } from "../../../../provider/engine/unknown";
import {
  holdOf,
  outsideId,
  outsideSession,
  unknownHold,
} from "../../../../provider/job/decisions/hold";

const noon = Date.parse("2026-11-23T12:00:00Z");
const free = { now: noon, window: undefined, maxInFlight: undefined };

describe("holdOf", () => {
  test("lets a job go that waits for nothing", () => {
    expect(holdOf({}, free)).toBeUndefined();
    expect(holdOf({ after: [], afterStatus: [] }, free)).toBeUndefined();
  });

  test.each([
    [["Completed", "Completed"], undefined],
    [["Completed", "Running"], "waits for its predecessors"],
    [["Held", "Completed"], "waits for its predecessors"],
    [["Completed", "Dreaming"], "waits for its predecessors"],
    [["Completed", ""], "waits for its predecessors"],
    [["Completed", "Failed"], "predecessor b is Failed: this job waits until it is Completed"],
    [["Lost", "Pending"], "predecessor a is Lost: this job waits until it is Completed"],
    [
      ["Failed", "Lost"],
      "predecessor a is Failed, b is Lost: this job waits until it is Completed",
    ],
  ])("after jobs that are %j: %s", (afterStatus, reason) => {
    const hold = holdOf({ after: ["a", "b"], afterStatus }, free);
    expect(hold).toEqual(reason === undefined ? undefined : { by: "after", reason });
  });

  test.each([
    [unknownValue, ["Completed"]],
    [["a"], unknownValue],
    [["a"], [unknownValue]],
  ])("says that a preview cannot tell (%#)", (after, afterStatus) => {
    expect(holdOf({ after, afterStatus } as never, free)).toBe(unknownHold);
  });

  test("judges a predecessor outside the stack by what was seen of it", () => {
    const inputs = { after: [outsideId("abcd1234")], afterStatus: [""] };
    const held = (reason: string) => ({ by: "after", reason });
    expect(holdOf(inputs, free)).toEqual(held("waits for its predecessors"));
    expect(holdOf(inputs, free, { abcd1234: "Running" })).toEqual(
      held("waits for its predecessors"),
    );
    expect(holdOf(inputs, free, { abcd1234: "Lost" })).toEqual(
      held("predecessor session:abcd1234 is Lost: this job waits until it is Completed"),
    );
    expect(holdOf(inputs, free, { abcd1234: "Completed" })).toBeUndefined();
  });

  test("takes a job's own window before the stack's", () => {
    const night = { ...free, window: "20:00-06:00 UTC" };
    expect(holdOf({}, night)).toEqual({
      by: "window",
      reason: "waits for its window, 20:00-06:00 UTC",
    });
    expect(holdOf({ window: "always" }, night)).toBeUndefined();
    expect(holdOf({ window: "11:00-13:00 UTC" }, night)).toBeUndefined();
    expect(holdOf({ window: "13:00-14:00 UTC" }, free)).toMatchObject({ by: "window" });
    expect(holdOf({}, { ...night, now: noon + 9 * 3_600_000 })).toBeUndefined();
  });

  test("names what an edit could cure before what time will", () => {
    const inputs = { after: ["a"], afterStatus: ["Failed"], window: "20:00-06:00 UTC" };
    expect(holdOf(inputs, free)).toMatchObject({ by: "after" });
  });
});

test("an id of a session outside is told from a job's", () => {
  expect(outsideSession(outsideId("abcd1234"))).toBe("abcd1234");
  expect(outsideSession("night-abcdef12345678")).toBeUndefined();
});
