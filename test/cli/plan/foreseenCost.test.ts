import { estimateText, foreseenCost } from "../../../cli/plan/foreseenCost";
import { plannedActions } from "../../../cli/plan/plannedActions";
import type { JobChange } from "../../../cli/plan/runEffects";
import type { LaunchPolicy } from "../../../provider/job/decisions/hold";
import type { JobInputs } from "../../../provider/job/inputs";
import { trustedState } from "../../../provider/job/state";

const now = Date.parse("2026-11-23T00:00:00Z");
const free: LaunchPolicy = { now, window: undefined, maxInFlight: undefined };
const price = { coreHours: 1, gibHours: 1, gpuHours: 35, sessions: 1 };

const inputs = (name: string, more: object = {}) =>
  ({ jobName: `${name}-id`, image: "i", cores: 2, ram: 8, ...more }) as unknown as JobInputs;

/** A job that ran so many hours and runs something else now. */
function rerun(name: string, hours: number, more: object = {}, state: object = {}): JobChange {
  const before = trustedState({
    ...inputs(name, more),
    ...{ status: "Completed", attempt: 1, sessionId: `${name}-s`, exitCode: 0 },
    startTime: new Date(now - 24 * 3_600_000).toISOString(),
    endTime: new Date(now - (24 - hours) * 3_600_000).toISOString(),
    ...state,
  });
  return { name, op: "replace", before, inputs: inputs(name, more), outcome: "started" };
}

const created = (name: string, more: object = {}): JobChange => ({
  ...{ name, op: "create", outcome: "started" },
  inputs: inputs(name, more),
});

function foreseen(changes: readonly JobChange[], policy = free) {
  return foreseenCost(changes, plannedActions(changes, policy), now);
}
const told = (changes: readonly JobChange[], policy = free) => {
  const { launched, withHeld } = foreseen(changes, policy) ?? {};
  return [launched, withHeld].map((one) => one && estimateText(one, price));
};

test("the launches of a sweep cost what its jobs took, in a range", () => {
  const hours = [1, 2, 3, 2, 2];
  const changes = hours.map((one, n) => rerun(`fit/${n}`, one));
  expect(told([...changes, created("fit/5")])).toEqual([
    "about 24 core-hours (13.7 to 34.3) and 96 GiB-hours (54.9 to 137), price 126 (74.6 to 177); as 5 jobs like them took",
    undefined,
  ]);
});

test("nothing is invented for what was not measured", () => {
  const one = created("stack/1", { gpus: 1 });
  expect(told([one])).toEqual([
    "2 core-hours, 8 GiB-hours and 1 GPU-hour, price 46 in each hour that they run; nothing like them has been measured",
    undefined,
  ]);
  const limited = created("stack/1", { maxRunSeconds: 7_200 });
  expect(told([rerun("fit/1", 1), limited])[0]).toBe(
    "about 2 core-hours and 8 GiB-hours, price 11; as one job like them took; the other job: 2 core-hours and 8 GiB-hours, price 11 in each hour that they run; nothing like them has been measured; by maxRunSeconds at most 4 core-hours and 16 GiB-hours, price 21",
  );
});

test("what is held for a slot is told, too", () => {
  const changes = [1, 2, 3, 4].map((n) => rerun(`fit/${n}`, 2));
  const policy = { ...free, maxInFlight: 1 };
  expect(told(changes, policy)).toEqual([
    expect.stringMatching(/^about 4 core-hours/),
    expect.stringMatching(/^about 16 core-hours/),
  ]);
  const { withHeld } = foreseen(changes, policy) ?? {};
  expect(withHeld).toMatchObject({ jobs: 4, samples: 4 });
});

test("jobs that share sessions count their sessions and their free places", () => {
  const pack = { name: "fit", jobs: 4, parallel: 2 };
  const changes = [1, 2, 3, 4].map((n) => {
    // Two at a time, each two hours: the session has six hours, as if a place had been free.
    const startTime = new Date(now - (n > 2 ? 20 : 24) * 3_600_000).toISOString();
    const endTime = new Date(now - (n > 2 ? 18 : 22) * 3_600_000).toISOString();
    return rerun(`fit/${n}`, 2, { pack }, { sessionId: `p.${n}`, startTime, endTime });
  });
  expect(foreseen(changes)?.launched).toMatchObject({
    expected: { coreHours: 2 * 2 * 6, gibHours: 8 * 2 * 6, sessions: 1 },
  });
});

test("a retry grows as it will be launched", () => {
  const retry = { limit: 2, ramFactor: 2 };
  const failed = { status: "Failed", exitCode: 1 };
  const retried: JobChange = { ...rerun("fit/1", 1, { retry }, failed), op: "update" };
  const { launched } = foreseen([retried, rerun("fit/2", 3)]) ?? {};
  expect(launched).toMatchObject({
    ...{ jobs: 2, samples: 1 },
    expected: { coreHours: 12, gibHours: 3 * (16 + 8), sessions: 2 },
  });
});

test("a preview that launches nothing says nothing", () => {
  const kept: JobChange = { ...rerun("fit/1", 1), op: "same" };
  expect(foreseen([kept])).toBeUndefined();
});
