// Commands that are killed with `kill -9`, alone or with their Pulumi.
import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { type Bench, until } from "../harness";
import { cli } from "./cliBench";

/** Numbers that look random and are the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Kills an `up` when so many sessions are there.
 * @param victims the command alone, or Pulumi with it, as a machine that loses power does
 */
export async function killedUp(
  bench: Bench,
  launched: number,
  delayMs: number,
  victims: "command" | "both",
): Promise<void> {
  let command: ChildProcess | undefined;
  const running = cli(bench, ["up", "--yes", "--skip-preview"], {
    env: { PULUMI_PARALLEL: "8" },
    started: (process) => {
      command = process;
    },
  });
  let isOver = false;
  void running.then(() => {
    isOver = true;
  });
  await until(
    `${launched} sessions are there`,
    () => isOver || bench.skaha.jobs().length >= launched,
  );
  await sleep(delayMs); // the moment within an operation
  const killPulumis = victims === "both" ? await killerOfPulumis(bench) : () => {};
  command?.kill("SIGKILL");
  killPulumis();
  await running;
}

/** Looks which Pulumis run. @returns what kills them, at once */
export async function killerOfPulumis(bench: Bench): Promise<() => void> {
  const pulumis = (await bench.processes()).filter(({ command }) => isPulumi(command));
  return () => {
    for (const { pid } of pulumis) kill(pid);
  };
}

/** Waits until no Pulumi is left: one that only lost its command goes on to the end. */
export async function ended(bench: Bench): Promise<void> {
  await until("no pulumi runs any more", async () => {
    return !(await bench.processes()).some(({ command }) => isPulumi(command));
  });
}

function isPulumi(command: string): boolean {
  return /(^|\/)pulumi\0/.test(command);
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself in between.
  }
}
