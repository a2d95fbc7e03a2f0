// Which of Pulumi's targets stand for the jobs that a run is about.
import { type Candidate, targetsOf } from "../../../../cli/commands/operations/only";
import { sessionType } from "../../../../provider/job/identity";

const single = (name: string, sweep?: string): Candidate => ({
  ...{ name, sweep, params: undefined, id: undefined, state: undefined, isSingle: true },
  urns: new Set([`urn:pulumi:s::p::${sessionType}::${name}`, "urn:sweep"]),
});
const inArray = (name: string): Candidate => ({
  ...single(name, "all"),
  isSingle: false,
  urns: new Set(["urn:array", "urn:sweep"]),
});
const many = Array.from({ length: 2_000 }, (_, n) => single(`study/n=${n}`, "study"));

test("each is a target, with what it is in, and an array is one for all", () => {
  expect(targetsOf([single("a"), single("b"), inArray("all/c"), inArray("all/d")], [])).toEqual([
    `urn:pulumi:s::p::${sessionType}::a`,
    "urn:sweep",
    `urn:pulumi:s::p::${sessionType}::b`,
    "urn:array",
  ]);
});

test("a sweep of thousands that is chosen whole is one pattern; in part it is not", () => {
  expect(targetsOf(many, many)).toEqual([`**${sessionType}::study/**`, "urn:sweep"]);
  const most = many.slice(1);
  const targets = targetsOf(most, many);
  expect(targets).toHaveLength(most.length + 1);
  expect(targets).not.toContain(`**${sessionType}::study/**`);
});

test("a job whose name Pulumi would take for a pattern is refused, unless it is in an array", () => {
  expect(() => targetsOf([single("study/n=*")], [])).toThrow(
    "study/n=* cannot be chosen alone: Pulumi takes the * in the name for a pattern",
  );
  expect(targetsOf([inArray("all/n=*")], [])).toEqual(["urn:array", "urn:sweep"]);
});
