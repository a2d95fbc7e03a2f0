// A pack: one session's command that runs many recorded jobs (`pack.sh`), so many at a time, and what its ledger says
// of them. A job's place is its number in the pack, from 1.
//
// In the folder of records:
//   pack-<session>.ledger   written by the pack as it goes
//   pack-<session>.leave    written by this package: places that are not to run any more
//   <index>.packs           a line for each pack that began, its session's id
import { recordRoot } from "./record";
import { scriptOf } from "./script";
import { options, type Recording } from "./wrapper";

/** One job of a pack. */
export interface PackedJob {
  readonly argv: readonly string[];
  readonly recording: Recording & { readonly record: string };
  /** Its own variables, besides what all jobs of the session have. */
  readonly env: Readonly<Record<string, string>>;
}

export interface Packing {
  /** The folder of all records: the same for all jobs. */
  readonly record: string;
  /** How many run at a time. */
  readonly parallel: number;
  /** The name of the file, in the folder of records, that lists the sessions of packs like this one. @default none */
  readonly index?: string | undefined;
  /**
   * How often the pack looks whether a job that runs was taken away.
   * @default 2
   */
  readonly tickSeconds?: number | undefined;
  /**
   * From TERM to KILL of a job that was taken away, in ticks.
   * @default 15
   */
  readonly graceTicks?: number | undefined;
}

/** The command that runs a pack. Words that several jobs have are sent once. */
export function packed(
  jobs: readonly PackedJob[],
  { record, parallel, index = "", tickSeconds = 2, graceTicks = 15 }: Packing,
): { command: string; args: string[] } {
  const words = new Words([scriptOf("packed")]);
  const plan = jobs.map(({ argv, recording, env }, index) => {
    const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const given = [...options(recording), String(index + 1), ...recording.outputs, ...argv];
    return `${words.numbers(variables)}|${words.numbers(given)};`;
  });
  const members = jobs.map(({ recording: { id, attempt } }) => [id, attempt]);
  const head = `"pack":1,"jobs":${JSON.stringify(members)}`;
  const own = [recordRoot(record), String(parallel), String(graceTicks), String(tickSeconds), head];
  return {
    command: "/bin/sh",
    args: ["-c", scriptOf("pack"), "skaha-pack", ...own, plan.join(""), index, ...words.all],
  };
}

/** Each word once, by its number from 1. */
class Words {
  readonly #numbers = new Map<string, number>();

  constructor(first: readonly string[]) {
    this.numbers(first);
  }

  numbers(words: readonly string[]): string {
    return words.map((word) => this.#number(word)).join(" ");
  }

  get all(): string[] {
    return [...this.#numbers.keys()];
  }

  #number(word: string): number {
    const number = this.#numbers.get(word) ?? this.#numbers.size + 1;
    this.#numbers.set(word, number);
    return number;
  }
}
