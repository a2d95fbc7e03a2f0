import fc from "fast-check";
import {
  type DeclaredJob,
  declaredRows,
  isSameForm,
  rowReader,
} from "../../../../provider/array/rows/declaredRows";
import { unknownValue } from "../../../../provider/engine/unknown";

const word = fc.oneof(
  fc.string({ unit: "binary", maxLength: 6 }),
  fc.integer(),
  fc.boolean(),
  fc.constantFrom("$", "", "0", "1"),
  fc.string({ unit: "binary", maxLength: 2 }).map((own) => `--out=/arc/${own}.fits`),
);
const param = fc.oneof(word, fc.constant(null));
const words = fc.array(word, { maxLength: 4 });
const job = fc.record(
  {
    image: fc.constantFrom("a/b:1", "a/b:2"),
    args: words,
    env: fc.dictionary(fc.constantFrom("A", "B", "$"), word),
    ram: fc.integer({ min: 1, max: 4 }),
    retry: fc.record({ limit: fc.integer({ min: 0, max: 2 }) }),
    triggers: fc.array(fc.oneof(word, fc.record({ $: word }), fc.record({ a: words }))),
  },
  { requiredKeys: ["image"] },
);
const jobs = fc
  .uniqueArray(
    fc.record({
      key: fc.string({ unit: "grapheme", minLength: 1 }),
      params: fc.dictionary(fc.constantFrom("band", "method", "ram"), param, { minKeys: 1 }),
      inputs: job,
    }),
    { minLength: 1, maxLength: 6, selector: ({ key }) => key },
  )
  .map((all) => all as readonly DeclaredJob[]);

/** What `check` makes of words: a number and its digits are the same. */
function asWords(inputs: Readonly<Record<string, unknown>>): unknown {
  const texts = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(String)
      : typeof value === "object" && value !== null
        ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, String(one)]))
        : value;
  const { args, env, ...rest } = inputs;
  return JSON.parse(JSON.stringify({ ...rest, args: texts(args), env: texts(env) }));
}

/** Written and read back. */
function readBack(all: readonly DeclaredJob[]) {
  const { rows, ...form } = declaredRows(all);
  const read = rowReader(JSON.parse(JSON.stringify(form)));
  return rows.map(({ key, values }) => ({ key, ...read(JSON.stringify(values)) }));
}

describe("the rows of an array", () => {
  test("hold each job's parameters and inputs, whatever they have in common", () => {
    fc.assert(
      fc.property(jobs, (all) => {
        const read = readBack(all);
        expect(read.map(({ key, params }) => ({ key, params }))).toEqual(
          all.map(({ key, params }) => ({ key, params })),
        );
        expect(read.map(({ inputs }) => asWords(inputs))).toEqual(
          all.map(({ inputs }) => asWords(inputs)),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  test("are as short as their parameters where all else follows from them", () => {
    const all = [1, 2, 30].map((band) => ({
      key: `band=${band}`,
      params: { band, method: "ls" },
      inputs: {
        image: "a/b:1",
        args: ["--band", band, `/arc/${band}.fits`, "--method=ls"],
        env: { BAND: `${band}` },
        ram: band === 30 ? 16 : 8,
      },
    }));
    const { rows, ...form } = declaredRows(all);
    expect(rows.map(({ values }) => JSON.stringify(values))).toEqual([
      '[1,"ls",8]',
      '[2,"ls",8]',
      '[30,"ls",16]',
    ]);
    expect(form).toEqual({
      columns: ["band", "method"],
      common: { image: "a/b:1" },
      template: {
        args: [
          "--band",
          { $: "band" },
          { $: "band", before: "/arc/", after: ".fits" },
          "--method=ls",
        ],
        env: { BAND: { $: "band" } },
        ram: { $: 0 },
      },
    });
  });

  test("hold of words that follow from no parameter what tells them apart, and another of the kind changes none", () => {
    const named = (names: readonly string[]) =>
      declaredRows(
        names.map((name, n) => ({
          key: name,
          params: { n },
          inputs: { args: [`--out=/arc/x/${name}.fits`, `${name}0`], env: { N: `/a/${name}` } },
        })),
      );
    const { rows, template } = named(["1", "12"]);
    expect(rows.map(({ values }) => values)).toEqual([
      [0, "1", "10", "1"],
      [1, "12", "120", "12"],
    ]);
    expect(template).toEqual({
      args: [{ $: 0, before: "--out=/arc/x/", after: ".fits" }, { $: 1 }],
      env: { N: { $: 2, before: "/a/" } },
    });
    const more = named(["1", "12", "9"]);
    expect(more.rows.slice(0, 2)).toEqual(rows);
    expect(more.template).toEqual(template);
  });

  test("hold words whole of which one is not known yet", () => {
    const all = ["a=1", unknownValue].map((word, n) => ({
      key: `${n}`,
      params: { n },
      inputs: { args: [word] },
    }));
    const { rows } = declaredRows(all);
    expect(rows.map(({ values }) => values)).toEqual([
      [0, "a=1"],
      [1, unknownValue],
    ]);
  });

  test("keep apart a number and its digits where that is no word of a command", () => {
    const all = [1, 2].map((band) => ({
      key: `${band}`,
      params: { band },
      inputs: { ram: band, name: `${band}` },
    }));
    expect(readBack(all).map(({ inputs }) => inputs)).toEqual(all.map(({ inputs }) => inputs));
  });

  test("are read alike by a form that came back from the engine", () => {
    const { rows: _, ...form } = declaredRows([
      { key: "a", params: { x: 1 }, inputs: { cmd: "true", args: [1] } },
      { key: "b", params: { x: 2 }, inputs: { cmd: "true", args: [2] } },
    ]);
    expect(isSameForm(form, JSON.parse(JSON.stringify(form)))).toBe(true);
    expect(isSameForm(form, { ...form, common: { cmd: "false" } })).toBe(false);
  });
});
