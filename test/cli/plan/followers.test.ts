import { followersOf } from "../../../cli/plan/followers";
import type { JobState } from "../../../provider/job/state";

function job(id: string, after: readonly string[], more: Partial<JobState> & { members?: true }) {
  const { members, ...state } = more;
  return {
    id,
    inputs: { ...(members && { members }) },
    state: { status: "Completed", after, ...state } as JobState,
  };
}

const all = [
  job("best-of-best", ["best"], { members: true }),
  job("best", ["a", "b"], { members: true }),
  job("kept", ["a"], { members: true, staleAfter: "keep" }),
  job("held", ["a"], { members: true, status: "Held" }),
  job("plot", ["best"], {}),
  job("next", ["a"], {}),
  job("page", ["plot", "next"], {}),
  job("other", ["c"], { members: true }),
  { id: "a", inputs: {}, state: { status: "Completed" } as JobState },
];
const ids = (takesAll: boolean, ...again: string[]) =>
  followersOf(
    all,
    again.map((id) => ({ id })),
    takesAll,
  ).map(({ id }) => id);

describe("followersOf", () => {
  test("takes what merges a job, and what merges that", () => {
    expect(ids(false, "a")).toEqual(["best-of-best", "best"]);
    expect(ids(false, "best")).toEqual(["best-of-best"]);
    expect(ids(false, "a", "best")).toEqual(["best-of-best"]);
    expect(ids(false, "plot")).toEqual([]);
  });
  test("takes all that comes after it where that is asked for", () => {
    expect(ids(true, "a")).toEqual(["best-of-best", "best", "plot", "next", "page"]);
    expect(ids(true, "next")).toEqual(["page"]);
  });
});
