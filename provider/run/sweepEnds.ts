// What a run knows of how the jobs of sweeps with `stopAfter` ended. A refresh sees all jobs, in a process of its own,
// before the update begins, and the engine tells a provider of one job at a time: so the refresh leaves what it saw in a
// file, which the next process of the same engine reads.
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { type Cause, causes } from "../job/cause";
import { type FinalEnd, finalEndOf } from "../job/decisions/finalEnd";
import { type Stop, type StopRule, type Stops, stopOf } from "../job/decisions/stop";
import type { JobState } from "../job/state";

/** The environment variable that names the sweeps that are to go on, one in each line. */
export const releasedSweeps = "PULUMI_SKAHA_RELEASE";

export function releasedIn(env: Readonly<Record<string, string | undefined>>): ReadonlySet<string> {
  return new Set((env[releasedSweeps] ?? "").split("\n").filter((name) => name !== ""));
}

/** Files of engines that are gone are removed after a day. */
const keptMs = 24 * 3_600_000;

/**
 * Where a refresh leaves what it saw for the update of the same engine.
 * @param folder this user's own temporary one
 * @param engine its address, `127.0.0.1:PORT`
 */
export function endsFile(folder: string, engine: string | undefined): string | undefined {
  const port = engine === undefined ? undefined : /:(\d+)$/.exec(engine)?.[1];
  return port === undefined ? undefined : path.join(folder, `ends-${port}.jsonl`);
}

export interface SweepEndsOptions {
  /** Sweeps that the user lets go on. @default none */
  readonly released?: ReadonlySet<string>;
  /** Ids of jobs that the user has run again: they are launched, and their ends of before do not count. @default none */
  readonly again?: ReadonlySet<string>;
  /** Where a refresh leaves what it saw. @default nowhere */
  readonly file?: string | undefined;
}

interface Sweep {
  readonly ends: Map<string, FinalEnd>;
  readonly counts: Map<FinalEnd, number>;
}

const lineSchema = z.tuple([z.string(), z.string(), z.enum([...causes, "Completed"])]);

export class SweepEnds implements Stops {
  readonly #sweeps = new Map<string, Sweep>();
  /** The sweep that a job's end is counted in. */
  readonly #countedIn = new Map<string, Sweep>();
  /** The sweeps of the jobs that this process was told of itself; undefined of those that are gone. */
  readonly #seen = new Map<string, string | undefined>();
  readonly #whole = new Set<string>();
  #isWriting = false;
  #hasRead = false;
  #wasHandedOver = false;

  readonly #released: ReadonlySet<string>;
  readonly #again: ReadonlySet<string>;
  readonly #file: string | undefined;

  constructor({ released = new Set(), again = new Set(), file }: SweepEndsOptions = {}) {
    this.#released = released;
    this.#again = again;
    this.#file = file;
  }

  of(rule: StopRule, id?: string): Stop | undefined {
    if (this.isReleased(rule.name) || (id !== undefined && this.#again.has(id))) return undefined;
    this.#read();
    const { ends, counts } = this.#sweep(rule.name);
    const byCause = [...counts].filter((one): one is [Cause, number] => one[0] !== "Completed");
    return stopOf(rule, { ended: ends.size, byCause });
  }

  isKnown(name: string): boolean {
    this.#read();
    return this.#isWriting || this.#wasHandedOver || this.#whole.has(name);
  }

  isReleased(name: string): boolean {
    return this.#released.has(name);
  }

  /** Notes how a job stands. @param rule as declared now. @default as state has it */
  note(id: string, state: JobState, rule: StopRule | undefined = state.stopAfter): void {
    const name = typeof rule === "object" ? rule.name : undefined;
    if (name === undefined && !this.#seen.has(id)) return;
    this.#seen.set(id, name);
    this.#put(id, name, name === undefined ? undefined : finalEndOf(state));
  }

  /** A job that is no more, or runs something else now. */
  drop(id: string): void {
    this.#seen.set(id, undefined);
    this.#put(id, undefined, undefined);
  }

  /** Says that all jobs of a sweep were noted. */
  know(name: string): void {
    this.#whole.add(name);
  }

  /** What a refresh saw of a job, for the update after it. */
  handOn(id: string, state: JobState): void {
    this.note(id, state);
    const { stopAfter } = state;
    if (this.#file === undefined || stopAfter === undefined) return;
    if (!this.#isWriting) beginHandingOn(this.#file);
    this.#isWriting = true;
    const end = finalEndOf(state);
    if (end === undefined) return;
    appendFileSync(this.#file, `${JSON.stringify([stopAfter.name, id, end])}\n`);
  }

  #read(): void {
    if (this.#hasRead) return;
    this.#hasRead = true;
    if (this.#file === undefined || this.#isWriting || !existsSync(this.#file)) return;
    this.#wasHandedOver = true;
    for (const line of readFileSync(this.#file, "utf8").split("\n")) {
      if (line === "") continue;
      const [name, id, end] = lineSchema.parse(JSON.parse(line));
      if (!this.#seen.has(id)) this.#put(id, name, end);
    }
  }

  #put(id: string, name: string | undefined, end: FinalEnd | undefined): void {
    const old = this.#countedIn.get(id);
    const before = old?.ends.get(id);
    if (old && before !== undefined) {
      old.ends.delete(id);
      old.counts.set(before, (old.counts.get(before) ?? 0) - 1);
      this.#countedIn.delete(id);
    }
    if (name === undefined || end === undefined || this.#again.has(id)) return;
    const sweep = this.#sweep(name);
    sweep.ends.set(id, end);
    sweep.counts.set(end, (sweep.counts.get(end) ?? 0) + 1);
    this.#countedIn.set(id, sweep);
  }

  #sweep(name: string): Sweep {
    const known = this.#sweeps.get(name) ?? { ends: new Map(), counts: new Map() };
    this.#sweeps.set(name, known);
    return known;
  }
}

/** Clears what an earlier engine with this address left; what began meanwhile is of another process of this one. */
export function beginHandingOn(file: string): void {
  const isOlder = (one: string, time: number) => (statSync(one, noThrow)?.mtimeMs ?? time) < time;
  if (isOlder(file, performance.timeOrigin)) rmSync(file, { force: true });
  appendFileSync(file, "", { mode: 0o600 });
  const folder = path.dirname(file);
  for (const name of readdirSync(folder)) {
    const other = path.join(folder, name);
    if (/^ends-\d+\.jsonl(\.costs)?$/.test(name) && isOlder(other, Date.now() - keptMs)) {
      rmSync(other, { force: true });
    }
  }
}

const noThrow = { throwIfNoEntry: false } as const;
