// To bring these files up to date: npm run docs
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { catalogue, textOf, userInputs } from "../../provider/job/catalogue";
import { fields } from "../../provider/job/fields";
import { outputs } from "../../provider/job/outputs";
import { settings } from "../../provider/settings";
import { checkout } from "../../toolchain/checkout";
import { argumentsSource, outputsSource, referenceTables } from "./generate";

const place = (file: string) => path.join(checkout, file);

/** Holds what stands between two texts of a file, or puts it there. */
function stands(file: string, between: readonly [begin: string, end: string], wanted: string) {
  const text = readFileSync(place(file), "utf8");
  const [begin, end] = between;
  const from = text.indexOf(begin) + begin.length;
  const to = text.indexOf(end, from);
  if (from < begin.length || to < 0) throw new Error(`${file} lacks ${begin} or ${end}`);
  if (process.env.UPDATE_DOCS) {
    writeFileSync(place(file), text.slice(0, from) + wanted + text.slice(to));
  } else expect(text.slice(from, to)).toBe(wanted);
}

describe("provider/headlessSession.ts", () => {
  const file = "provider/headlessSession.ts";

  test("has the arguments of the catalogue", () => {
    stands(file, ["export interface HeadlessSessionArgs {\n", "}\n"], argumentsSource());
  });

  test("has the outputs of the catalogue", () => {
    const begin = "export class HeadlessSession extends pulumi.CustomResource {\n";
    stands(file, [begin, "\n  /** Tells a job from"], outputsSource());
  });
});

test("docs/reference.md has the tables of the catalogues", () => {
  stands(
    "docs/reference.md",
    ["<!-- from the catalogues: npm run docs -->\n\n", "\n\n<!-- by hand -->"],
    referenceTables(),
  );
});

describe("the catalogues", () => {
  test("have each input, with a schema of what it may be", () => {
    expect(Object.keys(catalogue).sort()).toEqual(Object.keys(fields).sort());
  });

  test.each(userInputs)("say what %s is for, in sentences", (name) => {
    expect(textOf(name)).toMatch(/^[A-Z].*\.$/);
  });

  test("say what each output and each setting is, in sentences", () => {
    const texts = [...Object.values(outputs), ...Object.values(settings)].map(({ text }) => text);
    expect(texts.filter((text) => !/^[A-Z`].*\.$/.test(text))).toEqual([]);
  });
});
