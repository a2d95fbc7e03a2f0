import { assertStoppable, stoppedSweeps, stoppedText } from "../../../cli/stack/stopped";
import type { Job } from "../../../provider/job/deployment";
import { trustedState } from "../../../provider/job/state";

const rule = { name: "study", failed: 2 };

function job(n: number, state: object): Job {
  const name = `study/n=${n}`;
  const base = { attempt: 1, server: "s", stopAfter: rule };
  return { name, urn: name, id: `id-${n}`, state: trustedState({ ...base, ...state }), inputs: {} };
}

const failed = { status: "Failed", cause: "ExitCode", exitCode: 1 };
const held = { status: "Held", heldBy: "stopAfter" };

test("stoppedSweeps tells how a sweep stands whose jobs are held for it", () => {
  const other = { ...held, heldBy: "maxInFlight" };
  const jobs = [job(1, { status: "Completed" }), job(2, failed), job(3, failed), job(4, held)];
  const [found, ...more] = stoppedSweeps([...jobs, job(5, held), job(6, other)]);
  expect(more).toEqual([]);
  expect(found).toEqual({
    ...{ sweep: "study", cause: "ExitCode", failed: 2, ended: 3, held: 2, example: "study/n=2" },
    release: "pulumi-skaha up --release study",
  });
  expect(found && stoppedText(found)).toBe(
    "study is stopped: 2 of its jobs failed for the same cause, ExitCode",
  );
});

test("stoppedSweeps says nothing of what no longer holds", () => {
  expect(stoppedSweeps([job(1, failed), job(2, failed)])).toEqual([]);
  expect(
    stoppedSweeps([job(1, failed), job(2, { ...failed, isForgiven: true }), job(3, held)]),
  ).toEqual([]);
});

test("assertStoppable refuses a name that no sweep with stopAfter has", () => {
  const jobs = [job(1, failed)];
  expect(() => assertStoppable(jobs, ["study"])).not.toThrow();
  expect(() => assertStoppable(jobs, ["studi"])).toThrow(/--release studi: .* is it study\?/);
  expect(() => assertStoppable(jobs, ["x"])).toThrow(/there are study/);
  expect(() => assertStoppable([job(1, { stopAfter: undefined })], ["x"])).toThrow(
    /no sweep of the stack/,
  );
});
