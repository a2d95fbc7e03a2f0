// Which folder a project's program runs in, and in which language it is, however Pulumi.yaml says it.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { openProject, runtimeOf } from "../../cli/project";

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), "project-")));
  mkdirSync(path.join(folder, "src"));
  for (const file of ["index.js", "src/index.ts", "src/main.ts"]) {
    writeFileSync(path.join(folder, file), "");
  }
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const cli = async () =>
  ({ command: "pulumi", version: "3.276.0", env: {}, origin: "path" }) as const;

/** Of the project with this Pulumi.yaml, relative to its folder. */
async function programOf(text: string): Promise<string> {
  writeFileSync(path.join(folder, "Pulumi.yaml"), text);
  const { program } = await openProject({ cwd: folder }, cli);
  return path.relative(folder, program);
}

test.each([
  ["name: survey\nruntime: nodejs\n", ""],
  ["name: survey\nmain: index.js\n", ""],
  ["name: survey\nmain: src/index.ts # ours\nruntime: nodejs\n", "src"],
  ["name: survey\nmain: src/main.ts\n", "src"],
  ["name: survey\nmain: src/\n", "src"],
  ["name: survey\nmain: src\n", "src"],
  ['name: survey\nmain: "src/index.ts"\n', "src"],
  ["{ name: survey, main: src/index.ts }\n", "src"],
  ["name: survey\ndescription: |\n  main: elsewhere.js\nmain: src/index.ts\n", "src"],
  ["name: survey\noptions:\n  main: src/index.ts\n", ""],
  ["name: survey\nmain: 5\n", ""],
  ["name: [survey\nmain: src/index.ts\n", ""],
])("%j", async (text, program) => {
  expect(await programOf(text)).toBe(program);
});

test.each([
  ["runtime: nodejs\n", "nodejs"],
  ["runtime: { name: nodejs, options: { typescript: false } }\n", "nodejs"],
  ["runtime:\n  options: {}\n  name: python\n", "python"],
  ["runtime:\n", undefined],
  ["runtime: [nodejs\n", undefined],
])("the runtime of %j is %s", async (text, runtime) => {
  writeFileSync(path.join(folder, "Pulumi.yaml"), text);
  expect(runtimeOf(folder)).toBe(runtime);
});
