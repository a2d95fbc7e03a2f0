// Into which sessions jobs go that are to be launched in packs, as a preview tells it. Pure.
import type { Size } from "../job/attempts";
import type { JobInputs } from "../job/inputs";
import { packSize } from "./packSize";

/** A job that is to be launched in a session with others. */
export interface PlannedInPack {
  /** What jobs of one session have alike. */
  readonly kind: string;
  readonly jobs: number;
  readonly parallel: number;
  readonly size: Size;
}

export interface PlannedPacks {
  readonly sessions: number;
  /** What all of them ask for. */
  readonly size: Size;
  /** `8 sessions of up to 50 jobs, 4 at a time, each with 4 cores and 8 GiB` */
  readonly text: string;
}

/** Which sessions jobs would go into, by what is declared: the server's sizes are not known here. */
export function plannedPacks(planned: readonly PlannedInPack[]): PlannedPacks {
  const total = { cores: 0, ram: 0, gpus: 0 };
  let sessions = 0;
  const texts = new Map<string, number>();
  for (const alike of Map.groupBy(planned, alikeKey).values()) {
    const [first] = alike;
    if (first === undefined) continue;
    const { jobs, parallel, size } = first;
    const count = Math.ceil(alike.length / jobs);
    const last = alike.length - (count - 1) * jobs;
    const atATime = (count - 1) * parallel + Math.min(parallel, last);
    sessions += count;
    for (const key of ["cores", "ram", "gpus"] as const) total[key] += (size[key] ?? 0) * atATime;
    const text = `${jobsText(alike.length, first)}, each with ${sizeText(packSize(size, Math.min(parallel, alike.length)))}`;
    texts.set(text, (texts.get(text) ?? 0) + count);
  }
  const told = [...texts].map(
    ([text, count]) => `${shown(count)} ${count === 1 ? "session" : "sessions"} of ${text}`,
  );
  return { sessions, size: total, text: told.join(" and ") };
}

/** @returns undefined for a job that has a session of its own */
export function inPackOf(
  inputs: Partial<Pick<JobInputs, "image" | "cores" | "ram" | "gpus" | "pack" | "secretEnv">>,
  { cores = inputs.cores, ram = inputs.ram, gpus = inputs.gpus }: Size = {},
): PlannedInPack | undefined {
  const { image, pack, secretEnv } = inputs;
  if (pack === undefined) return undefined;
  const { name, jobs, parallel } = pack;
  return {
    kind: JSON.stringify([name, image, secretEnv]),
    jobs,
    parallel,
    size: { cores, ram, gpus },
  };
}

function alikeKey({ kind, jobs, parallel, size }: PlannedInPack): string {
  return JSON.stringify([kind, jobs, parallel, size.cores, size.ram, size.gpus]);
}

function jobsText(count: number, { jobs, parallel }: PlannedInPack): string {
  const most = Math.min(count, jobs);
  const upTo = count > jobs ? "up to " : "";
  return `${upTo}${shown(most)} ${most === 1 ? "job" : "jobs"}, ${shown(Math.min(parallel, most))} at a time`;
}

function sizeText({ cores, ram, gpus }: Size): string {
  const parts = [
    ...(cores === undefined ? [] : [`${cores} ${cores === 1 ? "core" : "cores"}`]),
    ...(ram === undefined ? [] : [`${ram} GiB`]),
    ...(gpus ? [`${gpus} ${gpus === 1 ? "GPU" : "GPUs"}`] : []),
  ];
  return parts.length < 3 ? parts.join(" and ") : parts.join(", ");
}

function shown(count: number): string {
  return count.toLocaleString("en-US");
}
