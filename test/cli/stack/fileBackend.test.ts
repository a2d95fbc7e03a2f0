import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { homedir, hostname, tmpdir } from "node:os";
import path from "node:path";
import { folderOf, mend, removeCutAttributes, troubleIn } from "../../../cli/stack/fileBackend";

describe("folderOf", () => {
  test.each([
    ["file:///data/pulumi", "/data/pulumi/.pulumi"],
    ["file:///data/a%20b?no_tmp_dir=true", "/data/a b/.pulumi"],
    ["file://./state", "/work/project/state/.pulumi"],
    ["file://~", path.join(homedir(), ".pulumi")],
    ["file://~/states", path.join(homedir(), "states/.pulumi")],
  ])("%s is in %s", (url, folder) => {
    expect(folderOf(url, "/work/project")).toBe(folder);
  });

  test.each(["https://api.pulumi.com", "s3://bucket"])("%s is none of ours", (url) => {
    expect(folderOf(url, "/work/project")).toBeUndefined();
  });
});

describe("troubleIn", () => {
  let folder = "";
  const file = (name: string) => path.join(folder, name);
  const state = "stacks/survey/night.json";
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "backend-"));
    await mkdir(file("stacks/survey"), { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true }));
  const trouble = () => troubleIn(folder, "survey", "night");

  test("sees none in a whole state, nor where there is no state yet", async () => {
    expect(await trouble()).toEqual({ holders: [], cut: undefined });
    await writeFile(file(state), "{}");
    expect(await trouble()).toEqual({ holders: [], cut: undefined });
  });

  test("takes only a whole backup for one", async () => {
    await writeFile(file(state), '{"version": 3, "checkp');
    expect((await trouble()).cut).toEqual({ file: file(state), backup: undefined });
    await writeFile(file(`${state}.bak`), '{"version"');
    expect((await trouble()).cut).toEqual({ file: file(state), backup: undefined });
    await writeFile(file(`${state}.bak`), '{"version": 3}');
    const backup = file(`${state}.bak`);
    expect((await trouble()).cut).toEqual({ file: file(state), backup });

    await mend({ file: file(state), backup });
    expect(await readFile(file(state), "utf8")).toBe('{"version": 3}');
    expect(await readFile(file(`${state}.cut`), "utf8")).toBe('{"version": 3, "checkp');
    expect(await readFile(backup, "utf8")).toBe('{"version": 3}');
  });

  test("is not in attributes that were cut: they are removed", async () => {
    expect(await removeCutAttributes(folder, "other")).toEqual([]); // it has no stack yet
    await writeFile(file(state), "{}");
    await writeFile(file(`${state}.attrs`), "");
    await writeFile(file(`${state}.bak.attrs`), '{"user.content_type":"text/plain"}');
    expect(await removeCutAttributes(folder, "survey")).toEqual([file(`${state}.attrs`)]);
    expect(await removeCutAttributes(folder, "survey")).toEqual([]);
    expect(await readFile(file(`${state}.bak.attrs`), "utf8")).toContain("text/plain");
    expect(await readFile(file(state), "utf8")).toBe("{}");
  });

  test("tells a process that is gone from one that may run", async () => {
    const locks = "locks/organization/survey/night";
    await mkdir(file(locks), { recursive: true });
    const lock = (name: string, pid: number, host: string) =>
      writeFile(file(`${locks}/${name}.json`), JSON.stringify({ pid, hostname: host }));
    await lock("a", process.pid, hostname());
    await lock("b", 2 ** 22 + 1, hostname()); // above any that Linux gives
    await lock("c", 2 ** 22 + 1, "another-machine");
    await writeFile(file(`${locks}/d.json`), "{");
    const { holders } = await trouble();
    expect(holders).toHaveLength(3);
    expect(holders).toEqual(
      expect.arrayContaining([
        { pid: process.pid, host: hostname(), mayRun: true },
        { pid: 2 ** 22 + 1, host: "another-machine", mayRun: true },
        { pid: 2 ** 22 + 1, host: hostname(), mayRun: false },
      ]),
    );
  });
});
