// `pulumi-skaha submit` as workflow managers call it. What takes signals is in test/long.
import { execFile } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { checkout } from "../../../../toolchain/checkout";
import { image, record, SubmitBench, script, until } from "./submitBench";

jest.setTimeout(120_000);

let bench: SubmitBench;
beforeEach(async () => {
  bench = await SubmitBench.open();
});
afterEach(() => bench[Symbol.asyncDispose]());

test("a job is launched once, runs, is recorded, and its end is told in one word", async () => {
  const words = ["--name", "fit m31", "--ram", "2", "--", "sh", "-c", 'echo "$0"; exit 0', "a  b'"];
  const id = await bench.submitted(words);
  expect(id).toMatch(/^\/arc\/projects\/survey\/\.jobs\/fit-m31-[a-z0-9]{8}-[a-z0-9]{14}\/1$/);
  expect(await bench.submitted(words)).toBe(id);
  expect(await bench.ended(id)).toBe("success");
  expect(await bench.submitted(words)).toBe(id);
  expect(bench.requests("POST")).toHaveLength(1);
  const log = await readFile(path.join(bench.folder, "data", id, "log"), "utf8");
  expect(log).toBe("a  b'\n");
  const start = JSON.parse(
    await readFile(path.join(bench.folder, "data", id, "start.json"), "utf8"),
  );
  expect(start).toMatchObject({ name: "fit m31", ram: 2, image, attempt: 1 });
});

test("a failure is told with its cause, and --rerun failed launches the next attempt", async () => {
  const words = ["--name", "bad", "--", "sh", "-c", "exit 3"];
  const id = await bench.submitted(words);
  await bench.ended(id);
  const again = await bench.submit(["--image", image, ...words]);
  expect(again.stdout).toBe(`${id}\n`);
  expect(again.stderr).toContain("bad is Failed (ExitCode, exit status 3): nothing was launched");
  const next = await bench.submitted(["--rerun", "failed", ...words]);
  expect(next).toBe(id.replace(/1$/, "2"));
  const { stdout } = await bench.submit(["--status", "--json", id, next]);
  const failed = { id, status: "failed", cause: "ExitCode", exitCode: 3 };
  expect(JSON.parse(stdout)).toMatchObject([failed, { id: next }]);
});

test("a Completed job runs again with --rerun known as soon as its end was acknowledged", async () => {
  const words = ["--rerun", "known", "--name", "good", "--key", "k", "--", "true"];
  const id = await bench.submitted(words);
  await bench.ended(id);
  expect(await bench.submitted(words)).toBe(id);
  await bench.submit(["--status", "--acknowledge", id]);
  expect(await bench.submitted(words)).toBe(id.replace(/1$/, "2"));
});

test("status commands share lists, and say running while the server is away", async () => {
  const ids: string[] = [];
  for (const n of [1, 2, 3])
    ids.push(await bench.submitted(["--name", `n${n}`, "--", "sleep", "600"]));
  bench.skaha.clearJournal();
  const startedAt = Date.now();
  for (let round = 0; round < 3; round += 1) await Promise.all(ids.map((id) => bench.statusOf(id)));
  const { stdout } = await bench.submit(["--status", ...ids]);
  expect(stdout).toBe(ids.map((id) => `running ${id}\n`).join(""));
  const seconds = (Date.now() - startedAt) / 1_000;
  expect(bench.requests("GET").length).toBeLessThanOrEqual(1 + seconds / 2);
  const away = { CANFAR_URL: "http://127.0.0.1:9/skaha/v1" };
  const unknown = await bench.submit(["--status", ids[0] ?? ""], away);
  expect(unknown).toMatchObject({ status: 0, stdout: "running\n" });
  expect(unknown.stderr).toContain("not known just now: ");
});

test("a word that is no id keeps no other from being answered, and none from being cancelled", async () => {
  const id = await bench.submitted(["--name", "long", "--", "sleep", "600"]);
  const [none, unknown] = ["m31", `${record}/m32-0f4t9c1k2j3h4g/1`];
  const unread = `${record}/m33-0f4t9c1k2j3h4g/1`;
  bench.skaha.faults.add({ kind: "status", path: "/m33-", code: 500 });
  const some = await bench.submit(["--status", none, id, unknown, unread]);
  expect(some).toMatchObject({
    status: 0,
    stdout: `failed ${none}\nrunning ${id}\nfailed ${unknown}\nrunning ${unread}\n`,
  });
  expect(some.stderr).toContain("m31 is not an id that pulumi-skaha submit printed, like /arc/");
  expect(some.stderr).toContain(`${unknown} is failed: neither the server nor its record knows`);
  expect(some.stderr).toContain(`${unread}: its record was not read`);
  expect(await bench.submit(["--status", none])).toMatchObject({ status: 0, stdout: "failed\n" });
  const json = await bench.submit(["--status", "--json", id, none]);
  expect(JSON.parse(json.stdout)).toMatchObject([
    { id, status: "running" },
    { id: none, status: "failed", cause: "NoSuchId" },
  ]);
  const cancel = await bench.submit(["--cancel", none, id]);
  expect(cancel).toMatchObject({ status: 1, stdout: "" });
  expect(cancel.stderr).toContain("m31 is not an id that pulumi-skaha submit printed");
  await until(
    () => bench.alive(),
    (jobs) => jobs.length === 0,
  );
});

test("jobs of one name with different commands are told apart", async () => {
  for (const words of [
    ["echo", "one"],
    ["echo", "two"],
  ]) {
    await bench.ended(await bench.submitted(["--name", "fit/m31", "--", ...words]));
  }
  await bench.ended(await bench.submitted(["--name", "fit/m33", "--", "true"]));
  const at = ["--record", record];
  const { jobs } = JSON.parse((await bench.command(["status", ...at, "--json"])).stdout);
  const names: string[] = jobs.map(({ name }: { name: string }) => name);
  expect(names.map((name) => name.replace(/@[a-z0-9]{8}$/, "@"))).toEqual([
    ...["fit/m31@", "fit/m31@", "fit/m33"],
  ]);
  for (const { name, id } of jobs.slice(0, 2)) expect(id.endsWith(name.split("@")[1])).toBe(true);
  const logs = await Promise.all(
    names.slice(0, 2).map(async (name) => (await bench.command(["logs", ...at, name])).stdout),
  );
  expect(logs.sort()).toEqual(["one\n", "two\n"]);
  const both = await bench.command(["logs", ...at, "fit/m31"]);
  for (const name of names.slice(0, 2)) expect(both.stdout).toContain(name);
});

test("docs/submit.md says how to try it without CANFAR", async () => {
  const page = await readFile(path.join(checkout, "docs/submit.md"), "utf8");
  const [, , block = ""] = page.split("## Trying it without CANFAR")[1]?.split("```sh\n") ?? [];
  const { folder } = bench;
  const data = path.join(folder, "data");
  const lines = (block.split("```")[0] ?? "").replaceAll("/tmp/skaha", data).split("\n").slice(1);
  await writeFile(path.join(folder, "fit.py"), "import sys\nprint(open(sys.argv[1]).read())\n");
  await writeFile(path.join(folder, "m31.fits"), "light of m31");
  const own = `pulumi-skaha() { '${process.execPath}' '${script}' "$@"; }\n`;
  const text = [own, ...lines].join("\n");
  const { stdout } = await promisify(execFile)("bash", ["-euc", text], {
    env: bench.environment(),
    cwd: folder,
  });
  expect(stdout).toMatch(/^light of m31\n.*m31 +Completed/s);
});

test("a script's text is what runs, whatever becomes of its file", async () => {
  const file = path.join(bench.folder, "job.sh");
  await writeFile(file, "#!/bin/sh\n# properties = {}\necho from the script; echo $1\n");
  const id = await bench.submitted(["--name", "s", "--script", file, "--", "word"]);
  await rm(file);
  await bench.ended(id);
  expect(await readFile(path.join(bench.folder, "data", id, "log"), "utf8")).toBe(
    "from the script\nword\n",
  );
});

test("memory with a unit is rounded up to what the server offers", async () => {
  await bench.submitted([
    "--name",
    "m",
    "--ram",
    "2500MB",
    "--cores",
    "1",
    "--round-up",
    "--",
    "true",
  ]);
  const url = new URL(`/_embedded/jobs/${bench.skaha.jobs()[0]?.id}`, bench.skaha.url);
  const job = await fetch(url, { headers: { authorization: `Bearer ${bench.skaha.token}` } });
  expect(await job.json()).toMatchObject({ requests: { memory: String(4 * 2 ** 30) } });
});

test("the commands that read know the jobs by their record, begun or not", async () => {
  await bench.ended(
    await bench.submitted(["--name", "fit/good", "--ram", "2", "--", "echo", "hi"]),
  );
  const bad = ["--name", "fit/bad", "--ram", "2", "--", "sh", "-c", "exit 3"];
  await bench.ended(await bench.submitted(bad));
  await bench.ended(await bench.submitted(["--rerun", "failed", ...bad]));
  await bench.submitted(["--name", "waits", "--cores", "16", "--", "sleep", "600"]);
  const at = ["--record", record];
  const status = await bench.command(["status", ...at, "--json"]);
  const { jobs } = JSON.parse(status.stdout);
  expect(jobs).toMatchObject([
    { name: "fit/bad", sweep: "fit", key: "bad", status: "Failed", attempt: 2, exitCode: 3 },
    { name: "fit/good", status: "Completed", ram: 2, attempt: 1 },
    { name: expect.stringMatching(/^waits/), status: expect.stringMatching(/^(Pending|Running)$/) },
  ]);
  expect(jobs[0].attempts).toMatchObject([{ attempt: 1, status: "Failed", cause: "ExitCode" }]);
  const table = await bench.command(["status", ...at]);
  expect(table.stderr).toContain(`pulumi-skaha why --record ${record} fit/bad`);
  expect(table.stderr).not.toMatch(/rerun|refresh|up --until-done/);
  const why = await bench.command(["why", ...at]);
  expect(why.stdout).toContain("fit/bad failed: its program ended with status 3");
  expect((await bench.command(["logs", ...at, "fit/good"])).stdout).toBe("hi\n");
  const size = JSON.parse((await bench.command(["size", ...at, "--json"])).stdout);
  expect(size.groups).toMatchObject([{ sweep: "fit", attempts: 3 }]);
  const page = path.join(bench.folder, "report.html");
  expect((await bench.command(["report", ...at, "-o", page])).status).toBe(0);
  expect(await readFile(page, "utf8")).toContain("fit/good");
  const none = await bench.command(["status", "--record", "/arc/projects/none"]);
  expect(none).toMatchObject({ status: 1 });
  expect(none.stderr).toContain("no job has recorded itself in /arc/projects/none");
});

test.each<[string[], RegExp]>([
  [["--name", "x"], /there is no command: write it after --/],
  [["--", "true"], /--image is required/],
  [["--image", image, "--ram", "2X", "--", "true"], /--ram 2X: write a number of GiB/],
  [["--image", image, "--ram", "9999", "--", "true"], /nothing was launched: --ram /],
  [["--image", image, "--env", "A", "--", "true"], /--env A: write it like NAME=VALUE/],
  [
    ["--image", image, "--record", "/tmp/x", "--", "true"],
    /the record \/tmp\/x must be a path under \/arc/,
  ],
  [
    ["--image", image, "--name", "", "--", "true"],
    /--name '' is empty: write what the job is called/,
  ],
  [["--image", image, "--name", " /", "--", "true"], /--name ' \/' is empty/],
  [["--image", image, "--", ""], /there is no command: write it after --/],
  [
    ["--status"],
    /--status needs to know which jobs: write the ids that submit printed, like pulumi/,
  ],
  [["--cancel"], /--cancel needs to know which jobs: write the ids/],
  [["--cancel", "--wait"], /--cancel needs to know which jobs: write the ids/],
  [["--status", "--cancel", "x"], /exclude each other/],
])("%j is refused, and nothing is launched", async (words, sentence) => {
  const { status, stdout, stderr } = await bench.submit(words);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(sentence);
  expect(bench.skaha.jobs()).toEqual([]);
});
