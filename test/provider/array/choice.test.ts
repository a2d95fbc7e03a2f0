import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  choiceIn,
  choiceOf,
  chosenJobs,
  leaveChoice,
  predecessorsLeftOut,
} from "../../../provider/array/choice";

test.each<[string, boolean]>([
  ["study/band=2,method=ls", true],
  ["study/band=*", true],
  ["study", false],
  ["study/band=2", false],
  ["study/band=22", false],
])("of the names, and nothing like them, %s is chosen: %s", (name, isChosen) => {
  const choice = choiceOf({ jobs: ["study/band=2,method=ls", "study/band=*"] });
  expect(choice.isChosen(name)).toBe(isChosen);
});

test("a run that nothing is asked of is about all jobs", () => {
  expect(choiceIn({})).toBeUndefined();
  expect(choiceIn({ [chosenJobs]: "" })).toBeUndefined();
});

test("what was left in a file is found there; without it the run would be about other jobs, so it fails", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "choice-"));
  const file = path.join(folder, "only.json");
  expect(() => choiceIn({ [chosenJobs]: file })).toThrow("ENOENT");
  leaveChoice(file, { jobs: ["a"], removes: true });
  expect(choiceIn({ [chosenJobs]: file })?.isChosen("a")).toBe(true);
  expect(choiceIn({ [chosenJobs]: file })?.removes).toBe(true);
  rmSync(folder, { recursive: true });
});

test("a job comes after none that the run leaves out and the stack does not have", () => {
  const choice = choiceOf({ jobs: ["last"] });
  const reason = expect.stringMatching(/^has 2 jobs of an array that the stack does not have/);
  const after = ["study-1-abc", "", ""];
  const none = new Set<string>();
  expect(predecessorsLeftOut(choice, { after }, none)).toEqual([{ property: "after", reason }]);
  expect(predecessorsLeftOut(choice, { after: after.slice(0, 1) }, none)).toEqual([]);
  expect(predecessorsLeftOut(undefined, { after }, none)).toEqual([]);
  expect(predecessorsLeftOut(choice, {}, none)).toEqual([]);
  // A preview knows the ids that they would have.
  const foreseen = { after: ["study-1-abc", "study-2-abc", "study-3-abc"] };
  const leftOut = new Set(["study-2-abc", "study-3-abc"]);
  expect(predecessorsLeftOut(choice, foreseen, leftOut)).toEqual([{ property: "after", reason }]);
});
