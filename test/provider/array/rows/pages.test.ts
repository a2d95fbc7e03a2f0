import fc from "fast-check";
import { hasPages, mostApart, paged, unpaged } from "../../../../provider/array/rows/pages";
import { unknownValue } from "../../../../provider/engine/unknown";

function rowsOf(count: number, more: Readonly<Record<string, string>> = {}) {
  const rows = Array.from({ length: count }, (_, tile) => [`tile=${tile}`, `12345678 [${tile}]`]);
  return { ...Object.fromEntries(rows), ...more } as Readonly<Record<string, string>>;
}

const many = rowsOf(mostApart + 100);

test("thousands of rows are a few dozen to a page, and come back whole", () => {
  const pages = paged(many);
  const count = Object.keys(pages).length;
  expect(count).toBeGreaterThan(mostApart / 200);
  expect(count).toBeLessThan(mostApart / 20);
  expect(unpaged(pages)).toEqual(many);
  expect(hasPages(pages)).toBe(true);
});

test("up to two thousand rows are values of their own", () => {
  const few = rowsOf(mostApart);
  expect(paged(few)).toBe(few);
  expect(hasPages(few)).toBe(false);
  expect(unpaged(few)).toBe(few);
});

test("a row that comes, goes or changes changes the page that it is in, and no other", () => {
  const { "tile=700": _gone, ...fewer } = many;
  const edits = [fewer, { ...many, "tile=9999": "1 []" }, { ...many, "tile=42": "1 [43]" }];
  for (const edited of edits) {
    const [before, after] = [paged(many), paged(edited)];
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    const changed = names.filter((name) => before[name] !== after[name]);
    expect(changed).toHaveLength(1);
    expect(Object.keys(after)).toEqual(Object.keys(before));
  }
});

test("whatever keys and rows there are, and in whatever order they are declared, the pages hold them", () => {
  const key = fc.string({ minLength: 1, maxLength: 12, unit: "binary" });
  const row = fc.anything().map((value) => `x ${JSON.stringify([value])}`);
  const sorted = (rows: object) => JSON.stringify(Object.entries(rows).sort());
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(key, row), { selector: ([one]) => one }), (odd) => {
      const rows = Object.fromEntries([...odd, ...Object.entries(many)]);
      const back = unpaged(JSON.parse(JSON.stringify(paged(rows))));
      expect(sorted(back)).toBe(sorted(rows));
      const reversed = Object.fromEntries(Object.entries(rows).reverse());
      expect(sorted(paged(reversed))).toBe(sorted(paged(rows)));
    }),
    { numRuns: 30 },
  );
});

test("what is not known yet is no part of a page, so that the engine knows of it", () => {
  const later = Promise.resolve("12345678 [1]");
  const pages = paged({ ...many, "tile=5": unknownValue, "tile=6": later });
  expect(pages["tile=5"]).toBe(unknownValue);
  expect(pages["tile=6"]).toBe(later);
  expect(hasPages(pages)).toBe(true);
});
