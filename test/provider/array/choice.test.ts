import { choiceIn, choiceOf, chosenJobs } from "../../../provider/array/choice";

test.each<[string, boolean]>([
  ["study/band=2,method=ls", true],
  ["study", true],
  ["study/band=2*", true],
  ["*method=ls", true],
  ["study-band-2-method-ls-abcdef12345678", true],
  ["stud", false],
  ["study/band=2", false],
  ["study/band=.*", false],
  ["band=2*", false],
])("%s chooses a job by its whole name, its sweep, its id or a pattern: %s", (word, isChosen) => {
  const choice = choiceOf({ jobs: ["other", word] });
  const id = "study-band-2-method-ls-abcdef12345678";
  expect(choice.isChosen("study/band=2,method=ls", id)).toBe(isChosen);
});

test("a run that nothing is asked of is about all jobs", () => {
  expect(choiceIn({})).toBeUndefined();
  expect(choiceIn({ [chosenJobs]: "" })).toBeUndefined();
});
