// `pulumi-skaha submit` where it is interrupted or killed, and what goes on after it.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { exitOf, image, SubmitBench, script, until } from "../cli/commands/submit/submitBench";

jest.setTimeout(120_000);

let bench: SubmitBench;
beforeEach(async () => {
  bench = await SubmitBench.open();
});
afterEach(() => bench[Symbol.asyncDispose]());

test("what a cancel that was handed over could not do is told by the next command", async () => {
  const id = await bench.submitted(["--name", "long", "--", "sleep", "600"]);
  bench.skaha.faults.add({ kind: "status", method: "DELETE", code: 403 });
  await bench.submit(["--cancel", id]);
  const tmp = path.join(bench.folder, "tmp");
  const [own = ""] = (await readdir(tmp)).filter((name) => name.startsWith("pulumi-skaha-"));
  await until(
    () => readdir(path.join(tmp, own)),
    (names) => names.some((name) => name.endsWith(".failed.log")),
  );
  expect((await bench.submit(["--status", id])).stderr).toMatch(/^not cancelled: .*403/m);
  expect((await bench.submit(["--status", id])).stderr).toBe("");
});

test("a submit that is interrupted cancels what it has launched", async () => {
  bench.skaha.faults.add({ kind: "lostAnswer", method: "POST", times: 1 }); // it looks for a second or more
  const words = ["submit", "--image", image, "--name", "m31", "--", "sleep", "600"];
  const child = spawn(process.execPath, [script, ...words], {
    env: bench.environment(),
    cwd: bench.folder,
  });
  await until(
    () => bench.alive(),
    (jobs) => jobs.length > 0,
  );
  child.kill("SIGINT");
  expect(await exitOf(child)).toBe(130);
  await until(
    () => bench.alive(),
    (jobs) => jobs.length === 0,
  );
  expect(bench.requests("DELETE")).toHaveLength(1);
});

test("a submit that is killed in its POST has launched what the next one finds", async () => {
  bench.skaha.faults.add({ kind: "lostAnswer", method: "POST", times: 1 });
  const words = ["--image", image, "--name", "m31", "--", "sleep", "600"];
  const all = [script, "submit", ...words];
  const child = spawn(process.execPath, all, { env: bench.environment(), cwd: bench.folder });
  await until(
    () => bench.alive(),
    (jobs) => jobs.length > 0,
  );
  child.kill("SIGKILL");
  await exitOf(child);
  await bench.submit(words);
  expect(bench.requests("POST")).toHaveLength(1);
  expect(bench.alive()).toHaveLength(1);
});

test("a sidecar that is told to end cancels what its jobs left, and one whose parent is gone cancels nothing", async () => {
  const start = () => {
    const sh = `${process.execPath} ${script} submit --sidecar & echo $!; wait`;
    return spawn("sh", ["-c", sh], { env: bench.environment(), cwd: bench.folder, detached: true });
  };
  const lines = async (child: ChildProcess) => {
    let text = "";
    child.stdout?.on("data", (data) => {
      text += data;
    });
    const [pid, file] = await until(
      () => text.trimEnd().split("\n"),
      (seen) => seen.length === 2,
    );
    return { pid: Number(pid), env: { SNAKEMAKE_CLUSTER_SIDECAR_VARS: file } };
  };
  const first = start();
  const { pid, env } = await lines(first);
  const left = await bench.submitted(["--name", "left", "--", "sleep", "600"], env);
  await bench.submitted(["--name", "done", "--", "true"], env);
  await bench.submitted(["--name", "another's", "--", "sleep", "600"]);
  process.kill(pid, "SIGINT"); // Ctrl-C reaches all
  process.kill(pid, "SIGTERM");
  await exitOf(first);
  expect(bench.alive().map(({ name }) => name)).toEqual([expect.stringMatching(/^another-s-/)]);
  expect(await bench.ended(left)).toBe("failed");

  const second = start();
  const other = await lines(second);
  await bench.submitted(["--name", "left", "--", "sleep", "600"], other.env);
  second.kill("SIGKILL");
  await until(
    () => existsSync(other.env.SNAKEMAKE_CLUSTER_SIDECAR_VARS ?? ""),
    (isThere) => !isThere,
  );
  expect(bench.alive()).toHaveLength(2);
});
