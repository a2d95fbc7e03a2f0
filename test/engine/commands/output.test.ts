// What every command, and every mistake, shows its user: kept as test/golden/output, to be read by somebody who knows no
// Pulumi, who should be able to say of each what to do next. To write it anew: UPDATE_DOCS=1 npx jest test/engine/commands/output. What runs Pulumi's engine is
// in test/long.
import { spawn } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import { createProgram } from "../../../cli/program";
import { shellWord } from "../../../cli/shellWord";
import { widthOf } from "../../../cli/width";
import { type Entry, mistakes, placeOf, wants } from "./output/entries";
import { GoldenFile, goldenText, sectionsIn } from "./output/goldenFile";
import { asSeen } from "./output/shown";
import { suggestionsIn } from "./output/suggestions";
import { jobNames, Survey } from "./output/survey";

jest.setTimeout(300_000);

/** Of what needs no stage of its own: a command waits for Pulumi and the server half of its time. */
const atOnce = 3;

let survey: Survey;
beforeAll(async () => {
  survey = await Survey.underWay();
});
afterAll(async () => {
  await survey?.[Symbol.asyncDispose]();
});

describe.each([
  [
    "commands.txt",
    "What each command shows of a survey of twelve jobs, two hours after its up.",
    wants,
  ],
  ["mistakes.txt", "What users get to read who make a mistake.", mistakes],
] as const)("%s", (name, introduction, entries: readonly Entry[]) => {
  const titles = entries.map(({ title }) => title);
  const golden = new GoldenFile(name, introduction, titles);
  const early = new Map<Entry, string>();
  beforeAll(async () => {
    const waiting = entries.filter(({ staged, isNext }) => !staged && !isNext);
    const typing = Array.from({ length: atOnce }, async () => {
      for (let one = waiting.shift(); one; one = waiting.shift()) early.set(one, await seenOf(one));
    });
    await Promise.all(typing);
  });
  afterAll(() => golden.save());

  test.each(entries.map((entry) => [entry.title, entry] as const))("%s", async (title, entry) => {
    const seen = early.get(entry) ?? (await seenOf(entry));
    expect(seen).toBe(golden.kept(title, seen));
  });

  test("nothing else is kept", () => {
    expect(golden.titles).toEqual(titles);
  });
});

test.each([60, 80, 120, 200])(
  "in a terminal of %i columns no table is wider, and no two of its rows are alike",
  async (columns) => {
    const tables = ["status", "size", "stats", "events vast", "renew fit/band=r,sigma=3", "doctor"];
    const main = "node_modules/.bin/pulumi-skaha";
    const script = tables.map((words) => `${main} ${words}; echo ---`).join("; ");
    const shown = await typed(survey, `stty cols ${columns}; ${script}`);
    const parts = shown.split("---\n").slice(0, -1);
    expect(parts).toHaveLength(tables.length);
    for (const part of parts) {
      const lines = part.split("\n").filter((line) => line !== "");
      expect(lines.length).toBeGreaterThan(1);
      expect(lines.filter((line) => widthOf(line) > columns && isOfTable(line))).toEqual([]);
      expect(new Set(lines).size).toBe(lines.length);
    }
  },
);

/** Hints are commands to be copied, and sentences: a terminal breaks them where it ends. */
function isOfTable(line: string): boolean {
  return !/^npx |^ram: |^https:/.test(line);
}

/** All that a terminal shows, without its colours. */
function typed({ bench, folder, env, clock }: Survey, script: string): Promise<string> {
  const child = spawn("script", ["--quiet", "--return", "--command", script, "/dev/null"], {
    cwd: folder,
    env: { ...bench.env, ...env, ...clock, TERM: "xterm", SHELL: "/bin/sh" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const heard: Buffer[] = [];
  child.stdout.on("data", (data: Buffer) => heard.push(data));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => {
      const text = Buffer.concat(heard).toString().replaceAll("\r\n", "\n");
      resolve(stripVTControlCharacters(text));
    });
  });
}

/** Each that a text suggests. */
const suggestions = ["commands.txt", "mistakes.txt"].flatMap((name) =>
  [...sectionsIn(goldenText(name))]
    .filter(([title]) => !/^All that there is$|^What one command does$/.test(title)) // other projects' jobs
    .flatMap(([, section]) => suggestionsIn(section, jobNames)),
);

test.each([...new Set(suggestions)])("%s is a command that there is", (line) => {
  const [, word = "", ...rest] = line.replace(/^npx /, "").split(" ");
  if (word === "pulumi" || line.startsWith("pulumi ")) return; // Pulumi's: test/long runs it
  const command = createProgram().commands.find((one) => one.name() === word);
  const unknown = command?.parseOptions(rest).unknown ?? [`-${word}`];
  expect(unknown.filter((one) => one.startsWith("-") && one !== "--help")).toEqual([]);
});

test("there are forty mistakes and more", () => {
  expect(mistakes.length).toBeGreaterThanOrEqual(40);
});

async function seenOf(entry: Entry): Promise<string> {
  const { words, env, staged } = entry;
  const undo = await staged?.(survey);
  try {
    const shown = await survey.type({
      words,
      cwd: await placeOf(survey, entry),
      ...(env && { env: env(survey) }),
    });
    const line = ["npx pulumi-skaha", ...words.map(shellWord)].join(" ");
    return survey.sameEachTime(asSeen(line, shown));
  } finally {
    await undo?.();
  }
}
