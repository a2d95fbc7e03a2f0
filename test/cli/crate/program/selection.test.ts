import { commonFolder, type Entry, selectionOf } from "../../../../cli/crate/program/selection";

/** A name alone is a file, `name -> target` a link. */
const selected = (names: readonly string[], folder = "", needed: readonly string[] = []) => {
  const entries = new Map(
    names.map((text): [string, Entry] => {
      const [name = "", target] = text.split(" -> ");
      return [name, target === undefined ? { kind: "file" } : { kind: "link", target }];
    }),
  );
  const { placed, deadLinks } = selectionOf(entries, folder, needed);
  return { placed: Object.fromEntries(placed.map(({ to, from }) => [to, from])), deadLinks };
};

test("files of the project come along, but for what is hidden, packages and logs", () => {
  const names = ["a.py", "lib/b.py", ".env", "lib/.cache/x", "node_modules/c.js", "logs/d"];
  expect(selected(names)).toEqual({
    placed: { "a.py": "a.py", "lib/b.py": "lib/b.py" },
    deadLinks: [],
  });
});

test("a link comes along as the file or the folder that it leads to, through other links", () => {
  const names = [
    ...["common/fit.py", "common/deep/g.py", "study/run.py", "study/.hidden"],
    ...["study/fit.py -> ../common/fit.py", "study/again.py -> ./fit.py"],
    ...["study/lib -> ../common", "study/g.py -> lib/deep/g.py"],
  ];
  expect(selected(names, "study")).toEqual({
    placed: {
      "study/run.py": "study/run.py",
      "study/fit.py": "common/fit.py",
      "study/again.py": "common/fit.py",
      "study/lib/fit.py": "common/fit.py",
      "study/lib/deep/g.py": "common/deep/g.py",
      "study/g.py": "common/deep/g.py",
    },
    deadLinks: [],
  });
});

test("a link that leads out, to nothing, to what is hidden, or round is named", () => {
  const names = [
    ...["a.py", ".env", "sub/b.py", "out -> ../../data", "far -> /arc/projects/survey"],
    ...["gone -> nothing.py", "secret -> .env", "sub/up -> ..", "x -> y", "y -> x", "self -> ."],
  ];
  expect(selected(names)).toEqual({
    placed: { "a.py": "a.py", "sub/b.py": "sub/b.py" },
    deadLinks: ["far", "gone", "out", "secret", "self", "sub/up", "x", "y"],
  });
});

test("two folders that link to each other are copied once each, and no further", () => {
  const { placed, deadLinks } = selected(["a/x", "b/y", "a/b -> ../b", "b/a -> ../a"]);
  expect(placed).toMatchObject({ "a/x": "a/x", "a/b/y": "b/y", "b/y": "b/y", "b/a/x": "a/x" });
  expect(deadLinks).toEqual(["a/b/a", "b/a/b"]);
});

test("links of a project in a hidden folder come along", () => {
  const names = [".work/study/a.py", ".work/b.py", ".work/study/b.py -> ../b.py"];
  expect(selected(names, ".work/study").deadLinks).toEqual([]);
});

test("what jobs need outside the project comes along", () => {
  const names = ["study/run.py", "common/a.py", "common/.b", "common/c/d.py", "other/e.py"];
  expect(selected(names, "study", ["common"]).placed).toEqual({
    "study/run.py": "study/run.py",
    "common/a.py": "common/a.py",
    "common/c/d.py": "common/c/d.py",
  });
});

test.each([
  [[], ""],
  [["a/b"], "a/b"],
  [["a/b", "a/c/d"], "a"],
  [["a/b", "a/b/c"], "a/b"],
  [["a", ""], ""],
  [["ab", "ac"], ""],
])("the common folder of %j is %j", (folders, common) => {
  expect(commonFolder(folders)).toBe(common);
});
