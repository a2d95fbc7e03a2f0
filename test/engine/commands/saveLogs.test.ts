import { readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { Bench } from "../harness";
import { cli } from "./cliBench";

describe("pulumi-skaha save-logs", () => {
  let bench: Bench;
  let folder: string;
  const ids: Record<string, string> = {};
  const sessionOf = (name: string) =>
    bench.skaha.jobs().find((job) => job.name.startsWith(name))?.id ?? "";
  const save = (...words: string[]) => cli(bench, ["save-logs", "--to", folder, ...words]);
  const files = async () => (await readdir(folder)).sort();
  const read = (name: string) => readFile(path.join(folder, name), "utf8");

  beforeAll(async () => {
    bench = await Bench.open();
    folder = path.join(bench.folder, "saved here");
    bench.declare([
      { name: "ended" },
      { name: "empty" },
      { name: "live" },
      { name: "gone" },
      { name: "later", after: ["live"] },
    ]);
    await bench.succeed(bench.up());
    for (const { urn, id } of await bench.state()) ids[urn.split("::").at(-1) ?? ""] = id;
    bench.runner.write(sessionOf("ended"), "all\n".repeat(100_000));
    bench.runner.write(sessionOf("live"), "one\n");
    for (const name of ["ended", "empty", "gone"]) bench.runner.end(sessionOf(name), 0);
    bench.skaha.vanish(sessionOf("gone"));
  });
  afterAll(() => bench[Symbol.asyncDispose]());

  test("says what it could not save, and leaves nothing of it", async () => {
    bench.skaha.faults.add({ kind: "status", code: 400, path: "view=logs" });
    const { status, stderr } = await save("ended");
    bench.skaha.faults.clear();
    expect(stderr).toMatch(/^the log of ended was not saved to .*saved here: /m);
    expect(status).toBe(1);
    expect(await readdir(bench.folder)).not.toContain("saved here");
  });

  test("saves what is over as a whole, what runs as far as it is, and prints what it saved", async () => {
    const { status, stdout, stderr } = await save();
    expect(stdout.trimEnd().split("\n").sort()).toEqual([
      path.join(folder, `${ids.empty}-1.log`),
      path.join(folder, `${ids.ended}-1.log`),
      path.join(folder, `${ids.live}-1.live.log`),
    ]);
    expect(stderr).toBe("2 saved, 1 as far as they are.\n");
    expect(status).toBe(0);
    expect(await read(`${ids.ended}-1.log`)).toBe("all\n".repeat(100_000));
    expect(await read(`${ids.live}-1.live.log`)).toBe("one\n");
  });

  test("does nothing the second time, and then says nothing", async () => {
    const old = new Date(Date.now() - 3_600_000);
    for (const name of await files()) await utimes(path.join(folder, name), old, old);
    bench.skaha.clearJournal();
    expect(await save()).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(bench.counted()).toMatchObject({ GET: 3, POST: 0, DELETE: 0 }); // a second list, for the one that is gone
    for (const name of await files()) {
      expect((await stat(path.join(folder, name))).mtimeMs).toBe(old.getTime());
    }
  });

  test("says of a named job that its log is gone", async () => {
    const { status, stderr } = await save("gone");
    expect(stderr).toMatch(
      /^the log of gone, attempt 1 .* is gone: the server keeps it for an hour/,
    );
    expect(status).toBe(0);
  });

  test("keeps what the server has cut off a log", async () => {
    await writeFile(path.join(folder, `${ids.live}-1.live.log`), "earlier\nzero\none\n");
    await save();
    expect(await read(`${ids.live}-1.live.log`)).toBe("one\n");
    expect(await read(`${ids.live}-1.live-1.log`)).toBe("earlier\nzero\none\n");
    await rm(path.join(folder, `${ids.live}-1.live-1.log`));
  });

  test("saves each log once and whole when it runs three times at once", async () => {
    for (const name of await files()) await rm(path.join(folder, name));
    const runs = await Promise.all([save(), save(), save()]);
    expect(runs.map(({ status }) => status)).toEqual([0, 0, 0]);
    expect(await files()).toEqual(
      [`${ids.empty}-1.log`, `${ids.ended}-1.log`, `${ids.live}-1.live.log`].sort(),
    );
    expect(await read(`${ids.ended}-1.log`)).toBe("all\n".repeat(100_000));
  });

  test("replaces what it had by the whole when the job has ended, and tidies up", async () => {
    const [left, recent] = [`.x-1.log.0123456789ab.part`, `.y-1.log.0123456789ab.part`];
    await writeFile(path.join(folder, left), "half");
    await writeFile(path.join(folder, recent), "half of another run");
    const old = new Date(Date.now() - 2 * 24 * 3_600_000);
    await utimes(path.join(folder, left), old, old);
    bench.runner.write(sessionOf("live"), "two\n");
    bench.runner.end(sessionOf("live"), 0);
    const { stdout } = await save();
    expect(stdout).toBe(`${path.join(folder, `${ids.live}-1.log`)}\n`);
    expect(await read(`${ids.live}-1.log`)).toBe("one\ntwo\n");
    expect(await files()).toEqual(
      [recent, `${ids.empty}-1.log`, `${ids.ended}-1.log`, `${ids.live}-1.log`].sort(),
    );
  });

  test("tells which folder it may not write", async () => {
    const taken = path.join(bench.folder, "taken");
    await writeFile(taken, "");
    const { status, stderr } = await cli(bench, ["save-logs", "ended", "--to", taken]);
    expect(stderr).toMatch(/^pulumi-skaha: \S+taken is a file: name a folder after --to$/m);
    expect(status).toBe(1);
  });
});
