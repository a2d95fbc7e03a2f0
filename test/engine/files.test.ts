// A job's files, with the real engine, through both doors, in both forms: content decides, one copy is everybody's, and
// nothing of it is read back.
import { mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { DoorName } from "../../provider/engine/door";
import { Bench, type Form, type JobSpec, until } from "./harness";

jest.setTimeout(600_000);

const record = "/arc/projects/survey/.jobs";
const size = { cores: 1, ram: 1 };

/** A project beside the bench, whose jobs tell what they see. */
function survey(bench: Bench) {
  const folder = path.join(bench.folder, "project");
  mkdirSync(path.join(folder, "lib"), { recursive: true });
  const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text);
  write("search.py", "search 1\n");
  write("lib/fit.py", "fit 1\n");
  write("other.py", "other 1\n");
  const at = (...names: string[]) => names.map((name) => path.join(folder, name));
  const job = (name: string, files: string[]): JobSpec => ({
    name,
    args: { cmd: "sh -c 'cat *.py {files}/lib/* 2>/dev/null; true'", files, record, ...size },
  });
  bench.declare([
    job("plain", at("search.py")),
    job("whole", at("search.py", "lib/")),
    job("other", at("other.py")),
  ]);
  return { folder, write };
}

const ended = (bench: Bench) =>
  until("all have ended", () => bench.skaha.jobs().every((job) => job.ended !== undefined));

/** What each job said. */
async function logs(bench: Bench): Promise<string[]> {
  await bench.succeed(bench.on("refresh"));
  const states = await bench.state();
  const all = states.map(({ outputs }) =>
    readFileSync(path.join(bench.folder, "data", String(outputs.recordedIn), "log"), "utf8"),
  );
  return all.sort();
}

/** What was asked about files, and answered, since the last time. */
function asked(bench: Bench): { PUT: number; read: number } {
  const about = bench.skaha.journal().filter((one) => one.path.includes("/.skaha-files"));
  const count = (method: string, status: number) =>
    about.filter((one) => one.method === method && one.status === status).length;
  return { PUT: count("PUT", 201), read: count("GET", 200) };
}

const ways: readonly (readonly [Form, DoorName])[] = [
  ["job", "dynamic"],
  ["array", "dynamic"],
  ["job", "native"],
  ["array", "native"],
];

test.each(ways)(
  "%ss through the %s door: a change of one byte runs exactly the jobs that use the file, and another stack shares the copy",
  async (form, door) => {
    await using bench = await Bench.open({ real: true, form, door });
    const { folder, write } = survey(bench);
    await bench.succeed(bench.up());
    await ended(bench);
    expect(asked(bench)).toEqual({ PUT: 3, read: 0 });
    expect(bench.counted()).toMatchObject({ POST: 3 });
    expect(await logs(bench)).toEqual(["other 1\n", "search 1\n", "search 1\nfit 1\n"]);
    const files = path.join(bench.folder, "data/arc/projects/survey");
    expect(readdirSync(files).filter((name) => name.startsWith(".skaha-files"))).toEqual([
      ".skaha-files",
    ]);
    expect(readdirSync(path.join(files, ".skaha-files"))).toHaveLength(3);

    // Neither time nor what no job uses.
    utimesSync(path.join(folder, "search.py"), 1, 1);
    write("lib/fit.py", "fit 1\n");
    write("readme.md", "new");
    await bench.succeed(bench.up());
    expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });

    write("lib/fit.py", "fit 2\n");
    const preview = await bench.succeed(bench.on("preview", "--diff"));
    expect(preview).toMatch(form === "job" ? /filesDigest/ : /launch 1 .*, remove 1, keep 2/);
    await bench.succeed(bench.up());
    await ended(bench);
    expect(asked(bench)).toEqual({ PUT: 1, read: 0 });
    expect(bench.counted()).toMatchObject({ POST: 1 });
    expect(await logs(bench)).toContain("search 1\nfit 2\n");

    // As it was before: that copy is still there.
    write("lib/fit.py", "fit 1\n");
    await bench.succeed(bench.up());
    await ended(bench);
    expect(asked(bench)).toEqual({ PUT: 0, read: 0 });
    expect(bench.counted()).toMatchObject({ POST: 1 });

    const other = `${bench.stack}b`;
    await bench.succeed(["stack", "init", other]);
    bench.stack = other;
    await bench.succeed(bench.up());
    await ended(bench);
    expect(asked(bench)).toEqual({ PUT: 0, read: 0 });
    expect(bench.counted()).toMatchObject({ POST: 3 });
    expect(await logs(bench)).toContain("search 1\nfit 1\n");
  },
);

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
