// What decides of a job's files: their names and contents, and nothing else.
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { mostTreeFiles, readTree, treeOf } from "../../../provider/files/tree";

const place = mkdtempSync(path.join(tmpdir(), "skaha-tree-"));
afterAll(() => rmSync(place, { recursive: true, force: true }));

let made = 0;

/** A project with these files. */
function project(files: Readonly<Record<string, string | Buffer>>): string {
  made += 1;
  const folder = path.join(place, `project-${made}`);
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
  return folder;
}

function write(folder: string, name: string, text = "x"): void {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), text);
}

const survey = {
  "search.py": "print(1)\n",
  "lib/a.py": "a",
  "lib/deep/b.py": "b",
  "notes.md": "n",
};
const all = ["search.py", "lib/"];
const neverTaken = [
  ...[".pulumi-passphrase", ".pulumi-state/.pulumi/stacks/p/dev.json", ".pulumi/meta.yaml"],
  ...["Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.a.b.yml", "node_modules/a/index.js"],
  ...[".env", "key.pem", "KEY.PEM", ".netrc", "logs/a-1.log", "report.html"],
  ...[".skaha/x", ".skaha-jobs/a/1/log", ".skaha-files/0f/a.py", ".skaha-files-0f"],
];
const digestIn = (folder: string, paths: readonly string[] = all) => readTree(paths, folder).digest;
const namesIn = (folder: string, paths: readonly string[]) =>
  readTree(paths, folder).files.map(({ name }) => name);

test("the digest of known files is this one, for good: another would run every job again", () => {
  expect(digestIn(project(survey))).toBe("4cdf7a981d4df81e48750436e33e2302");
});

describe("another digest comes of", () => {
  const first = digestIn(project(survey));
  test.each<[what: string, edit: (folder: string) => void]>([
    ["one byte", (folder) => writeFileSync(path.join(folder, "lib/deep/b.py"), "c")],
    [
      "another name",
      (folder) => renameSync(path.join(folder, "lib/a.py"), path.join(folder, "lib/c.py")),
    ],
    ["one file more", (folder) => writeFileSync(path.join(folder, "lib/new"), "")],
    ["one file less", (folder) => rmSync(path.join(folder, "lib/a.py"))],
    [
      "a file that can be executed now",
      (folder) => chmodSync(path.join(folder, "lib/a.py"), 0o755),
    ],
  ])("%s", (_, edit) => {
    const folder = project(survey);
    edit(folder);
    expect(digestIn(folder)).not.toBe(first);
  });
});

describe("the same digest comes of", () => {
  const first = digestIn(project(survey));
  test.each<[what: string, edit: (folder: string) => void]>([
    ["another time", (folder) => utimesSync(path.join(folder, "search.py"), 1, 1)],
    [
      "other permissions to read and write",
      (folder) => chmodSync(path.join(folder, "search.py"), 0o600),
    ],
    ["a file that is not named", (folder) => writeFileSync(path.join(folder, "notes.md"), "more")],
    [
      "an empty folder",
      (folder) => {
        mkdirSync(path.join(folder, "lib/empty/er"), { recursive: true });
      },
    ],
    [
      "what tools leave behind",
      (folder) => {
        for (const name of [".git/HEAD", "__pycache__/a", "deep/__pycache__/b", ".DS_Store"]) {
          write(folder, path.join("lib", name));
        }
      },
    ],
    [
      "secrets, what is Pulumi's and what this package writes, wherever it lies",
      (folder) => {
        for (const name of neverTaken) {
          write(folder, path.join("lib", name));
          write(folder, path.join("lib/deep/other", name));
        }
      },
    ],
  ])("%s", (_, edit) => {
    const folder = project(survey);
    edit(folder);
    expect(digestIn(folder)).toBe(first);
  });

  test("another place of the project", () => {
    const folder = project(survey);
    cpSync(folder, `${folder}-moved`, { recursive: true });
    expect(digestIn(`${folder}-moved`)).toBe(first);
  });

  test("another order, a file that is named twice, and other ways to write a path", () => {
    const folder = project(survey);
    expect(digestIn(folder, ["lib", "./search.py", "lib/a.py"])).toBe(first);
  });
});

test("two different sets of files have different digests, however their names and contents are cut", () => {
  const name = fc.string({
    unit: fc.constantFrom("a", "b", "\n", " ", "-", "x"),
    minLength: 1,
    maxLength: 4,
  });
  const content = fc.string({ unit: fc.constantFrom("a", "\n", "x"), maxLength: 4 });
  const set = fc.dictionary(name, fc.tuple(content, fc.boolean()), { maxKeys: 3 });
  const digest = (files: Record<string, [string, boolean]>) =>
    treeOf(
      Object.entries(files).map(([name, [text, isExecutable]]) => ({
        name,
        isExecutable,
        bytes: Buffer.from(text),
      })),
    ).digest;
  const sorted = (files: Record<string, [string, boolean]>) =>
    JSON.stringify(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));
  fc.assert(
    fc.property(set, set, (one, other) => {
      expect(digest(one) === digest(other)).toBe(sorted(one) === sorted(other));
    }),
    { numRuns: 500 },
  );
});

describe("the folder that the job sees", () => {
  test("has each file where it is in the project; what is outside of it, without the way there", () => {
    const folder = project(survey);
    mkdirSync(path.join(folder, "inner"));
    const inner = path.join(folder, "inner");
    expect(namesIn(folder, ["lib/deep/b.py", "search.py"])).toEqual(["lib/deep/b.py", "search.py"]);
    expect(namesIn(inner, ["../lib/deep", "../search.py"])).toEqual(["lib/deep/b.py", "search.py"]);
    expect(namesIn(inner, [path.join(folder, "lib/deep")])).toEqual(["deep/b.py"]);
    expect(namesIn(folder, ["."])).toEqual(["lib/a.py", "lib/deep/b.py", "notes.md", "search.py"]);
  });

  test("has what links lead to, and what is named in a folder that is left out as a whole", () => {
    const folder = project({ ...survey, ".git/HEAD": "ref" });
    symlinkSync("../search.py", path.join(folder, "lib/link.py"));
    symlinkSync(path.join(folder, "lib/deep"), path.join(folder, "lib/linked"));
    expect(namesIn(folder, ["lib", ".git/HEAD"])).toEqual([
      ".git/HEAD",
      "lib/a.py",
      "lib/deep/b.py",
      "lib/link.py",
      "lib/linked/b.py",
    ]);
  });
});

function refusal(folder: string, paths: readonly string[]) {
  try {
    readTree(paths, folder);
  } catch (error) {
    const { index, message } = error as { index?: number; message: string };
    return { index, message: message.replaceAll(folder, "PROJECT") };
  }
  return undefined;
}

describe("refused, with the path that is at fault, is", () => {
  test.each<[what: string, prepare: (folder: string) => unknown, paths: string[], message: string]>(
    [
      [
        "what is not there",
        () => {},
        ["search.py", "serch.py"],
        "cannot be read: PROJECT/serch.py: there is no such file, or it is a link to none; paths start from the project's folder",
      ],
      [
        "a link to nothing",
        (folder) => symlinkSync("nowhere", path.join(folder, "lib/broken")),
        ["search.py", "lib"],
        "cannot be read: PROJECT/lib/broken: there is no such file, or it is a link to none; paths start from the project's folder",
      ],
      [
        "a link that leads round",
        (folder) => symlinkSync("..", path.join(folder, "lib/round")),
        ["search.py", "lib"],
        "leads round: PROJECT/lib/round/lib is a link to a folder that it is in; remove the link",
      ],
      [
        "a device",
        () => {},
        ["search.py", "/dev/null"],
        "cannot be put on /arc: /dev/null is no file and no folder",
      ],
    ],
  )("%s", (_, prepare, paths, message) => {
    const folder = project(survey);
    prepare(folder);
    expect(refusal(folder, paths)).toEqual({ index: 1, message });
  });

  test("another file for the same name", () => {
    const folder = project(survey);
    const other = project({ "search.py": "other" });
    expect(refusal(folder, ["search.py", path.join(other, "search.py")])).toEqual({
      index: 1,
      message: `has two files for search.py, PROJECT/search.py and ${other}/search.py: rename one of them`,
    });
  });

  test("more than fifty MiB, before anything is read, and more files than there may be", () => {
    const folder = project({});
    writeFileSync(path.join(folder, "large"), "");
    truncateSync(path.join(folder, "large"), 50 * 2 ** 20 + 1);
    expect(refusal(folder, ["large"])?.message).toBe(
      "takes more than 50 MiB, with PROJECT/large: keep data on /arc, and put there what is large",
    );
    const many = project(
      Object.fromEntries(Array.from({ length: mostTreeFiles + 1 }, (_, n) => [`f${n}`, ""])),
    );
    expect(refusal(many, ["."])?.message).toMatch(/^has more than 5000 files/);
  });
});
