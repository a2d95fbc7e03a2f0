import { jobsNamed } from "../../cli/stack/select";
import type { Job } from "../../provider/job/deployment";
import type { JobState } from "../../provider/job/state";

const job = (name: string, sweep?: string): Job => ({
  name,
  urn: `urn:pulumi:dev::p::t::${name}`,
  id: `${name.replaceAll(/[^a-z0-9]/g, "-")}-abcdef12345678`,
  state: { status: "Running", attempt: 1, sessionId: `s-${name}` } as unknown as JobState,
  inputs: {},
  ...(sweep && { sweep }),
});

const jobs = [job("study/band=2", "study"), job("study/band=20", "study"), job("calibrate")];

describe("jobsNamed", () => {
  test.each([
    ["a name", ["calibrate"], ["calibrate"]],
    ["an id", ["study-band-2-abcdef12345678"], ["study/band=2"]],
    ["a session", ["s-calibrate"], ["calibrate"]],
    ["a sweep", ["study"], ["study/band=2", "study/band=20"]],
    ["a pattern", ["*band=2*"], ["study/band=2", "study/band=20"]],
    [
      "several, each once, in the stack's order",
      ["calibrate", "study", "*=2"],
      jobs.map(({ name }) => name),
    ],
  ])("finds jobs by %s", (_, wanted, found) => {
    expect(jobsNamed(jobs, wanted).map(({ name }) => name)).toEqual(found);
  });

  test.each([
    ["calibrat", "there is no job calibrat in the stack; is it calibrate?"],
    ["study/band=.", "there is no job study/band=. in the stack; is it study/band=2?"],
    ["x*", "there is no job x* in the stack: pulumi-skaha status shows all"],
  ])("refuses %s, which fits none", (wanted, message) => {
    expect(() => jobsNamed(jobs, [wanted])).toThrow(message);
  });

  test("says so where there are no jobs at all", () => {
    expect(() => jobsNamed([], ["a"])).toThrow("there is no job a: the stack has no jobs");
  });
});
