// Which of Pulumi's targets stand for the jobs that a run is about.
import {
  assertNeededChosen,
  assertToldApart,
  type Candidate,
  targetOf,
  targetsOf,
} from "../../../../cli/commands/operations/only";
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

test("what is not in the stack is a pattern that fits it alone, for a refresh would not find it", () => {
  const inStack = new Set(["urn:a"]);
  expect(targetOf("urn:a", inStack)).toBe("urn:a");
  expect(targetOf("urn:b", inStack)).toBe("*urn:b");
  expect(targetOf("**type::study/**", inStack)).toBe("**type::study/**");
});

test("a name that two jobs of the program or of the stack have is refused", () => {
  const [one, other] = [
    { name: "all/c", urn: "urn:array" },
    { name: "all/c", urn: "urn:single" },
  ];
  const chosen = [{ name: "all/c" }];
  expect(() => assertToldApart(chosen, [[], [one, other]])).toThrow(
    "--only all/c: two jobs are called so, and --only cannot tell them apart: urn:array and urn:single; rename one, or run without --only",
  );
  expect(() => assertToldApart([{ name: "all/d" }], [[], [one, other]])).not.toThrow();
  const inStack = [{ ...one, id: "all-c-abcdef12345678" }];
  expect(() => assertToldApart(chosen, [inStack, [other]])).not.toThrow(); // it moves out of the array
});

const urnOf = (name: string, type = sessionType) => `urn:pulumi:s::p::${type}::${name}`;

test.each<[string, readonly string[], string]>([
  [
    "one",
    [urnOf("a b")],
    "last comes after a b, which is new and not chosen: name it too (--only 'a b')",
  ],
  [
    "several",
    [urnOf("a"), urnOf("chosen"), urnOf("c")],
    "last comes after a, c, which are new and not chosen: name them too (--only for each)",
  ],
  [
    "something else",
    [urnOf("a"), urnOf("word", "random:index:Password")],
    "last needs word, which --only cannot make: run up without --only",
  ],
])("a job that needs %s that is new and not chosen is refused", (_, missing, sentence) => {
  const chosen = [single("chosen"), single("last")];
  const needed = new Map([[urnOf("last"), missing]]);
  expect(() => assertNeededChosen(chosen, needed)).toThrow(sentence);
  expect(() =>
    assertNeededChosen(chosen, new Map([[urnOf("last"), [urnOf("chosen")]]])),
  ).not.toThrow();
  expect(() => assertNeededChosen([single("chosen")], needed)).not.toThrow();
});
