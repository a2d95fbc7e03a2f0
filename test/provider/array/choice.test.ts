import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { choiceIn, choiceOf, chosenJobs, leaveChoice } from "../../../provider/array/choice";

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
