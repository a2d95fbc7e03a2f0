// Which files come along as the program of a crate, from real repositories of git: what jobs' `files` took to /arc is the same
// there, or it is said why not.
import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import type { LaunchedFiles } from "../../../cli/crate/program/launchedFiles";
import { copyProgram, type LaunchedBy } from "../../../cli/crate/programCopy";
import { readTree } from "../../../provider/files/tree";

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(path.join(tmpdir(), "copy-"));
});
afterEach(() => rm(parent, { recursive: true, maxRetries: 5 }));

async function git(folder: string, ...words: readonly string[]): Promise<string> {
  const as = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
  const all = [...as, "-c", "protocol.file.allow=always", ...words];
  return (await promisify(execFile)("git", all, { cwd: folder })).stdout.trim();
}

/** Files with their texts, and links as `name -> target`. */
async function lay(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [written, text] of Object.entries(files)) {
    const [name = "", target] = written.split(" -> ");
    const place = path.join(folder, name);
    await mkdir(path.dirname(place), { recursive: true });
    if (target === undefined) await writeFile(place, text);
    else await symlink(target, place);
  }
}

async function commit(folder: string): Promise<string> {
  await git(folder, "init", "--quiet");
  await git(folder, "add", "--all");
  await git(folder, "commit", "--quiet", "--message", "Search");
  return git(folder, "rev-parse", "HEAD");
}

const launched = (
  project: string,
  files: readonly string[],
  jobs: readonly string[] = ["fit"],
): LaunchedFiles => ({
  ...{ files, digest: readTree(files, project).digest },
  jobs: jobs.map((name) => ({ name })),
});

async function copied(project: string, by: Partial<LaunchedBy> = {}) {
  const target = path.join(parent, "crate/program");
  await mkdir(path.dirname(target));
  const copy = await copyProgram(project, target, {
    ...{ commits: [], isDirty: false, stack: "dev", files: [], base: "", ...by },
  });
  const all = await readdir(target, { recursive: true, withFileTypes: true });
  expect(all.filter((one) => one.isSymbolicLink())).toEqual([]);
  const names = all.filter((one) => one.isFile());
  expect(Object.keys(copy.files).sort()).toEqual(
    names.map((one) => path.relative(target, path.join(one.parentPath, one.name))).sort(),
  );
  expect(await readdir(path.dirname(target))).toEqual(["program"]);
  return { ...copy, target, folder: path.join(target, copy.place) };
}

/** Whether the copy gives the job the files that it was launched with. */
const isSame = (copy: string, { files, digest }: LaunchedFiles) =>
  readTree(files, copy).digest === digest;

test("links that git tracks come along as what they lead to, in the version of the commit", async () => {
  const repository = path.join(parent, "repository");
  const project = path.join(repository, "studies/sunspots");
  await lay(repository, {
    ...{ "common/fit.py": "fit", "common/lib/g.py": "g" },
    ...{
      "studies/sunspots/fleet.yaml": "jobs",
      "studies/sunspots/fit.py -> ../../common/fit.py": "",
    },
    ...{
      "studies/sunspots/lib -> ../../common/lib": "",
      "studies/sunspots/own.py -> été.py": "",
      "studies/sunspots/été.py": "e",
    },
    "studies/sunspots/data -> /arc/projects/survey": "",
  });
  await chmod(path.join(repository, "common/fit.py"), 0o755);
  const head = await commit(repository);
  const files = launched(project, ["fit.py", "lib"]);
  await writeFile(path.join(repository, "common/fit.py"), "another fit");
  await git(repository, "commit", "--quiet", "--all", "--message", "Fit otherwise");
  const copy = await copied(project, { commits: [head], files: [files] });
  expect(Object.keys(copy.files)).toEqual(["fit.py", "fleet.yaml", "lib/g.py", "own.py", "été.py"]);
  expect(isSame(copy.folder, files)).toBe(true);
  expect((await stat(path.join(copy.folder, "fit.py"))).mode & 0o100).toBeTruthy();
  expect(copy).toMatchObject({ commit: head, isDirty: false, place: "" });
  expect(copy.notes).toEqual([
    "Of the program this link is not in the copy, because it leads out of the repository, to nothing, or to what stays out: data.",
  ]);
});

test.each([
  ["of the commit", false],
  ["as they are now", true],
])(
  "what jobs need beside the project comes along, with repositories within: %s",
  async (_, isDirty) => {
    const other = path.join(parent, "other");
    await lay(other, { "solve.py": "solve", "deep/more.py": "more" });
    await commit(other);
    const repository = path.join(parent, "repository");
    const project = path.join(repository, "sunspots");
    await lay(repository, {
      ...{ "sunspots/fleet.yaml": "jobs", "common/fit.py": "fit", "common/.style": "style" },
      "big/data.csv": "1,2",
    });
    await git(parent, "init", "--quiet", "repository");
    await git(repository, "submodule", "--quiet", "add", other, "sunspots/vendor/solver");
    const head = await commit(repository);
    const files = launched(project, ["../common", "vendor/solver/solve.py", "vendor/solver/deep"]);
    const copy = await copied(project, { commits: [head], isDirty, files: [files] });
    expect(Object.keys(copy.files)).toEqual([
      ...["common/.style", "common/fit.py", "sunspots/fleet.yaml"],
      ...["sunspots/vendor/solver/deep/more.py", "sunspots/vendor/solver/solve.py"],
    ]);
    expect(copy).toMatchObject({ place: "sunspots", folder: path.join(copy.target, "sunspots") });
    expect(isSame(copy.folder, files)).toBe(true);
    expect(copy.notes).toEqual(
      isDirty ? [expect.stringContaining("Jobs were launched with changes")] : [],
    );
  },
);

test("untracked files of jobs come along, but for hidden ones, and both are told", async () => {
  const project = path.join(parent, "repository");
  await lay(project, { "fleet.yaml": "jobs", ".gitignore": "data\n.key\n" });
  const head = await commit(project);
  await lay(project, { "data/sunspots.csv": "1,2", ".key": "k", "lib/a.py": "a" });
  const files = launched(project, ["data", "lib/a.py"], ["fit", "merge"]);
  const hidden = launched(project, [".key"], ["open"]);
  const copy = await copied(project, { commits: [head], files: [files, hidden] });
  expect(Object.keys(copy.files)).toEqual(["data/sunspots.csv", "fleet.yaml", "lib/a.py"]);
  expect(isSame(copy.folder, files)).toBe(true);
  expect(copy.notes).toEqual([
    "The copy of the program has files that git does not track, and that a clone lacks, because jobs' `files` name them: data/sunspots.csv, lib/a.py.",
    expect.stringMatching(
      /^In the copy of the program, replay will find another id for 1 job \(open\), .*: \.key is hidden, and git does not track it\. /,
    ),
  ]);
});

test("what cannot come along is named: outside, edited since, or gone", async () => {
  const outside = path.join(parent, "elsewhere");
  await lay(outside, { "x.py": "x" });
  const project = path.join(parent, "repository");
  await lay(project, { "fleet.yaml": "jobs", "a.py": "a", "b.py": "b", "c.py": "c" });
  const head = await commit(project);
  const all = [
    launched(project, ["../elsewhere/x.py"], ["far"]),
    launched(project, [path.join(outside, "x.py")], ["whole"]),
    launched(project, ["a.py"], ["edited"]),
    launched(project, ["b.py"], ["removed"]),
    launched(project, [path.join(project, "c.py")], ["made"]),
  ];
  await lay(project, { "a.py": "another" });
  await rm(path.join(project, "b.py"));
  const copy = await copied(project, { commits: [head], isDirty: true, files: all });
  const why = copy.notes
    .slice(1)
    .map((note) => /\((.*)\).*to \/arc: (.*?)\. /.exec(note)?.slice(1));
  expect(why).toEqual([
    ["far, whole", "x.py lies outside its repository"],
    ["edited", "they were edited since the launch"],
    ["removed", "b.py is gone"],
  ]);
  expect(copy.notes.join("\n")).not.toContain(parent);
});

test("without git the folder's files come along, with links as what they lead to", async () => {
  const project = path.join(parent, "project");
  await lay(project, {
    ...{
      "fleet.yaml": "jobs",
      "lib/a.py": "a",
      ".pulumi-passphrase": "p",
      "node_modules/x.js": "x",
    },
    ...{
      "b.py -> lib/a.py": "",
      "words -> .pulumi-passphrase": "",
      "Pulumi.dev.yaml": "config: {}\n",
    },
    ...{ "old/ro-crate-metadata.json": "{}", "old/x": "" },
  });
  const files = launched(project, ["b.py", "lib"]);
  const copy = await copied(project, { files: [files] });
  expect(Object.keys(copy.files)).toEqual(["Pulumi.dev.yaml", "b.py", "fleet.yaml", "lib/a.py"]);
  expect(isSame(copy.folder, files)).toBe(true);
  expect(copy.notes).toEqual([
    expect.stringContaining("The program is in no git repository"),
    expect.stringMatching(/^Of the program this link is not in the copy.*: words\.$/),
  ]);
});

test("`files` start from the folder of the program, where main has moved that", async () => {
  const project = path.join(parent, "repository");
  await lay(project, { "src/index.ts": "jobs", "src/lib/a.py": "a", "b.py": "b" });
  const head = await commit(project);
  const files = launched(path.join(project, "src"), ["lib", "../b.py"]);
  const copy = await copied(project, { commits: [head], files: [files], base: "src" });
  expect(copy.notes).toEqual([]);
  expect(isSame(path.join(copy.folder, "src"), files)).toBe(true);
});

test("a program of too many files is refused", async () => {
  const project = path.join(parent, "project");
  const names = Array.from({ length: 5_001 }, (_, n) => [`f${n}`, ""]);
  await lay(project, Object.fromEntries(names));
  await expect(copied(project)).rejects.toThrow("has more than 5000 files");
});
