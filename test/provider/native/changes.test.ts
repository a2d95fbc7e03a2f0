import { changedInputs, changedInputsOfArray } from "../../../provider/native/changes";

const found = (olds: Record<string, unknown>, news: Record<string, unknown>) =>
  Object.fromEntries(changedInputs(olds, news));

test.each([
  ["nothing", { a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 }, {}],
  ["what is derived from the rest", { identity: "a", jobName: "b" }, { identity: "c" }, {}],
  [
    "an input that came, and one that went",
    { cmd: "a" },
    { script: "a" },
    { cmd: "delete", script: "add" },
  ],
  [
    "a part of a list",
    { args: ["a", "b"] },
    { args: ["a", "c", "d"] },
    { "args[1]": "update", "args[2]": "add" },
  ],
  [
    "a key of a map",
    { env: { A: "1", "b.c": "2" } },
    { env: { A: "2" } },
    { 'env["A"]': "update", 'env["b.c"]': "delete" },
  ],
  ["a key with a quote", { env: {} }, { env: { 'a"b': "1" } }, { 'env["a\\"b"]': "add" }],
  ["a value of another kind", { args: ["a"] }, { args: "later" }, { args: "update" }],
])("between two sets of inputs %s is told", (_, olds, news, changes) => {
  expect(found(olds, news)).toEqual(changes);
});

test("of an array whose ids are all others because of what is common, only that is told, and rows that changed themselves", () => {
  const olds = { common: { image: "a" }, jobs: { x: "11111111 [1]", y: "22222222 [2]" } };
  const news = { common: { image: "b" }, jobs: { x: "33333333 [1]", y: "44444444 [3]" } };
  expect(Object.fromEntries(changedInputsOfArray(olds, news))).toEqual({
    'common["image"]': "update",
    'jobs["y"]': "update",
  });
});

test("of an array with the same form a row whose job is another one is told", () => {
  const olds = { common: {}, jobs: { x: "11111111 [1]" } };
  const news = { common: {}, jobs: { x: "33333333 [1]" } };
  expect(Object.fromEntries(changedInputsOfArray(olds, news))).toEqual({ 'jobs["x"]': "update" });
});
