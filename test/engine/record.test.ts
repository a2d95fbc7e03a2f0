// The default evening: `up`, and a look long after the server forgot everything; with the real engine, real
// processes and the real wrapper.
import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { allPids, commandLineOf } from "../../machine/processes";
import { Bench, type JobSpec, type StateOfJob, until } from "./harness";

jest.setTimeout(600_000);

const record = "/arc/projects/survey/.jobs";

/** Job n prints two lines and exits with n mod 5. */
function jobs(count: number): JobSpec[] {
  return Array.from({ length: count }, (_, n) => ({
    name: `night-${n}`,
    args: {
      cmd: "sh",
      args: ["-c", 'echo "night $1"; echo "it\'s \\"over\\"" >&2; exit $(($1 % 5))', "night", n],
      record,
      cores: 1,
      ram: 1,
    },
  }));
}

/** The server's hour: all have ended, and none is listed any more. */
function forgotten({ skaha }: Bench): Promise<void> {
  return until("all is forgotten", () => skaha.jobs().every((job) => job.forgotten !== undefined));
}

/** The processes among whose words are these, or end with them. */
function processesWith(...words: string[]): number[] {
  return allPids().filter((pid) => {
    const has = commandLineOf(pid).split("\0");
    return words.every((word) => has.some((one) => one.endsWith(word)));
  });
}

async function byName(bench: Bench): Promise<Record<string, StateOfJob>> {
  const states = await bench.state();
  return Object.fromEntries(states.map((state) => [state.urn.split("::").at(-1), state]));
}

test("fifty jobs that nobody looked at are known, although server and state forgot them", async () => {
  await using bench = await Bench.open({ real: true, expireSeconds: 1 });
  bench.declare(jobs(50));
  await bench.succeed(bench.up());
  expect(bench.counted()).toMatchObject({ POST: 50 });
  await forgotten(bench);
  await rm(await bench.stateFile());
  await bench.succeed(["stack", "init", bench.stack]);
  bench.counted();

  const output = await bench.succeed(bench.up());
  expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
  expect(output).toContain("ran already (Completed), as its record");
  const states = await byName(bench);
  expect(Object.keys(states)).toHaveLength(50);
  for (const [name, { outputs }] of Object.entries(states)) {
    const n = Number(name.slice("night-".length));
    expect(outputs).toMatchObject({
      status: n % 5 === 0 ? "Completed" : "Failed",
      exitCode: n % 5,
      ...(n % 5 !== 0 && { cause: "ExitCode" }),
    });
    const log = path.join(bench.folder, "data", String(outputs.logPath));
    await expect(readFile(log, "utf8")).resolves.toBe(`night ${n}\nit's "over"\n`);
  }

  // Run again on purpose: replaced, and removed and declared again.
  await bench.succeed([...bench.up(), "--replace", String(states["night-0"]?.urn)]);
  expect(bench.counted()).toMatchObject({ POST: 1 });
  bench.declare(jobs(50).slice(1));
  await bench.succeed(bench.up());
  bench.declare(jobs(50));
  await bench.succeed(bench.up());
  expect(bench.counted()).toMatchObject({ POST: 1 });
});

test("a recorded job tells of missing outputs, of its time limit, and of being killed", async () => {
  await using bench = await Bench.open({ real: true, expireSeconds: 1 });
  const args = { record, cores: 1, ram: 1 };
  bench.declare([
    { name: "careless", args: { ...args, cmd: "true", outputs: ["/arc/projects/survey/no.fits"] } },
    { name: "slow", args: { ...args, cmd: "sleep 600", maxRunSeconds: 1 } },
    { name: "absent", args: { ...args, cmd: "no-such-program" } },
    { name: "killed", args: { ...args, cmd: "sleep 601" } },
    { name: "elsewhere", args: { ...args, cmd: "sh", args: ["-c", 'test "$PWD" = /'], cwd: "/" } },
  ]);
  await bench.succeed(bench.up());
  const { id } = (await byName(bench)).killed ?? { id: "" };
  // One that is killed before it has begun its record leaves none.
  const begun = path.join(bench.folder, "data", record, id, "1/start.json");
  await until("the wrapper has begun its record", () => existsSync(begun));
  await until("the wrapper is there and killed", async () => {
    const wrappers = processesWith("skaha-record", `${record}/${id}/1`);
    for (const pid of wrappers) process.kill(pid, "SIGKILL");
    return wrappers.length > 0;
  });
  await forgotten(bench);
  await bench.succeed(bench.on("refresh"));
  const states = await byName(bench);
  const outcome = (name: string) => states[name]?.outputs;
  expect(outcome("careless")).toMatchObject({
    status: "Failed",
    cause: "MissingOutputs",
    missingOutputs: ["/arc/projects/survey/no.fits"],
  });
  expect(outcome("slow")).toMatchObject({ status: "Failed", cause: "Timeout" });
  expect(outcome("absent")).toMatchObject({ status: "Failed", cause: "NotStarted" });
  expect(outcome("killed")).toMatchObject({ status: "Failed", cause: "Killed" });
  expect(outcome("elsewhere")).toMatchObject({ status: "Completed", exitCode: 0 });
});
