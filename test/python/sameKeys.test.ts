// The keys of Python's rows are those of TypeScript's, byte for byte: another key would be another job.
import fc from "fast-check";
import { keyOf } from "../../provider/sweep/keys";
import { linspace, logspace, range } from "../../provider/sweep/parameters";
import { faultOf, type Row, textOf, type Value } from "../../provider/sweep/row";
import { describePython, inPython } from "./python";

jest.setTimeout(60_000);

const unit = fc.oneof(
  fc.constantFrom(..."abcXYZ0189._+-:/@%~\"',=*\\\n\t\u0000\u007f\u2028 "),
  fc.constantFrom(..."éßæøłαΩσςЖщъĳ²½ﬁ①Ⅷ℃ａ−–𝔸\u0301\u0345\u0483ǅİıſΣ中한😀\ufeff\u00ad"),
  fc.integer({ min: 0x80, max: 0x33ff }).map((code) => String.fromCodePoint(code)),
  fc.integer({ min: 0x10000, max: 0x1ffff }).map((code) => String.fromCodePoint(code)),
);
const text = fc.oneof(
  fc.string({ unit, maxLength: 30 }),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.string({ maxLength: 30 }),
  fc.double().map(String),
  fc.integer().map(String),
  fc.bigInt().map(String),
  fc.constantFrom(...["", "true", "false", "null", "NaN", "-Infinity", "1e5", "0123", "-0", "+5"]),
  fc.constantFrom("1e+21", "1e21", "4295806720038285056", "1000000000000000000", "\ud800", "a::b"),
);
const value: fc.Arbitrary<Value> = fc.oneof(
  text,
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ min: -1e-4, max: 1e-4, noNaN: true }),
  fc.double({ min: 1e14, max: 1e23, noNaN: true }),
  fc
    .tuple(fc.integer({ min: -999999, max: 999999 }), fc.integer({ min: -12, max: 30 }))
    .map(([digits, exponent]) => Number(`${digits}e${exponent}`)),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }).map((digits) => digits),
  fc.constantFrom<Value>(true, false, null, 0, -0, 1e21, 1e-7, 123456789012345680000, 5e-324),
  fc.constantFrom<Value>(0.1, 1e300, 2n ** 53n, 2n ** 53n - 1n, 10n ** 21n, 4295806720038285056n),
);
const row = fc.uniqueArray(
  fc.tuple(fc.oneof(fc.constantFrom("a", "b", "method", "1"), text), value),
  {
    minLength: 1,
    maxLength: 5,
    selector: ([name]) => name,
  },
);

/** As JSON carries it to Python, where numbers of both types are one. */
function tagged(one: Value): [kind: string, text?: string] {
  switch (typeof one) {
    case "string":
      return ["text", one];
    case "bigint":
      return ["int", String(one)];
    case "boolean":
      return ["bool", one ? "1" : ""];
    case "number":
      return ["float", Object.is(one, -0) ? "-0" : String(one)];
    default:
      return ["none"];
  }
}

const decode = `
def value(tag, turn=0):
    kind, *texts = tag
    if kind == "none":
        return None
    number = {"text": str, "int": int, "bool": bool, "float": float}[kind](texts[0])
    is_whole = kind == "float" and number.is_integer() and abs(number) < 2 ** 53
    return int(number) if is_whole and turn % 2 else number
`;

describePython("Python's keys", () => {
  test("are those of TypeScript, for 5,000 random sets of parameters", () => {
    const seed = Number(process.env.SKAHA_SEED ?? 22);
    const sets = fc.sample(row, { numRuns: 5_000, seed });
    const rows = sets.map((entries) => new Map(entries));
    const keys = rows.map((one) => keyOf(Object.fromEntries(one)));
    const given = sets.map((entries) => entries.map(([name, one]) => [name, tagged(one)]));
    const program = `${decode}
answer = [skaha.key_of({name: value(tag, turn) for name, tag in row}) for turn, row in enumerate(given)]`;
    const theirs = inPython(program, given) as string[];
    const other = keys.findIndex((key, index) => key !== theirs[index]);
    expect({ seed, row: given[other], key: theirs[other] }).toEqual({
      seed,
      row: given[other],
      key: keys[other],
    });
    expect(theirs).toHaveLength(5_000);
    expect(new Set(keys).size).toBeGreaterThan(4_000);
  });

  test("are those of TypeScript, for each letter that a key writes in English", () => {
    const others = /[\p{Cn}\p{Co}\p{Cs}\p{Script=Han}\p{Script=Hangul}]/u;
    const letters = Array.from({ length: 0x20000 }, (_, code) => String.fromCodePoint(code))
      .filter((letter, code) => code % 61 === 0 || !others.test(letter))
      .map((letter) => `x${letter}y`);
    const keys = letters.map((letter) => keyOf({ x: letter }));
    const theirs = inPython("answer = [skaha.key_of({'x': text}) for text in given]", letters);
    const different = letters.filter((_, index) => keys[index] !== (theirs as string[])[index]);
    expect(different).toEqual([]);
    expect(letters.length).toBeGreaterThan(20_000);
  });

  test("are made of what is chosen, by a list, a name or a function", () => {
    const program = `
row = {"galaxy": "M31", "ram": 8, "band": 2.0}
answer = [skaha.key_of(row, ["ram", "galaxy"]), skaha.key_of(row, "band"), skaha.key_of(row, lambda r: f"{r['galaxy']} at {r['ram']}")]`;
    expect(inPython(program, [])).toEqual(["galaxy=M31,ram=8", "band=2", "M31 at 8"]);
  });

  test("refuse the rows that TypeScript refuses", () => {
    const values = [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      2 ** 53 + 2,
      Number("4295806720038285056"),
      1e21,
    ];
    const sound: Value[] = [1e18, 0.1, 2n ** 60n, null, true, "\u{1f600}", "\ud800", ""];
    const all = [...values, ...sound];
    const program = `${decode}
def is_refused(row):
    try:
        skaha.Fleet(image="a.b/c").sweep("s", [row])
    except ValueError:
        return True
    return False
answer = [is_refused({"x": value(tag)}) for tag in given] + [is_refused({})]`;
    const ours = [...all.map((x): Row => ({ x })), {}].map((one) => faultOf(one) !== undefined);
    expect(inPython(program, all.map(tagged))).toEqual(ours);
  });
});

describePython("Python's sets of numbers", () => {
  test("are those of TypeScript", () => {
    const number = fc.oneof(
      fc.integer({ min: -50, max: 50 }),
      fc
        .tuple(fc.integer({ min: -9999, max: 9999 }), fc.integer({ min: 0, max: 6 }))
        .map(([digits, places]) => Number(`${digits}e-${places}`)),
      fc.double({ min: -1e3, max: 1e3, noNaN: true }),
    );
    const seed = Number(process.env.SKAHA_SEED ?? 22);
    const given = fc.sample(fc.tuple(number, number, fc.integer({ min: 1, max: 40 })), {
      numRuns: 1_000,
      seed,
    });
    const texts = (numbers: readonly number[]) => numbers.map(textOf);
    const ours = given.map(([start, end, count]) => {
      const step = (end - start) / count || 1;
      const power = start % 20;
      return [
        texts(range(start, end, step)),
        texts(linspace(start, end, count)),
        texts(logspace(power, power + 3, count)),
      ];
    });
    const program = `
import math
from pulumi_skaha._values import text_of
texts = lambda numbers: [text_of(number) for number in numbers]
def of(start, end, count):
    step = (end - start) / count or 1
    power = math.fmod(start, 20)
    return [texts(skaha.range(start, end, step)), texts(skaha.linspace(start, end, count)), texts(skaha.logspace(power, power + 3, count))]
answer = [of(*one) for one in given]`;
    expect(inPython(program, given)).toEqual(ours);
  });
});

describePython("Python's examples in docstrings", () => {
  test("are true", () => {
    const program = `
import doctest, importlib, pkgutil
modules = [skaha] + [importlib.import_module("pulumi_skaha." + one.name) for one in pkgutil.iter_modules(skaha.__path__) if one.name.startswith("_")]
results = [doctest.testmod(module, extraglobs={"range": range}) for module in modules]
answer = [sum(one.failed for one in results), sum(one.attempted for one in results)]`;
    const [failed, attempted] = inPython(program, []) as [number, number];
    expect(failed).toBe(0);
    expect(attempted).toBeGreaterThan(10);
  });
});
