// `pulumi-skaha submit` where it is interrupted or killed, and what goes on after it.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { exitOf, image, SubmitBench, script, until } from "../cli/commands/submit/submitBench";

jest.setTimeout(120_000);

let bench: SubmitBench;
beforeEach(async () => {
  bench = await SubmitBench.open();
});
afterEach(() => bench[Symbol.asyncDispose]());

/** The pids of the processes of this bench whose command line holds these words. */
async function processesWith(words: string): Promise<number[]> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,args="]);
  const lines = stdout.split("\n").filter((line) => line.includes(words));
  return lines.map((line) => Number(line.trim().split(" ")[0]));
}

test("what a cancel that was handed over could not do is told by the next command", async () => {
  const words = ["--name", "fit m31", "--", "sleep", "600"];
  const id = await bench.submitted(words);
  await until(
    () => existsSync(path.join(bench.folder, "data", id, "start.json")),
    (isThere) => isThere,
  );
  bench.skaha.faults.add({ kind: "status", method: "DELETE", code: 403 });
  await bench.submit(["--cancel", id]);
  const tmp = path.join(bench.folder, "tmp");
  const [own = ""] = (await readdir(tmp)).filter((name) => name.startsWith("pulumi-skaha-"));
  await until(
    () => readdir(path.join(tmp, own)),
    (names) => names.some((name) => name.endsWith(".failed.log")),
  );
  const { stderr } = await bench.submit(["--status", id]);
  expect(stderr).toMatch(/^not cancelled: fit m31 \(.*403/m);
  expect(stderr).toContain(`(${id})`);
  expect(stderr).toContain(
    `it may go on running. To try again: pulumi-skaha submit --cancel --wait ${id}\n`,
  );
  expect((await bench.submit(["--status", id])).stderr).toBe("");
  expect(await bench.submitted(words)).toBe(id);
});

test("a cancel that could not begin, or was killed, is told by the next command", async () => {
  const id = await bench.submitted(["--name", "long", "--", "sleep", "600"]);
  await bench.submit(["--cancel", id], { CANFAR_URL: "http://[" });
  const told = async (): Promise<string> => (await bench.submit(["--status", id])).stderr;
  expect(await until(told, (text) => text !== "")).toMatch(/^not cancelled: long \(/m);

  bench.skaha.faults.add({ kind: "slow", method: "DELETE", ms: 20_000 });
  await bench.submit(["--cancel", id]);
  const cancelling = await until(
    () => processesWith("--cancel --wait"),
    (all) => all.length > 0,
  );
  process.kill(cancelling[0] ?? 0, "SIGKILL");
  expect(await until(told, (text) => text !== "")).toBe(
    `perhaps not cancelled: ${id}: the process that was to do it has been ended. To try again: pulumi-skaha submit --cancel --wait ${id}\n`,
  );
  expect(await told()).toBe("");
});

test("a submit that is told to end before its POST launches nothing", async () => {
  bench.skaha.faults.add({ kind: "slow", method: "GET", path: "/session", ms: 2_000, times: 1 });
  const words = ["submit", "--image", image, "--name", "m31", "--", "sleep", "600"];
  const child = spawn(process.execPath, [script, ...words], {
    env: bench.environment(),
    cwd: bench.folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (data) => {
    said += data;
  });
  // While the list is asked for, a lock says so.
  await until(
    () => readdir(path.join(bench.folder, "tmp"), { recursive: true }),
    (names) => names.some((name) => path.basename(name) === "asking.lock"),
  );
  child.kill("SIGTERM");
  expect(await exitOf(child)).toBe(143);
  expect(said).toContain("interrupted: m31 was not launched");
  expect(bench.requests("POST")).toEqual([]);
  expect(bench.requests("DELETE")).toEqual([]);
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

test("a companion cancels what is left of an interrupted process's jobs, and nothing of a killed one's", async () => {
  const start = () => spawn("sleep", ["600"], { stdio: "ignore" });
  const companionOf = async (pid: number | undefined) =>
    (
      await until(
        () => processesWith(`submit --companion ${pid}`),
        (all) => all.length > 0,
      )
    )[0] ?? 0;
  const of = (child: ChildProcess) => ["--companion-of", String(child.pid)];

  const interrupted = start();
  const left = await bench.submitted([...of(interrupted), "--name", "left", "--", "sleep", "600"]);
  await bench.submitted([...of(interrupted), "--name", "done", "--", "true"]);
  await bench.submitted(["--name", "another's", "--", "sleep", "600"]);
  const companion = await companionOf(interrupted.pid);
  await sleep(1_000); // it listens by then
  process.kill(companion, "SIGINT");
  interrupted.kill("SIGINT");
  await exitOf(interrupted);
  // The companion has not looked yet, or is at it: what is submitted now is what is launched after that.
  const next = await bench.submitted(["--name", "left", "--", "sleep", "600"]);
  expect(next).toBe(left.replace(/1$/, "2"));
  expect(await bench.ended(left)).toBe("failed");
  const names = bench.alive().map(({ name }) => name);
  expect(names.sort()).toEqual([
    expect.stringMatching(/^another-s-/),
    expect.stringMatching(/^left-.*-2$/),
  ]);

  const killed = start();
  await bench.submitted([...of(killed), "--name", "left", "--", "sleep", "600"]);
  await companionOf(killed.pid);
  killed.kill("SIGKILL");
  await until(
    () => processesWith(`submit --companion ${killed.pid}`),
    (all) => all.length === 0,
  );
  expect(bench.alive()).toHaveLength(2);
});
