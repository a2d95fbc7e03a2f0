import fc from "fast-check";
import { keyOf, keysAtFirst, otherKeys } from "../../../provider/sweep/keys";
import { type Row, textOf, withColumns } from "../../../provider/sweep/row";

const value = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }),
  fc.string({ unit: fc.constantFrom(..."ab0123.-+eE ~\"',=*/:_é\u0301") }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.integer(),
  fc.integer().map(String),
  fc.constantFrom(true, false, null, "true", "false", "null", "", "NaN", "Infinity", 0, -0),
);
const name = fc.oneof(
  fc.constantFrom("a", "b", "a=1", "a,b", "*", "~", "A", "__proto__"),
  fc.string({ unit: "binary" }),
);
const entries = fc.uniqueArray(fc.tuple(name, value), {
  minLength: 1,
  maxLength: 4,
  selector: ([one]) => one,
});

/** Equal exactly where two rows are the same. */
function sameness(row: Row): string {
  const sorted = Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(sorted.map(([one, of]) => [one, typeof of, textOf(of)]));
}

describe("keyOf", () => {
  // Golden: any other key cancels and launches jobs that users have.
  test.each<[Row, string]>([
    [{ method: "ls", band: 2 }, "band=2,method=ls"],
    [{ x: 0.1 }, "x=0.1"],
    [{ x: -0 }, "x=0"],
    [{ x: 1e21 }, "x=1e+21"],
    [{ x: "2" }, 'x="2"'],
    [{ x: "" }, 'x=""'],
    [{ x: "0123" }, "x=0123"],
    [{ x: "2E10" }, "x=2E10"],
    [{ x: true, y: "true", z: null, w: "null" }, 'w="null",x=true,y="true",z=null'],
    [{ gaia: "4295806720038285000001" }, "gaia=4295806720038285000001"],
    [{ night: "2026-11-22" }, "night=2026-11-22"],
    [{ galaxy: "NGC 224" }, "galaxy=NGC_224~oltf1uvc"],
    [{ galaxy: "Große Magellansche Wolke und mehr" }, "galaxy=Grosse_Magellan~0sr3skle"],
    [{ star: "α Cen" }, "star=alpha_Cen~1xs5cb2z"],
    [{ "a=b": "*" }, "a_b~78371l56=~39wvp3kx"],
    [{ "\ud800": 1 }, "~98a0sdd9=1"],
  ])("of %j is %s", (row, key) => {
    expect(keyOf(row)).toBe(key);
  });

  test("tells any two different rows apart, and no two equal ones", () => {
    const rows = fc.sample(entries, { numRuns: 10_000, seed: 6 });
    const byKey = new Map<string, string>();
    for (const one of rows) {
      const row: Row = Object.fromEntries(one);
      const key = keyOf(row);
      expect(byKey.get(key) ?? sameness(row)).toBe(sameness(row));
      byKey.set(key, sameness(row));
      const turned: Row = Object.fromEntries([...one].reverse());
      expect(keyOf(turned)).toBe(key);
      // What separates and what is a wildcard or unreadable comes from no name and no value.
      expect(key.split(",")).toHaveLength(one.length);
      expect(key.split("=")).toHaveLength(one.length + 1);
      expect(key).toMatch(/^[!-~]+$/);
      expect(key).not.toMatch(/\*|::/);
    }
    expect(byKey.size).toBe(new Set(rows.map((one) => sameness(Object.fromEntries(one)))).size);
    expect(byKey.size).toBeGreaterThan(9_000);
  });

  test("tells similar long values apart", () => {
    const long = (tail: string) => keyOf({ path: `/arc/projects/survey/a/b/c/${tail}` });
    expect(long("1")).not.toBe(long("2"));
    expect(long("1").length).toBeLessThan(35);
    expect(keyOf({ a: "e\u0301" })).not.toBe(keyOf({ a: "é" }));
    expect(keyOf({ a: "\ud800" })).not.toBe(keyOf({ a: "\ud801" }));
  });

  test("is made of the parameters that are chosen", () => {
    const row = { galaxy: "M31", ram: 8, comment: "near" };
    expect(keyOf(row, ["galaxy"])).toBe("galaxy=M31");
    expect(keyOf(row, ({ galaxy, ram }) => `${galaxy} at ${ram}`)).toBe("M31 at 8");
    expect(keyOf(withColumns(row, { key: ["galaxy"], declared: undefined }))).toBe("galaxy=M31");
    const copied = { ...withColumns(row, { key: ["galaxy"], declared: undefined }), band: 2 };
    expect(keyOf(copied)).toBe("galaxy=M31");
    expect(keyOf(copied, ["galaxy", "band"])).toBe("band=2,galaxy=M31");
  });

  test("knows a table's rows by the keys that other types of its columns make", () => {
    const table = (row: Row, key: readonly string[]) =>
      withColumns(row, { key, declared: undefined });
    expect(otherKeys(table({ a: 8, b: "x" }, ["a", "b"]))).toEqual(['a="8",b=x']);
    expect(otherKeys(table({ a: "8" }, ["a"]))).toEqual(["a=8"]);
    expect(otherKeys(table({ a: true, b: "2" }, ["a", "b"]))).toEqual([
      'a="true",b="2"',
      "a=true,b=2",
      'a="true",b=2',
    ]);
    expect(otherKeys(table({ a: "0123", b: "x" }, ["a", "b"]))).toEqual([]);
    expect(otherKeys(table({ a: "0123", b: "" }, ["a", "b"]))).toEqual(["a=0123,b=null"]);
    expect(otherKeys(table({ a: null, b: 7n }, ["a", "b"]))).toEqual([
      'a="",b=7',
      'a=null,b="7"',
      'a="",b="7"',
    ]);
    expect(otherKeys(table({ a: 4295806720038285056n }, ["a"]))).toEqual([]);
    expect(otherKeys({ a: 8 })).toEqual([]);
    expect(otherKeys(table({ a: 8 }, ["a"]), () => "k")).toEqual([]);
  });

  test("knows a row by the key that earlier releases gave it", () => {
    const galaxy = "Große Magellansche Wolke und mehr";
    const first = "galaxy=Gro_e_Magellans~0sr3skle";
    expect(otherKeys({ galaxy })).toEqual([first]);
    expect(otherKeys({ galaxy, band: 2 })).toEqual([`band=2,${first}`]);
    expect(otherKeys({ galaxy, band: 2 }, ["galaxy"])).toEqual([first]);
    expect(otherKeys({ galaxy: "NGC 224", band: 2 })).toEqual([]);
    expect(otherKeys({ galaxy }, ({ galaxy }) => galaxy)).toEqual([]);
    const row = withColumns({ galaxy, band: 2 }, { key: ["galaxy", "band"], declared: undefined });
    expect(otherKeys(row)).toEqual([
      `band=2,${first}`,
      `band="2",${keyOf({ galaxy })}`,
      `band="2",${first}`,
    ]);
  });

  test("knows it from the key alone, unless a function has made that", () => {
    const row = { galaxy: "Große Magellansche Wolke und mehr", "band α": 2, ram: 8 };
    const [key, whole] = [keyOf(row, ["galaxy", "band α"]), keyOf(row)];
    expect(keysAtFirst(key, row)).toEqual(otherKeys(row, ["galaxy", "band α"]));
    expect(keysAtFirst(whole, row)).toEqual(otherKeys(row));
    expect(keysAtFirst(whole, row)).toHaveLength(1);
    expect(keysAtFirst("ram=8", { ...row, ram: 9 })).toEqual([]);
    expect(keysAtFirst("galaxy", row)).toEqual([]);
    expect(keysAtFirst("galaxy=Gro_e_Magellans~0sr3skle", row)).toEqual([]);
  });

  test.each<[unknown, string]>([
    ["", "is empty"],
    [3, "has to be a string"],
    [undefined, "has to be a string"],
    ["a*", "must not hold"],
    ["a\nb", "must not hold"],
    ["a::b", "must not hold"],
    ["x".repeat(101), "is longer than 100"],
  ])("refuses a function's %j", (key, reason) => {
    const made = () => keyOf({ galaxy: "M31" }, () => key as string);
    expect(made).toThrow(reason);
    expect(made).toThrow('{ galaxy: "M31" }');
  });

  test("names the row that lacks what its key is made of", () => {
    expect(() => keyOf<Row>({ ram: 8 }, ["galaxy"])).toThrow("{ ram: 8 } has no galaxy");
  });
});
