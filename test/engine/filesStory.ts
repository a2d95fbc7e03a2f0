// What the tests of jobs' files share: their project, what became of it, and the story that each door and each form has to pass.
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { DoorName } from "../../provider/engine/door";
import { Bench, type Form, type JobSpec, until } from "./harness";

export const record = "/arc/projects/survey/.jobs";
export const size = { cores: 1, ram: 1 };

/** A project beside the bench, whose jobs tell what they see. */
export function survey(bench: Bench) {
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

export const ended = (bench: Bench) =>
  until("all have ended", () => bench.skaha.jobs().every((job) => job.ended !== undefined));

/** What each job said. */
export async function logs(bench: Bench): Promise<string[]> {
  await bench.succeed(bench.on("refresh"));
  const states = await bench.state();
  const all = states.map(({ outputs }) =>
    readFileSync(path.join(bench.folder, "data", String(outputs.recordedIn), "log"), "utf8"),
  );
  return all.sort();
}

/** What was asked about files, and answered, since the last time. */
export function asked(bench: Bench): { PUT: number; read: number } {
  const about = bench.skaha.journal().filter((one) => one.path.includes("/.skaha-files"));
  const count = (method: string, status: number) =>
    about.filter((one) => one.method === method && one.status === status).length;
  return { PUT: count("PUT", 201), read: count("GET", 200) };
}

/** Declares a test for each way. */
export function testWays(ways: readonly (readonly [Form, DoorName])[]): void {
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
}
