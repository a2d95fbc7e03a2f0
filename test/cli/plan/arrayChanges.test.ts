import { changesOfArray } from "../../../cli/plan/arrayChanges";
import { plannedActions } from "../../../cli/plan/plannedActions";
import { choiceOf } from "../../../provider/array/choice";
import { DeclaredJobs } from "../../../provider/array/declaredJobs";
import { declaredRows } from "../../../provider/array/rows/declaredRows";
import { foreseenOfArray } from "../../../provider/native/foreseen";

const now = { now: 0, window: undefined, maxInFlight: undefined };
const place = "organization/urn:pulumi:s::p::pulumi-nodejs:dynamic/skaha:HeadlessSession::";

/** What the engine has of a new array of those jobs, whose first is the canary of the others. */
function arrayOf(...keys: readonly string[]) {
  const { rows, ...form } = declaredRows(
    keys.map((key) => ({ key, params: { key }, inputs: { image: "a/b:1", cmd: "true" } })),
  );
  const jobs = Object.fromEntries(rows.map(({ key, values }) => [key, JSON.stringify(values)]));
  const checked = new DeclaredJobs().check(
    {},
    { ...form, place, name: "study", jobs, canary: keys.slice(0, 1) },
  );
  return { inputs: { ...checked.array }, ids: [...checked.jobs.values()].map(({ id }) => id) };
}

test("a new job behind a canary that moves into the array is launched if the canary is over, else held", () => {
  const { inputs, ids } = arrayOf("a", "b");
  const change = { fresh: { inputs }, outcome: "started" } as const;
  const kinds = (status: string) =>
    plannedActions(
      changesOfArray(change, {}, (id) => (id === ids[0] ? status : undefined)),
      now,
    ).map(({ kind }) => kind);
  expect(kinds("Completed")).toEqual(["launch", "launch"]);
  expect(kinds("Running")).toEqual(["launch", "hold"]);
});

test("jobs of an array that a run is not about are left alone, whether they are new or not", () => {
  const { inputs } = arrayOf("a", "b", "c");
  const change = { fresh: { inputs }, outcome: "started" } as const;
  const changes = changesOfArray(change, { choice: choiceOf({ jobs: ["study/a"] }) });
  expect(plannedActions(changes, now).map(({ kind, name }) => [name, kind])).toEqual([
    ["study/a", "launch"],
    ["study/b", "leaveAlone"],
    ["study/c", "leaveAlone"],
  ]);
});

test("of a new array that the run leaves out there is nothing to tell", () => {
  const change = { fresh: { inputs: { name: "study" } }, outcome: "done" } as const;
  expect(changesOfArray(change)).toEqual([]);
  expect(changesOfArray({ fresh: { inputs: {} }, outcome: "done" })).toEqual([]);
});

test("rows that the native provider foretells in a preview are not taken for those of state", () => {
  const { inputs } = arrayOf("a", "b");
  const fresh = { inputs, outputs: foreseenOfArray(inputs) };
  const changes = changesOfArray({ fresh, outcome: "done" });
  expect(changes.map(({ name, op }) => [name, op])).toEqual([
    ["study/a", "create"],
    ["study/b", "create"],
  ]);
});
