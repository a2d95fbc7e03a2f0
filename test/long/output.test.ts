// What users see who run Pulumi's engine: a survey from its first preview to its end, and mistakes in what a project
// declares, kept as test/golden/output. And every command that any of these texts suggests, run as it is printed. To write
// them anew: UPDATE_DOCS=1 jest test/long/output.
import { spawn } from "node:child_process";
import { type Entry, mistakes, placeOf, wants } from "../engine/commands/output/entries";
import { GoldenFile, goldenText, sectionsIn } from "../engine/commands/output/goldenFile";
import { type Draft, drafted, drafts, images } from "../engine/commands/output/programs";
import { asSeen } from "../engine/commands/output/shown";
import { suggestionsIn } from "../engine/commands/output/suggestions";
import { fleet, jobNames, Survey } from "../engine/commands/output/survey";

jest.setTimeout(1_200_000);

interface Scene {
  readonly title: string;
  readonly words: readonly string[];
  readonly before?: (survey: Survey) => Promise<void>;
}

const scenes: readonly Scene[] = [
  {
    title: "What an up would launch",
    words: ["preview"],
    before: (survey) => survey.write("fleet.yaml", fleet),
  },
  { title: "Launching", words: ["up", "--yes"] },
  { title: "A preview where nothing changed", words: ["preview"] },
  {
    title: "Looking, an hour later",
    words: ["refresh", "--yes"],
    before: (survey) => survey.firstHour(),
  },
  { title: "An up where nothing changed", words: ["up", "--yes"] },
  {
    title: "What another size for a sweep would do, and a job that is taken out",
    words: ["preview"],
    async before(survey) {
      survey.secondHour();
      const changed = fleet.replace(/^ {2}vast:\n(?: {4}.*\n)+/m, "");
      await survey.write("fleet.yaml", changed.replace("args: [", "ram: 8\n    args: ["));
    },
  },
  { title: "Doing it", words: ["up", "--yes"] },
  { title: "Running again what failed", words: ["rerun", "--failed", "--yes"] },
  { title: "What a destroy would do", words: ["destroy", "--preview-only"] },
  { title: "Cancelling all", words: ["destroy", "--yes"] },
  { title: "The stack afterwards", words: ["status"] },
];

describe("a survey from its preview to its end", () => {
  const titles = scenes.map(({ title }) => title);
  const golden = new GoldenFile(
    "runs.txt",
    "What a survey shows that is previewed, launched, changed and cancelled.",
    titles,
  );
  let survey: Survey;
  beforeAll(async () => {
    survey = await Survey.open();
  });
  afterAll(async () => {
    golden.save();
    await survey?.[Symbol.asyncDispose]();
  });

  test.each(scenes.map((scene) => [scene.title, scene] as const))("%s", async (title, scene) => {
    await scene.before?.(survey);
    const seen = await seenOf(survey, scene.words);
    expect(seen).toBe(golden.kept(title, seen));
  });

  test("nothing else is kept", () => {
    expect(golden.titles).toEqual(titles);
  });
});

describe("mistakes in what is declared", () => {
  const titles = drafts.map(({ title }) => title);
  const golden = new GoldenFile(
    "programs.txt",
    "What users get to read whose project has a mistake, by a preview.",
    titles,
  );
  let survey: Survey;
  beforeAll(async () => {
    survey = await Survey.open(images);
  });
  afterAll(async () => {
    golden.save();
    await survey?.[Symbol.asyncDispose]();
  });

  test.each(drafts.map((draft) => [draft.title, draft] as const))(
    "%s",
    async (title, draft: Draft) => {
      const undo = await drafted(survey, draft);
      const seen = await seenOf(survey, ["preview"]).finally(undo);
      expect(seen).toBe(golden.kept(title, seen));
    },
  );

  test("nothing else is kept", () => {
    expect(golden.titles).toEqual(titles);
  });
});

describe("every command that is suggested works as it is printed", () => {
  const suggestions = suggested();
  let survey: Survey;
  beforeAll(async () => {
    survey = await Survey.underWay();
  });
  afterAll(async () => {
    await survey?.[Symbol.asyncDispose]();
  });

  test("there are some", () => {
    expect(suggestions.length).toBeGreaterThan(10);
  });

  test.each(suggestions)("%s", async (line, entry) => {
    const undo = await entry?.staged?.(survey);
    try {
      const cwd = entry === undefined ? survey.folder : await placeOf(survey, entry);
      const { status, output } = await copied(survey, cwd, line);
      expect(output).not.toMatch(
        /unknown (option|command|flag|shorthand)|too many arguments|missing required|not found$|there is no job/m,
      );
      expect({ output, isWell: isWell(line, status) }).toMatchObject({ isWell: true });
    } finally {
      await undo?.();
    }
  });
});

/** What is interrupted ends with 130; doctor has found something, or it would not have been suggested. */
function isWell(line: string, status: number): boolean {
  if (/ doctor\b/.test(line)) return status <= 1;
  return status === 0 || (status === 130 && /--follow|--until-done|--watch| init\b/.test(line));
}

/** Each with where it was suggested first; those that change something come last. */
function suggested(): (readonly [line: string, entry: Entry | undefined])[] {
  const entries = new Map([...wants, ...mistakes].map((entry) => [entry.title, entry]));
  const found = new Map<string, Entry | undefined>();
  for (const name of ["commands", "mistakes", "runs", "programs"]) {
    for (const [title, section] of sectionsIn(goldenText(`${name}.txt`))) {
      if (isHelp(entries.get(title))) continue;
      const ours = section.replace(/^If you want to remove the stack completely.*$/gm, ""); // Pulumi's words
      for (const line of suggestionsIn(ours, jobNames)) {
        if (!found.has(line)) found.set(line, entries.get(title));
      }
    }
  }
  const isChanging = ([line]: readonly [string, unknown]) =>
    /pulumi(-skaha)? (up|refresh|rerun|destroy|init|pulumi|cancel|stack|config)\b/.test(line);
  const all = [...found];
  return [...all.filter((one) => !isChanging(one)), ...all.filter(isChanging)];
}

/** Examples are of other projects. */
function isHelp(entry: Entry | undefined): boolean {
  return entry?.words.some((word) => ["--help", "help"].includes(word)) ?? false;
}

/** Typed at a terminal, whose user says yes, and ends what goes on for ever. */
function copied(
  survey: Survey,
  cwd: string,
  suggestion: string,
): Promise<{ readonly status: number; readonly output: string }> {
  const { bench } = survey;
  const line = suggestion
    .replace(/\bNAME\b/, "dev")
    .replace(/\bTOKEN\b/, bench.skaha.token)
    .replaceAll("/home/alice", survey.home);
  const child = spawn("script", ["--quiet", "--return", "--command", line, "/dev/null"], {
    cwd,
    env: {
      ...{ ...bench.env, ...survey.env, ...survey.clock },
      // Who reads of a command without npx has it on PATH.
      ...(!line.startsWith("npx ") && {
        PATH: `${bench.env.PATH}:${survey.folder}/node_modules/.bin`,
      }),
      ...{ TERM: "xterm-256color", SHELL: "/bin/sh" },
    },
  });
  let output = "";
  let answered = 0;
  const heard = (data: Buffer) => {
    output += data.toString();
    const questions = [...output.matchAll(/\[y\/N\] |\bvalue: /g)].length;
    for (; answered < questions; answered += 1) child.stdin.write("y\r"); // Enter, also of a terminal in raw mode
  };
  child.stdout.on("data", heard);
  child.stderr.on("data", heard);
  child.stdin.on("error", () => {}); // it may end before it reads
  const isEndless = /--follow|--until-done|--watch| init\b/.test(line);
  const mostMs = isEndless ? endlessMs : longestMs;
  const impatience = setInterval(() => child.stdin.write("\u0003"), mostMs);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (status) => {
      clearInterval(impatience);
      resolve({ status: status ?? -1, output });
    });
  });
}

/** By then whatever ends has ended. */
const longestMs = 120_000;
/** What goes on for ever has shown by then that it does. */
const endlessMs = 20_000;

async function seenOf(survey: Survey, words: readonly string[]): Promise<string> {
  const shown = await survey.type({ words, cwd: survey.folder });
  return survey.sameEachTime(asSeen(["npx pulumi-skaha", ...words].join(" "), shown));
}
