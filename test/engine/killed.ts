// What follows an `up` of fifty jobs that was killed after a good part of the launches, for both forms of jobs.
import type { ChildProcess } from "node:child_process";
import { copyFile, readFile, rm } from "node:fs/promises";
import { Bench, type Form, fleet, until } from "./harness";

/** `pulumi up` of fifty jobs, killed after a good part of the launches. */
async function killInTheMiddle(bench: Bench, env: NodeJS.ProcessEnv): Promise<void> {
  bench.declare(fleet(50, (n) => ({ args: [n] })));
  bench.skaha.faults.add({ kind: "slow", ms: 300, method: "POST" });
  let cli: ChildProcess | undefined;
  const running = bench.pulumi(bench.up(), {
    env: { PULUMI_PARALLEL: "8", ...env },
    started: (process) => {
      cli = process;
    },
  });
  await until("ten are launched", () => bench.skaha.jobs().length >= 10);
  cli?.kill("SIGKILL");
  await running;
  bench.skaha.faults.clear();
  await mendState(bench);
}

/**
 * Pulumi's file backend writes in place: a kill at that moment leaves half a file, and the one before as .bak; or half
 * of what describes it, which is not needed.
 */
async function mendState(bench: Bench): Promise<void> {
  const file = await bench.stateFile();
  const isWhole = async (name: string) => {
    try {
      JSON.parse(await readFile(name, "utf8"));
      return true;
    } catch {
      return false;
    }
  };
  if (!(await isWhole(`${file}.attrs`))) await rm(`${file}.attrs`, { force: true });
  if (await isWhole(file)) return;
  if (await isWhole(`${file}.bak`)) return copyFile(`${file}.bak`, file);
  await rm(file);
  await bench.succeed(["stack", "init", bench.stack]);
}

/** The provider ends what it had begun, and itself; the language host and the program end too. */
async function allIsGone(bench: Bench): Promise<void> {
  await until("the killed run's processes are gone", async () => {
    return (await bench.processes()).length === 0;
  });
}

export async function launchesTheRest(form: Form, env: NodeJS.ProcessEnv): Promise<void> {
  await using bench = await Bench.open({ form });
  await killInTheMiddle(bench, env);
  await bench.succeed(bench.on("cancel"));
  const output = await bench.succeed(bench.up(), { env });
  await allIsGone(bench);

  expect(bench.skaha.jobs()).toHaveLength(50);
  expect(new Set(bench.alive()).size).toBe(50);
  expect(output).toContain("already launched as session");
  const state = await bench.state();
  expect(state.map(({ id }) => id).sort()).toEqual(bench.alive());
}

export async function launchesTheRestWithoutState(form: Form): Promise<void> {
  await using bench = await Bench.open({ form });
  await killInTheMiddle(bench, {});
  await bench.succeed(bench.on("cancel"));
  const file = await bench.stateFile();
  await rm(file);
  await rm(`${file}.bak`, { force: true });
  await bench.succeed(["stack", "init", bench.stack]);
  await bench.succeed(bench.up());

  expect(bench.skaha.jobs()).toHaveLength(50);
  expect(new Set(bench.alive()).size).toBe(50);
  await bench.succeed(bench.on("destroy"));
  expect(bench.alive()).toEqual([]);
}
