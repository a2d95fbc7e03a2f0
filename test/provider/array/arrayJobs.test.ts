// What an array's state says of its jobs, as if each were a resource.
import { storedJobsOf } from "../../../provider/array/arrayJobs";
import { DeclaredJobs } from "../../../provider/array/declaredJobs";
import { declaredRows } from "../../../provider/array/rows/declaredRows";
import { type StoredJob, writeStates } from "../../../provider/array/stateTable";
import { jobsOf } from "../../../provider/job/deployment";
import { arrayType, idStarts } from "../../../provider/job/identity";
import { trustedState } from "../../../provider/job/state";
import { failedUpstream, summarize } from "../../../provider/job/summary";

const place = "organization/urn:pulumi:s::p::pulumi-nodejs:dynamic/skaha:HeadlessSession::";
const name = "study";

/** A stack with an array whose first job is the canary of the others, each with that state. */
function stackOf(states: Readonly<Record<string, Readonly<Record<string, unknown>>>>) {
  const keys = Object.keys(states);
  const { rows, ...form } = declaredRows(
    keys.map((key) => ({
      key,
      params: { key },
      inputs: { image: "images.canfar.net/skaha/terminal:1.1.2", cmd: "true" },
    })),
  );
  const jobs = Object.fromEntries(rows.map(({ key, values }) => [key, JSON.stringify(values)]));
  const canary = keys.slice(0, 1);
  const checked = new DeclaredJobs().check({}, { ...form, place, name, jobs, canary });
  const stored = new Map<string, StoredJob>(
    [...checked.jobs].map(([key, { id }]) => [
      key,
      { id, state: trustedState({ attempt: 1, ...states[key] }) },
    ]),
  );
  const outputs = { place, name, ...writeStates(stored, idStarts(place, name)) };
  const urn = `urn:pulumi:s::p::${arrayType}::${name}`;
  return { resources: [{ urn, type: arrayType, id: "x", inputs: checked.array, outputs }] };
}

const heldByCanary = { status: "Held", heldBy: "canary", reason: "waits" };

test.each([
  ["Running", true],
  ["Completed", true],
  ["Failed", false],
])("jobs that wait for a canary that is %s may still go on: %s", (status, goesOn) => {
  const stack = stackOf({ a: { status }, b: heldByCanary, c: heldByCanary });
  expect(summarize(stack).isUnfinished).toBe(goesOn);
});

test("a canary that failed is named for each job that waits for it", () => {
  const stack = stackOf({ a: { status: "Failed" }, b: heldByCanary, c: heldByCanary });
  const [a, b, c] = jobsOf(stack);
  expect(a?.inputs.canary).toBeUndefined();
  expect(b?.inputs.canary).toEqual([a?.id]);
  const failed = [{ name: "study/a", status: "Failed" }];
  expect([...failedUpstream(jobsOf(stack))]).toEqual([
    [b?.id, failed],
    [c?.id, failed],
  ]);
});

test("what is read is what was written", () => {
  const stack = stackOf({ a: { status: "Running", sessionId: "s1" }, b: heldByCanary });
  const [array] = stack.resources;
  const states = [...storedJobsOf({ ...array, inputs: { ...array?.inputs } }).values()].map(
    ({ state }) => state,
  );
  expect(states).toMatchObject([{ status: "Running", sessionId: "s1" }, heldByCanary]);
});
