// Sixty ways to write a value, each written as text by the libraries that write people's files, by hand, and as
// numbers: the process of a job prints what was written, or the preview refuses it. test/fixtures/scalars/write.py
// wrote the files, and says by which versions.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { FleetError, type PlannedSweep, planFleet } from "../../provider/fleet/plan";
import { csv } from "../../provider/sweep/csv";
import type { Row } from "../../provider/sweep/row";
import { decimalOf } from "../../provider/sweep/scalar";
import { table } from "../../provider/sweep/table";
import { checkout } from "../../toolchain/checkout";
import { openPrinter, type Printer, show, variablesOf } from "../embedded/printer";

jest.setTimeout(120_000);

const folder = path.join(checkout, "test/fixtures/scalars");
const image = "images.canfar.net/skaha/terminal:1.1.2";
const read = (name: string) => readFileSync(path.join(folder, name), "utf8");
const texts = JSON.parse(read("spellings.json")) as string[];
const numbers = JSON.parse(read("numbers.json")) as { integers: string[]; floats: string[] };
const tables = readdirSync(folder).filter((name) => /^(pandas|astropy)-/.test(name));

let printer: Printer;
beforeAll(async () => {
  printer = await openPrinter();
});
afterAll(() => printer.close());

function plan(text: string) {
  const options = { file: "fleet.yaml", folder, now: 0, isConfigured: () => true };
  return planFleet(text, options).declarations;
}

async function printed(args: readonly unknown[], env: object = {}) {
  const { status, said } = await printer.print({
    ...{ cmd: "sh", args: ["-c", show, "sh", ...args], env },
  });
  expect(status).toBe("Completed");
  return { args: said.slice(0, args.length), env: variablesOf(said.slice(args.length)) };
}

function wordsOf({ args, job }: PlannedSweep): unknown[] {
  return args.over.flatMap((row) => job(row).inputs.args as unknown[]);
}

/** What a file of this kind holds, as `write.py` gave it to the library. */
function writtenIn(name: string): readonly string[] {
  if (name.includes("-integers")) return numbers.integers;
  return name.includes("-floats") ? numbers.floats : texts;
}

test("there are at least sixty spellings, and all files", () => {
  expect(new Set(texts).size).toBeGreaterThanOrEqual(60);
  expect(tables).toHaveLength(21);
});

/** What YAML itself, not this package, takes for something else than a word; and what is no number. */
const refused = {
  numbers: ["NaN", ".nan", "-inf", "Infinity"],
  others: ["", "#1001", "- 1", "a: b", "{x}", "null", "~"],
  quoted: ["'q'", '"q"'],
};

describe.each(["pyyaml", "ruamel"])("of %s", (library) => {
  const text = read(`${library}.yaml`);
  const sure = texts.filter((one) => one === ".nan" || !refused.numbers.includes(one));
  const wordsOfJob = (name: string) =>
    plan(text).flatMap((one) => ("job" in one && one.job.name === name ? [one.job.inputs] : []))[0];
  const wordsOfSweep = (name: string) =>
    plan(text).flatMap((one) =>
      "sweep" in one && one.sweep.name === name ? wordsOf(one.sweep) : [],
    );

  test("all texts are as they were, in words, variables and parameters", async () => {
    const { args, env } = wordsOfJob("texts") ?? {};
    const got = await printed(args as unknown[], env as object);
    expect(got.args).toEqual(sure);
    expect(got.env).toMatchObject(Object.fromEntries(sure.map((one, n) => [`T${n}`, one])));
    expect((await printed(wordsOfSweep("of-texts"))).args).toEqual(sure);
  });

  test("texts that look like no finite number are refused where they are in no quotes", () => {
    const lines = read(`${library}-refused.yaml`).split("\n");
    const here = lines.flatMap((line, n) => (/(NaN|-inf|Infinity)$/.test(line) ? [n + 1] : []));
    expect(here).toHaveLength(4);
    const refuse = () => plan(lines.join("\n"));
    for (const line of here) expect(refuse).toThrow(`fleet.yaml:${line}:`);
  });

  test("all numbers are as the library wrote them", async () => {
    const [, list = ""] = /args:\n((?: +- [-+.\de]+\n)+ +- true\n +- false\n)/.exec(text) ?? [];
    const written = list.split("\n").flatMap((line) => /- (.+)$/.exec(line)?.[1] ?? []);
    expect(written).toHaveLength(numbers.integers.length + numbers.floats.length + 2);
    expect((await printed(wordsOfJob("numbers")?.args as unknown[])).args).toEqual(written);
    const ofSweep = written.filter((one) => !/^-\d+$|^(true|false)$/.test(one));
    expect((await printed(wordsOfSweep("of-numbers"))).args).toEqual(ofSweep);
  });

  test("ids padded with zeros keep them, also where only some are in quotes", async () => {
    expect(text).toMatch(library === "pyyaml" ? "- '007'\n    - 008\n" : "- '007'\n    - '008'\n");
    const ids = "006 007 008 009 010 011 012".split(" ");
    expect((await printed(wordsOfJob("padded")?.args as unknown[])).args).toEqual(ids);
    expect((await printed(wordsOfSweep("of-padded"))).args).toEqual(ids);
  });
});

describe("by hand, without quotes,", () => {
  const given = texts.filter((text) => !Object.values(refused).flat().includes(text));
  const job = (text: string) => `jobs:\n  a:\n    image: ${image}\n    args:\n    - ${text}\n`;

  test("each word, variable and parameter arrives as it is written", async () => {
    const words = given.map((text) => `    - ${text}\n`).join("");
    const map = given.map((text, n) => `      T${n}: ${text}\n`).join("");
    const placeholders = given.map((_, n) => `    - "{T${n}}"\n`).join("");
    const planned = plan(
      `defaults: { image: "${image}" }
jobs:
  a:
    args:\n${words}    env:\n${map}
sweeps:
  s:
    list:
    -\n${map}    args:\n${placeholders}`,
    );
    const [inputs] = planned.flatMap((one) => ("job" in one ? [one.job.inputs] : []));
    const got = await printed(inputs?.args as unknown[], inputs?.env as object);
    expect(got.args).toEqual(given);
    expect(got.env).toMatchObject(Object.fromEntries(given.map((text, n) => [`T${n}`, text])));
    const ofSweep = planned.flatMap((one) => ("sweep" in one ? wordsOf(one.sweep) : []));
    expect((await printed(ofSweep)).args).toEqual(given);
  });

  test.each([...refused.numbers, ...refused.others.filter((text) => text !== "{x}")])(
    "%j is no word, and refused",
    (text) => {
      expect(() => plan(job(text))).toThrow(FleetError);
    },
  );

  test("{x} is no placeholder in a word of a sweep, and refused", () => {
    const sweep = `sweeps:\n  s:\n    image: ${image}\n    grid: { n: [1] }\n    args:\n    - "{x}"\n`;
    expect(() => plan(sweep)).toThrow("{x} is no parameter");
  });

  test.each(refused.quoted)("the quotes of %s are YAML's, and none of the word's", (text) => {
    const [one] = plan(job(text));
    expect(one && "job" in one && one.job.inputs.args).toEqual(["q"]);
  });
});

describe.each(tables)("%s", (name) => {
  const file = path.join(folder, name);
  const rows: readonly Row[] = name.endsWith(".csv")
    ? csv(file, { key: "n" })
    : table(file, { key: "n" });

  test("is read as it was written, and printed so", async () => {
    const written = writtenIn(name);
    const values = rows.map((row) => row.value);
    const isNull = values.map((value) => value === null);
    // These formats have no other word for a missing text.
    const isNone = /ecsv|fits|vot$/.test(name) && name.includes("-texts");
    expect(written.filter((_, n) => isNull[n])).toEqual(isNone ? [""] : []);
    const { args } = await printed(values.filter((value) => value !== null));
    const wanted = written.filter((_, n) => !isNull[n]);
    const isExact = name.includes("-texts") || name.endsWith(".csv");
    const same = (texts: readonly string[]) => (isExact ? texts : texts.map(decimalOf));
    expect(same(args)).toEqual(same(wanted));
  });

  test("gives the jobs of a fleet.yaml the same", () => {
    const kind = name.endsWith(".csv") ? "csv" : "table";
    const [one] = plan(
      `sweeps:\n  s:\n    image: ${image}\n    ${kind}: { path: ${name}, key: n }\n    args: ["{value}"]\n`,
    );
    if (!one || !("sweep" in one)) throw new Error("no sweep");
    const values = rows.map((row) => row.value ?? null);
    expect(one.sweep.args.over.map((row) => row.value)).toEqual(values);
    expect(wordsOf(one.sweep)).toEqual(values.filter((value) => value !== null));
  });
});
