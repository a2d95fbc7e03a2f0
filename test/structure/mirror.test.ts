// A test is found where what it tests is found; which folders are about more than one part says CONTRIBUTING.md.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { checkout } from "../../toolchain/checkout";

const rooms = ["bench", "cli", "demo", "embedded", "machine", "provider", "toolchain"];
const below = (folder: string) =>
  readdirSync(path.join(checkout, folder), { recursive: true, encoding: "utf8" });
const exists = (place: string) => existsSync(path.join(checkout, place));

interface Test {
  /** The folder below `test/`, such as `provider/job`. */
  readonly folder: string;
  /** Without `.test.ts`. */
  readonly name: string;
}

const testsOf = (room: string): Test[] =>
  below(path.join("test", room))
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => ({
      folder: path.join(room, path.dirname(file)),
      name: path.basename(file, ".test.ts"),
    }));

describe.each(rooms)("test/%s", (room) => {
  const tests = testsOf(room);

  test("has the folders of the source, and others for a single file of it only", () => {
    expect(tests.length).toBeGreaterThan(0);
    const without = tests.filter(({ folder }) => !exists(folder) && !exists(`${folder}.ts`));
    expect(without).toEqual([]);
  });

  test("has what is called like one source file beside it, unless it is about a whole folder", () => {
    const sources = below(room).filter((file) => file.endsWith(".ts"));
    const misplaced = tests.filter(({ folder, name }) => {
      const [source, ...others] = sources.filter((file) => path.basename(file, ".ts") === name);
      if (source === undefined || others.length > 0 || path.basename(folder) === name) return false;
      const place = path.join(room, path.dirname(source));
      // A folder that is called like its main file counts as that file.
      const places = path.basename(place) === name ? [place, path.dirname(place)] : [place];
      return !tests.some((other) => other.name === name && places.includes(other.folder));
    });
    expect(misplaced).toEqual([]);
  });
});

test("CONTRIBUTING.md says what is in each folder of test/", () => {
  const text = readFileSync(path.join(checkout, "CONTRIBUTING.md"), "utf8");
  const folders = readdirSync(path.join(checkout, "test"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  expect(folders.filter((name) => !text.includes(`\`test/${name}\``))).toEqual([]);
});
