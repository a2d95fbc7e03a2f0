import { mayBePreempted, wasPreempted } from "../../../../provider/job/decisions/preempted";

const event = (reason: string, time = "2026-11-22T20:00:00Z") => ({
  ...{ type: "Normal", reason, message: "Preempted by pod 7f3 on node n-1" },
  firstTime: time,
});

test.each([
  ["killed before it could write down its end", { cause: "Killed" }, true],
  ["ended by TERM", { cause: "Signal", signal: "TERM" }, true],
  ["ended by SEGV", { cause: "Signal", signal: "SEGV" }, false],
  ["ended with a status of its own", { cause: "ExitCode" }, false],
  ["without a record", {}, false],
  ["at its own limit", { cause: "Timeout" }, false],
])("of a job %s the events are asked for: %j %s", (_, state, isAsked) => {
  expect(mayBePreempted({ status: "Failed", ...state })).toBe(isAsked);
});

test.each([[{ limit: 2, on: ["Preempted" as const] }], [{ limit: { Preempted: 3 } }]])(
  "where %j tells preemption apart, any failure may be one",
  (retry) => {
    expect(mayBePreempted({ status: "Failed", retry })).toBe(true);
    expect(mayBePreempted({ status: "Failed", cause: "ExitCode", retry })).toBe(true);
    expect(mayBePreempted({ status: "Completed", retry })).toBe(false);
    expect(mayBePreempted({ status: "Failed", cause: "OutOfMemory", retry })).toBe(false);
  },
);

test("the scheduler's event says it, and so does a kubelet's; one that waits is not preempted", () => {
  expect(wasPreempted([event("Scheduled"), event("Preempted")], {})).toBe(true);
  expect(wasPreempted([event("Preempting")], {})).toBe(true);
  const message = "0/5 nodes are available. preemption: No preemption victims found for pod";
  expect(wasPreempted([{ ...event("FailedScheduling"), message }], {})).toBe(false);
  expect(wasPreempted([], {})).toBe(false);
});

test("a job that had ended before its session was preempted was not", () => {
  const events = [event("Preempted")];
  expect(wasPreempted(events, { endTime: "2026-11-22T19:30:00Z" })).toBe(false);
  expect(wasPreempted(events, { endTime: "2026-11-22T19:59:58Z" })).toBe(true);
  expect(wasPreempted(events, { endTime: "2026-11-22T20:00:09Z" })).toBe(true);
});
