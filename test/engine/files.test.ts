// A job's files, with the real engine (through the other door and in the other form: test/long/files): content decides,
// one copy is everybody's, and nothing of it is read back.
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { asked, ended, logs, record, size, survey, testWays } from "./filesStory";
import { Bench } from "./harness";

jest.setTimeout(600_000);

testWays([["array", "dynamic"]]);

test("what cannot be read is refused in the preview, with the path and a remedy; and so are files without a record", async () => {
  await using bench = await Bench.open();
  survey(bench);
  const args = { cmd: "true", ...size };
  bench.declare([
    { name: "a", args: { ...args, record, files: ["no/such.py"] } },
    { name: "b", args: { ...args, files: ["index.js"] } },
    { name: "c", args: { ...args, cwd: "{files}/lib" } },
  ]);
  const output = (await bench.fail(bench.on("preview"))).replace(/\s+/g, " ");
  expect(output).toMatch(
    /files\[0\] cannot be read: \S+no\/such\.py: there is no such file, or it is a link to none; paths start from the project's folder/,
  );
  expect(output).toContain("files needs a record, in whose home or project the files are put");
  expect(output).toContain("needs files: {files} is the folder with them");
  expect(bench.counted()).toMatchObject({ POST: 0 });
});

test("a job with the folder of Pulumi's state and passphrase gets neither, and does not run again although the state changed", async () => {
  await using bench = await Bench.open({ real: true });
  const { folder, write } = survey(bench);
  write("word.txt", "a passphrase");
  bench.env.PULUMI_CONFIG_PASSPHRASE_FILE = path.join(folder, "word.txt");
  const state = path.join(bench.folder, "backend");
  const args = { cmd: "sh -c 'find . -type f | sort'", record, ...size };
  bench.declare([{ name: "all", args: { ...args, files: [folder, state] } }]);
  await bench.succeed(bench.up());
  await ended(bench);
  expect(bench.counted()).toMatchObject({ POST: 1 });
  const taken = ["lib/fit.py", "other.py", "search.py"].map((name) => `./project/${name}\n`);
  expect(await logs(bench)).toEqual([taken.join("")]);
  bench.skaha.clearJournal();
  await bench.succeed(bench.up());
  expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });

  bench.declare([{ name: "all", args: { ...args, files: [path.join(state, ".pulumi")] } }]);
  const output = (await bench.fail(bench.on("preview"))).replace(/\s+/g, " ");
  expect(output).toContain(
    ".pulumi keeps Pulumi's settings, secrets or state, so jobs never get it",
  );
});

test("a folder that was changed by hand is used as it is, and one that was removed is put anew", async () => {
  await using bench = await Bench.open({ real: true });
  survey(bench);
  await bench.succeed(bench.up());
  await ended(bench);
  const root = path.join(bench.folder, "data/arc/projects/survey/.skaha-files");
  const folder = readdirSync(root)
    .map((name) => path.join(root, name))
    .find((one) => readdirSync(one).includes("lib"));
  if (folder === undefined) throw new Error("there is no folder with lib");
  bench.skaha.clearJournal();
  const again = async () => {
    await bench.succeed([...bench.up(), "--replace", "**whole"]);
    await ended(bench);
    return logs(bench);
  };
  rmSync(path.join(folder, "search.py"));
  writeFileSync(path.join(folder, "search.py"), "by hand\n");
  expect(await again()).toContain("by hand\nfit 1\n");
  expect(asked(bench)).toEqual({ PUT: 0, read: 0 });
  bench.skaha.clearJournal();
  rmSync(folder, { recursive: true });
  expect(await again()).toContain("search 1\nfit 1\n");
  expect(asked(bench)).toEqual({ PUT: 1, read: 0 });
});
