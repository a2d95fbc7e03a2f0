// What never leaves this machine with a job's files: secrets, state, settings and what tools write.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { bundleOf } from "../../../provider/files/bundle";
import { contentsIn } from "../../../provider/files/jobFiles";
import { LeftOut } from "../../../provider/files/leftOut";
import { readTree } from "../../../provider/files/tree";

const secret = "correct-horse-battery";
const state = ".pulumi-state/.pulumi/stacks/survey/dev.json";
/** As `pulumi-skaha init` leaves it after a run. */
const initial = {
  "Pulumi.yaml": "name: survey\n",
  "Pulumi.dev.yaml": `encryptionsalt: ${secret}\n`,
  "fleet.yaml": "jobs: {}\n",
  "package.json": "{}\n",
  ".gitignore": "node_modules/\n",
  ".pulumi-passphrase": `${secret}\n`,
  [state]: `{"version":3,"secret":"${secret}"}`,
  "node_modules/a/index.js": "",
  "logs/search-1.log": "1",
  "report.html": "1",
  "search.py": "print(1)\n",
};
const kept = [".gitignore", "fleet.yaml", "package.json", "search.py"];

const parent = mkdtempSync(path.join(tmpdir(), "skaha-left-out-"));
const variable = process.env.PULUMI_CONFIG_PASSPHRASE_FILE;
let folder: string;
let made = 0;

beforeEach(() => {
  delete process.env.PULUMI_CONFIG_PASSPHRASE_FILE;
  made += 1;
  folder = path.join(parent, String(made), "project");
  for (const [name, text] of Object.entries(initial)) write(name, text);
});
afterEach(() => {
  if (variable === undefined) delete process.env.PULUMI_CONFIG_PASSPHRASE_FILE;
  else process.env.PULUMI_CONFIG_PASSPHRASE_FILE = variable;
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

function write(name: string, text: string): void {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), text);
}

const namesIn = (paths: readonly string[]) => readTree(paths, folder).files.map(({ name }) => name);
const below = (name: string) => kept.map((one) => `${name}/${one}`);

function refusal(named: string): unknown {
  const contents = contentsIn(folder)(["search.py", named]);
  return {
    ...contents,
    ...("reason" in contents && { reason: contents.reason.replace(folder, "PROJECT") }),
  };
}

const ways: readonly (readonly [what: string, named: () => string, names: readonly string[]])[] = [
  ["itself", () => ".", kept],
  ["the folder that it is in", () => "..", below("project")],
  ["its absolute path", () => folder, below("project")],
];

describe.each(ways)("of a project of init, by %s", (_, named, names) => {
  test("a job gets the code, and no passphrase, setting or state", () => {
    expect(namesIn([named()])).toEqual(names);
    expect(bundleOf(readTree([named()], folder)).includes(secret)).toBe(false);
  });

  test("the digest stays when a run changes the state, the settings and the logs", () => {
    const before = readTree([named()], folder).digest;
    for (const name of [state, "Pulumi.dev.yaml", "logs/search-1.log", "report.html"]) {
      write(name, "2");
    }
    write(".pulumi-state/.pulumi/history/survey/dev/1.json", "{}");
    write("logs/search-2.log", "2");
    expect(readTree([named()], folder).digest).toBe(before);
    write("search.py", "print(2)\n");
    expect(readTree([named()], folder).digest).not.toBe(before);
  });
});

test("the file that PULUMI_CONFIG_PASSPHRASE_FILE names from the folder where the user is, is left out", () => {
  write("lib/word.txt", secret);
  const env = { PULUMI_CONFIG_PASSPHRASE_FILE: "word.txt", PWD: path.join(folder, "lib") };
  const reason = new LeftOut(folder, env).reason(path.join(folder, "lib/word.txt"));
  expect(reason).toBe("word.txt is the passphrase of Pulumi's secrets");
});

test("logs and report.html are the user's own where there is no program", () => {
  write("lib/logs/__init__.py", "");
  write("lib/report.html", "");
  expect(namesIn(["lib"])).toEqual(["lib/logs/__init__.py", "lib/report.html"]);
});

test("a link under another name is no way round", () => {
  mkdirSync(path.join(folder, "lib"));
  symlinkSync("../.pulumi-passphrase", path.join(folder, "lib/word"));
  symlinkSync("../.pulumi-state", path.join(folder, "lib/data"));
  symlinkSync("../.pulumi-state/.pulumi/stacks", path.join(folder, "lib/stacks"));
  write("lib/a.py", "");
  expect(namesIn(["lib"])).toEqual(["lib/a.py"]);
  expect(refusal("lib/word")).toEqual({
    index: 1,
    reason: expect.stringContaining(
      ": .pulumi-passphrase keeps Pulumi's settings, secrets or state",
    ),
  });
});

test("where the project lies does not count: it may be in such a folder itself", () => {
  folder = path.join(folder, ".pulumi/node_modules/inner");
  write("search.py", "");
  expect(namesIn(["."])).toEqual(["search.py"]);
  expect(namesIn([path.join(folder, "search.py")])).toEqual(["search.py"]);
  folder = path.join(parent, "node_modules");
  write("search.py", "");
  expect(namesIn(["."])).toEqual(["search.py"]);
});

describe("the file that PULUMI_CONFIG_PASSPHRASE_FILE names is left out, and refused", () => {
  test.each<[what: string, value: () => string]>([
    ["by its absolute path", () => path.join(folder, "lib/word.txt")],
    ["by a path from the project's folder", () => "lib/word.txt"],
    ["by a link", () => path.join(folder, "link")],
  ])("%s", (_, value) => {
    write("lib/word.txt", secret);
    write("lib/a.py", "");
    symlinkSync("lib/word.txt", path.join(folder, "link"));
    process.env.PULUMI_CONFIG_PASSPHRASE_FILE = value();
    expect(namesIn(["lib"])).toEqual(["lib/a.py"]);
    expect(namesIn(["."])).toEqual([...kept.slice(0, 2), "lib/a.py", ...kept.slice(2)]);
    expect(refusal("lib/word.txt")).toEqual({
      index: 1,
      reason:
        "cannot be put on /arc: PROJECT/lib/word.txt: word.txt is the passphrase of Pulumi's secrets, so jobs never get it; name what the job needs, or copy that elsewhere if others may read it",
    });
  });
});

describe("refused by its name, although nothing else is wrong with it, is", () => {
  test.each([
    [".pulumi-passphrase", ".pulumi-passphrase keeps Pulumi's settings, secrets or state"],
    [state, ".pulumi-state keeps Pulumi's settings, secrets or state"],
    ["./Pulumi.dev.yaml", "Pulumi.dev.yaml keeps Pulumi's settings, and may keep secrets"],
    ["node_modules/", "node_modules has what npm installs"],
    ["logs", "logs is what pulumi-skaha writes beside a program"],
    ["key.pem", "key.pem may keep passwords or keys"],
    [".git", ".git is version control's"],
    [".skaha-jobs", ".skaha-jobs keeps working files of pulumi-skaha"],
  ])("%s", (named, why) => {
    write("key.pem", secret);
    write(".git/HEAD", "ref");
    write(".skaha-jobs/a/1/log", "");
    expect(refusal(named)).toEqual({
      index: 1,
      reason: expect.stringContaining(`: ${why}, so jobs never get it; `),
    });
  });
});
