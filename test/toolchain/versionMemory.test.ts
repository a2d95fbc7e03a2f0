import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { versionMemory } from "../../toolchain/versionMemory";

const program = Buffer.alloc(2 * 1024 * 1024);
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "skaha-version-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** @returns its path */
async function file(name: string, content: string | Buffer = program): Promise<string> {
  const made = path.join(folder, name);
  await mkdir(path.dirname(made), { recursive: true });
  await writeFile(made, content);
  return made;
}
const memory = () => versionMemory(path.join(folder, "home/version.json"));

test("what a pulumi said is remembered by the next command, for as long as the file is the same", async () => {
  const pulumi = await file("bin/pulumi");
  const link = path.join(folder, "pulumi-on-path");
  await symlink(pulumi, link);
  expect(await memory().recall(pulumi)).toBeUndefined();
  await memory().keep(pulumi, "3.250.0");
  expect(await memory().recall(pulumi)).toBe("3.250.0");
  expect(await memory().recall(link)).toBe("3.250.0");
  const older = await file("older/pulumi");
  await memory().keep(older, "3.1.0");
  expect([await memory().recall(older), await memory().recall(pulumi)]).toEqual([
    "3.1.0",
    "3.250.0",
  ]);
  await file("bin/pulumi", Buffer.concat([program, Buffer.from("newer")]));
  expect(await memory().recall(pulumi)).toBeUndefined();
});

test.each([
  ["a script that runs one or the other", "bin/pulumi", "#!/bin/sh\nexec other-pulumi\n"],
  ["a version manager behind a link", "bin/mise", program],
])("%s is asked each time", async (_, name, content) => {
  const real = await file(name, content);
  const command = path.join(folder, "pulumi");
  await symlink(real, command);
  await memory().keep(command, "3.250.0");
  expect(await memory().recall(command)).toBeUndefined();
});

test("a memory that is damaged or cannot be written is none", async () => {
  const pulumi = await file("bin/pulumi");
  await file("home/version.json", "[3.250");
  expect(await memory().recall(pulumi)).toBeUndefined();
  await file("not-a-folder", "");
  const nowhere = versionMemory(path.join(folder, "not-a-folder/version.json"));
  await nowhere.keep(pulumi, "3.250.0");
  expect(await nowhere.recall(pulumi)).toBeUndefined();
});
