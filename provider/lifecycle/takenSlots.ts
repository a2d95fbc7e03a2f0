// Slots that are taken by jobs that will be in flight, and are in no list yet.
import type { JobInputs } from "../job/inputs";

/** A job that is to be launched. */
export interface Candidate {
  readonly id: string;
  readonly group: JobInputs["group"];
  /** Of a job that shares its session: how much of one it takes. @default 1 */
  readonly share?: number | undefined;
}

interface Taken {
  readonly job: Candidate;
  /** Milliseconds since 1970. */
  readonly since: number;
}

export class TakenSlots {
  /** In the order in which they were taken. */
  readonly #taken = new Set<Taken>();
  #all = 0;
  readonly #byGroup = new Map<string, number>();

  /**
   * @param since when its launch began; a list of before does not show it. @default no list shows it
   * @returns gives it back, once
   */
  take(job: Candidate, since = Number.POSITIVE_INFINITY): () => void {
    const taken = { job, since };
    this.#taken.add(taken);
    this.#count(job, 1);
    return () => {
      if (this.#taken.delete(taken)) this.#count(job, -1);
    };
  }

  /**
   * How many slots are taken: shares of sessions, added up.
   * @param askedAt when the list was asked for that tells what is in flight besides
   * @param isShown whether that list shows a job's session
   * @param group only those of this one. @default all
   */
  shares(askedAt: number, isShown: (id: string) => boolean, group?: string): number {
    let sum = group === undefined ? this.#all : (this.#byGroup.get(group) ?? 0);
    for (const { job, since } of this.#taken) {
      if (since > askedAt) break; // and all after it
      if (group !== undefined && job.group?.name !== group) continue;
      if (isShown(job.id)) sum -= job.share ?? 1;
    }
    return sum;
  }

  #count({ group, share = 1 }: Candidate, sign: 1 | -1): void {
    this.#all += sign * share;
    if (group === undefined) return;
    this.#byGroup.set(group.name, (this.#byGroup.get(group.name) ?? 0) + sign * share);
  }
}
