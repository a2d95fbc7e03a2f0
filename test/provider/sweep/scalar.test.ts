import fc from "fast-check";
import { wireForm } from "../../../provider/engine/wireForm";
import { checkInputs } from "../../../provider/job/inputs";
import { expand } from "../../../provider/sweep/expand";
import { keyOf } from "../../../provider/sweep/keys";
import { entryOf } from "../../../provider/sweep/manifest";
import { exclude, list, logspace } from "../../../provider/sweep/parameters";
import { decimalNumber, decimalOf, isUncertain, scalarOf } from "../../../provider/sweep/scalar";

describe("scalarOf", () => {
  test.each([
    ["8", 8],
    ["0.5", 0.5],
    ["-3", -3],
    ["0", 0],
    ["1e+21", 1e21],
    ["1e-7", 1e-7],
    ["9007199254740991", 9007199254740991],
    ["100000000000000000000", 1e20],
  ])("takes %j for a number", (text, number) => {
    expect(scalarOf(text)).toBe(number);
  });

  test.each([
    ..."25921e05 1E6 2E10 12e4 1e5 1e21 +5 0x1F 0o17 0b11 24.10 1.10 240.300 1.0 5. .5 -0 007 008 0123".split(
      " ",
    ),
    ...["0.1234567890123456789", "4295806720038285056", "4295806720038285300", "1_000", "12:30:45"],
    ...[
      "",
      " 8",
      "8 ",
      "NaN",
      "nan",
      "Infinity",
      "-inf",
      ".nan",
      "true",
      "null",
      "9007199254740993",
    ],
  ])("leaves %j the text that it is", (text) => {
    expect(scalarOf(text)).toBe(text);
  });

  test("gives back what was written, whatever that is", () => {
    const written = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: fc.constantFrom(..."0123456789.eE+-xob_ ") }),
      fc.bigInt().map(String),
      fc.double().map(String),
    );
    fc.assert(
      fc.property(written, (text) => String(scalarOf(text)) === text),
      { numRuns: 2000 },
    );
  });
});

describe("decimalNumber", () => {
  test.each<[string, number | "inexact" | undefined]>([
    ["8.0", 8],
    ["+5", 5],
    ["1e6", 1e6],
    ["007", 7],
    [".5", 0.5],
    ["-0", 0],
    ["4295806720038285056", "inexact"],
    ["4295806720038285000", "inexact"],
    ["9007199254740993", "inexact"],
    ["0.1234567890123456789", "inexact"],
    ["1e400", "inexact"],
    ["0x1F", undefined],
    ["Infinity", undefined],
    ["", undefined],
    ["1_000", undefined],
  ])("of %j is %j", (text, number) => {
    expect(decimalNumber(text)).toBe(number);
  });

  test("is digit for digit what was written", () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 25n), 10n ** 25n), fc.nat(8), (digits, places) => {
        const text = `${digits}e-${places}`;
        const number = decimalNumber(text);
        if (typeof number === "number") expect(decimalOf(String(number))).toBe(decimalOf(text));
        else expect(number).toBe("inexact");
      }),
    );
  });
});

const image = "images.canfar.net/skaha/astroml:24.07";

describe("a number beyond 2^53", () => {
  const literal = Number("4295806720038285056"); // as a program's literal is read

  test("is refused as a parameter, and the remedy is named", () => {
    const over = list([{ id: literal }]);
    expect(() => expand("s", { over, image, job: () => ({}) })).toThrow(
      "over[0] has id 4295806720038285300, which may not be what was written, because beyond 2^53 a number does not hold every digit: write it as text, in quotes",
    );
  });

  test("is refused as a word and as a variable's value", () => {
    const { failures } = checkInputs(
      {},
      {
        ...{ image, identity: "o/urn:pulumi:s::p::t::n" },
        ...{ args: [literal], env: { ID: literal } },
      },
    );
    expect(failures.map(({ property }) => property)).toEqual(["args[0]", "env.ID"]);
    expect(failures[0]?.reason).toContain("write it as text, in quotes");
  });

  test("passes where it is round, as column densities are, or written with an exponent", () => {
    const numbers = [
      1e16,
      2.5e20,
      1e21,
      1.2345678901234567e30,
      ...logspace(16, 20, 5),
      2 ** 53 - 1,
    ];
    expect(numbers.filter(isUncertain)).toEqual([]);
    expect([2 ** 53, 2 ** 53 + 2, -(2 ** 60), literal].filter(isUncertain)).toHaveLength(4);
  });
});

describe("a bigint parameter", () => {
  const id = 4295806720038285056n;
  const over = [
    { id, tile: 7n },
    { id: id + 1n, tile: 8n },
  ];

  test("keeps every digit in keys, variables and the manifest", () => {
    const jobs = expand("s", {
      ...{ over, image, paramsInEnv: true },
      job: ({ id }) => ({ args: ["--id", id] }),
    });
    expect(jobs.map(({ key }) => key)).toEqual([
      "id=4295806720038285056,tile=7",
      "id=4295806720038285057,tile=8",
    ]);
    expect(jobs[1]?.args.env).toEqual({
      SWEEP_PARAM_ID: "4295806720038285057",
      SWEEP_PARAM_TILE: "8",
    });
    expect(entryOf("k", over[0] ?? {}, {}).params).toEqual({ id: "4295806720038285056", tile: 7 });
  });

  test("has the key of the text with its digits", () => {
    expect(keyOf({ id })).toBe(keyOf({ id: String(id) }));
    expect(keyOf({ id: "4295806720038285300" })).toBe("id=4295806720038285300");
    expect(keyOf({ tile: 7n })).toBe(keyOf({ tile: 7 }));
  });

  test("is excluded by its digits", () => {
    expect(exclude(over, { id })).toEqual([over[1]]);
    expect(exclude<{ tile: bigint | number }>(over, { tile: 8 })).toEqual([over[0]]);
  });

  test("becomes text wherever words are, before Pulumi's SDK would lose it", () => {
    expect(wireForm({ args: ["--id", id], env: { ID: id, N: 1 }, f: [{ a: 1n }] })).toEqual({
      args: ["--id", "4295806720038285056"],
      env: { ID: "4295806720038285056", N: 1 },
      f: [{ a: "1" }],
    });
  });
});
