import { withNamedReasons } from "../../../cli/stack/namedReasons";
import type { Job } from "../../../provider/job/deployment";

const job = (name: string, id: string, reason?: string) =>
  ({ name, id, state: { status: "Held", ...(reason && { reason }) } }) as unknown as Job;

test("jobs are named in the reason for which another is held", () => {
  const jobs = [
    job("per/x=1", "per-x-1-pbdsgecuw8acna"),
    job("merge", "merge-pbdsge7x0000aa", "its predecessor per-x-1-pbdsgecuw8acna is Failed"),
    job("late", "late-pbdsge7x0000bb", "its predecessor gone-pbdsge7x0000cc is not in the stack"),
  ];
  expect(withNamedReasons(jobs).map(({ state }) => state.reason)).toEqual([
    undefined,
    "its predecessor per/x=1 is Failed",
    "its predecessor gone-pbdsge7x0000cc is not in the stack",
  ]);
});
