// What is asked of /arc for a job's files, counted, by a real server.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { startSkaha } from "../../../embedded";
import { bundleOf } from "../../../provider/files/bundle";
import { JobFiles } from "../../../provider/files/jobFiles";
import { bundleFile, filesFolder } from "../../../provider/files/place";
import { readTree } from "../../../provider/files/tree";
import { arcOf } from "../../../provider/record/arc";

const record = "/arc/projects/survey/.jobs";
const files = ["search.py", "lib"];

async function opened() {
  const folder = mkdtempSync(path.join(tmpdir(), "skaha-job-files-"));
  const project = path.join(folder, "project");
  mkdirSync(path.join(project, "lib"), { recursive: true });
  writeFileSync(path.join(project, "search.py"), "print(1)\n");
  writeFileSync(path.join(project, "lib/a.py"), "a".repeat(100_000));
  const dataDir = path.join(folder, "data");
  const skaha = await startSkaha({ dataDir, users: { alice: { token: "t" } } });
  const credentials = {
    current: async () => ({ source: "", renewal: "", headers: { authorization: "Bearer t" } }),
    renewed: async () => undefined,
  };
  const server = `${new URL(skaha.url).origin}/arc`;
  const said: string[] = [];
  /** As another process would ask. */
  const run = () => {
    const arc = arcOf({ server, credentials, concurrency: 8, timeoutMs: 5_000 });
    const announce = { say: ({ text }: { text?: string }) => said.push(text ?? "") };
    return new JobFiles(arc, announce as never, project);
  };
  const tree = readTree(files, project);
  const at = (file: string) => path.join(dataDir, file.slice(1));
  return {
    skaha,
    run,
    said,
    project,
    tree,
    /** On this machine. */
    bundle: at(bundleFile(filesFolder(record, tree.digest))),
    folder: at(filesFolder(record, tree.digest)),
    at,
    ready: (by: JobFiles) => by.ready({ files, filesDigest: tree.digest }, record),
    /** What was asked since the last time, and how it was answered. */
    asked() {
      const entries = skaha.journal().map(({ method, status, path: one }) => {
        const what = one.includes(".skaha-files-")
          ? "bundle"
          : one.includes(".skaha-files/")
            ? "folder"
            : "place";
        return `${method} ${what} ${status}`;
      });
      skaha.clearJournal();
      return entries;
    },
    async [Symbol.asyncDispose]() {
      await skaha.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

test("ten thousand jobs with the same files put them there once, and ask once", async () => {
  await using w = await opened();
  const run = w.run();
  expect(
    new Set(Array.from({ length: 10_000 }, () => JSON.stringify(run.contentsOf(files)))),
  ).toEqual(new Set([JSON.stringify({ digest: w.tree.digest })]));
  await Promise.all(Array.from({ length: 10_000 }, () => w.ready(run)));
  expect(w.asked()).toEqual(["GET folder 404", "HEAD bundle 404", "PUT bundle 201"]);
  expect(readFileSync(w.bundle).equals(bundleOf(w.tree))).toBe(true);
  expect(w.said).toEqual([
    `put 2 files (100 KiB) on /arc, for /arc/projects/survey/.skaha-files/${w.tree.digest}`,
  ]);
});

test("another run puts nothing and reads nothing: neither before the first job has begun, nor after", async () => {
  await using w = await opened();
  await w.ready(w.run());
  w.asked();
  await w.ready(w.run());
  expect(w.asked()).toEqual(["GET folder 404", "HEAD bundle 200"]);
  rmSync(w.bundle);
  mkdirSync(w.folder, { recursive: true });
  await w.ready(w.run());
  expect(w.asked()).toEqual(["GET folder 400"]); // "GET for directories not supported"
});

test.each([0, 1, 600, 50_000])(
  "of an upload that was killed after %d bytes nothing is used",
  async (cut) => {
    await using w = await opened();
    mkdirSync(path.dirname(w.bundle), { recursive: true });
    writeFileSync(w.bundle, bundleOf(w.tree).subarray(0, cut));
    await w.ready(w.run());
    expect(w.asked()).toEqual(["GET folder 404", `HEAD bundle 200`, "PUT bundle 201"]);
    expect(readFileSync(w.bundle).equals(bundleOf(w.tree))).toBe(true);
  },
);

test("two runs at a time leave one whole bundle", async () => {
  await using w = await opened();
  await Promise.all([w.ready(w.run()), w.ready(w.run()), w.ready(w.run())]);
  expect(readFileSync(w.bundle).equals(bundleOf(w.tree))).toBe(true);
  expect(readdirSync(path.dirname(w.bundle)).filter((name) => name.includes("skaha"))).toHaveLength(
    1,
  );
});

test("an answer that is lost is asked for again, and what fails for one job is tried for the next", async () => {
  await using w = await opened();
  const run = w.run();
  w.skaha.faults.add({ kind: "lostAnswer", method: "PUT", times: 1 });
  await w.ready(run);
  expect(readFileSync(w.bundle).equals(bundleOf(w.tree))).toBe(true);
  rmSync(w.bundle);
  const next = w.run();
  w.skaha.faults.add({ kind: "status", code: 507, body: "no space left", method: "PUT", times: 1 });
  await expect(w.ready(next)).rejects.toThrow(/could not write .*: VOSpace answered 507/);
  await w.ready(next);
  expect(readFileSync(w.bundle).equals(bundleOf(w.tree))).toBe(true);
});

test("a file that is edited after the check is not put under the digest of before", async () => {
  await using w = await opened();
  const run = w.run();
  expect(run.contentsOf(files)).toEqual({ digest: w.tree.digest });
  writeFileSync(path.join(w.project, "search.py"), "print(2)\n");
  await expect(w.ready(run)).rejects.toThrow(
    "could not put the job's files on /arc: search.py, lib: a file was edited since this run looked; it was not launched; run the command again",
  );
  rmSync(path.join(w.project, "search.py"));
  await expect(w.ready(w.run())).rejects.toThrow(/search\.py: there is no such file/);
  expect(w.asked().filter((one) => one.startsWith("PUT"))).toEqual([]);
});

test("a list of members is put with the files, or alone, and each other list beside it", async () => {
  await using w = await opened();
  const run = w.run();
  const list = (text: string) => ({
    name: "members.jsonl",
    isExecutable: false,
    bytes: Buffer.from(text),
  });
  const declared = { files, filesDigest: w.tree.digest };
  const folders = [
    await run.ready(declared, record, list("one")),
    await run.ready(declared, record, list("two")),
    await run.ready({}, record, list("one")),
    await run.ready(declared, record),
  ];
  expect(new Set(folders).size).toBe(4);
  expect(w.asked().filter((one) => one === "PUT bundle 201")).toHaveLength(4);
  expect(readFileSync(w.at(bundleFile(folders[0] ?? "")), "latin1")).toContain("'./members.jsonl'");
  writeFileSync(path.join(w.project, "members.jsonl"), "mine");
  const own = {
    files: ["members.jsonl"],
    filesDigest: readTree(["members.jsonl"], w.project).digest,
  };
  await expect(run.ready(own, record, list("one"))).rejects.toThrow(
    "`files` has members.jsonl, which is the list of members: rename it",
  );
});

test("where there is no such project it says so", async () => {
  await using w = await opened();
  const elsewhere = w.run().ready({ files, filesDigest: w.tree.digest }, "/arc/home/nobody/.jobs");
  await expect(elsewhere).rejects.toThrow(/\/arc\/home\/nobody/);
});
