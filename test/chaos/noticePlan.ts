// What one chaos run about messages does: a fleet that comes to its endings, and commands that are killed meanwhile. Data,
// made of a seed.
import fc from "fast-check";
import type { JobSpec } from "./plan";

/** When a command is killed: after so long, or as soon as a message is noted, arrives, or was answered. */
export type KillMoment =
  | { readonly at: "ms"; readonly ms: number }
  | { readonly at: "noted" | "arrives" | "answered" };

export interface Attempt {
  readonly command: "up" | "wait";
  readonly kill: KillMoment;
  /** The other command runs at the same time, and is not killed. */
  readonly isBeside: boolean;
}

/** What happens before an ending, and which message has to come of it. */
export interface Chapter {
  readonly jobs: readonly JobSpec[];
  /** Of so many jobs, in the order of their launches, the gates are open. @default all */
  readonly opened?: number;
  /** The sweep `first` is released. */
  readonly isReleased: boolean;
  readonly expected: "done" | "stuck" | "failing";
  readonly attempts: readonly Attempt[];
}

export interface NoticePlan {
  readonly seed: number;
  readonly story: string;
  /** Arguments of the sweep `first`. */
  readonly limits: Readonly<Record<string, unknown>>;
  readonly chapters: readonly Chapter[];
}

/** About as long as they take where nothing disturbs them, so that any moment is met. */
const usualMs = { up: 2_500, wait: 400 } as const;

const attempts = fc.array(
  fc
    .record({
      command: fc.constantFrom("up" as const, "wait"),
      at: fc.constantFrom("ms" as const, "ms", "noted", "arrives", "answered"),
      share: fc.noBias(fc.integer({ min: 0, max: 1_000 })),
      isBeside: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
    })
    .map(({ command, at, share, isBeside }): Attempt => {
      const ms = Math.round((share / 1_000) * usualMs[command]);
      return { command, kill: at === "ms" ? { at, ms } : { at }, isBeside };
    }),
  { minLength: 1, maxLength: 3 },
);

function job(key: string, exit: number, version = 0, after: readonly string[] = []): JobSpec {
  return {
    ...{ key, version, exits: [exit, exit, exit], record: false, logs: false, secret: false },
    ...{ stage: after.length > 0 ? ("second" as const) : ("first" as const), after: [...after] },
  };
}

type Untried = Omit<Chapter, "attempts">;
const none = { isReleased: false };

const stories: Readonly<Record<string, { limits: object; chapters: readonly Untried[] }>> = {
  "all end, then one is edited": {
    limits: {},
    chapters: [
      {
        ...none,
        jobs: [job("a", 0), job("b", 1), job("c", 0)],
        expected: "done",
      },
      { ...none, jobs: [job("a", 0, 1), job("b", 1), job("c", 0)], expected: "done" },
    ],
  },
  "one fails before another, then it is corrected": {
    limits: {},
    chapters: [
      {
        ...none,
        jobs: [job("a", 1), job("b", 0), job("p", 0, 0, ["a"])],
        expected: "stuck",
      },
      {
        ...none,
        jobs: [job("a", 0, 1), job("b", 0), job("p", 0, 0, ["a"])],
        expected: "done",
      },
    ],
  },
  "a sweep stops, the rest of it fails, and it is released": {
    limits: { maxInFlight: 3, stopAfter: { failed: 2 } },
    chapters: [
      {
        ...none,
        jobs: ["a", "b", "c", "d", "e"].map((key) => job(key, 1)),
        opened: 2,
        expected: "failing",
      },
      {
        ...none,
        jobs: ["a", "b", "c", "d", "e"].map((key) => job(key, 1)),
        expected: "stuck",
      },
      {
        jobs: ["a", "b", "c", "d", "e"].map((key) => job(key, 1)),
        isReleased: true,
        expected: "done",
      },
    ],
  },
};

export function noticePlanOf(seed: number): NoticePlan {
  const [plan] = fc.sample(
    fc.record({
      story: fc.constantFrom(...Object.keys(stories)),
      attempts: fc.tuple(attempts, attempts, attempts),
    }),
    { seed, numRuns: 1 },
  );
  if (!plan) throw new Error("nothing was drawn");
  const { limits, chapters } = stories[plan.story] ?? { limits: {}, chapters: [] };
  return {
    ...{ seed, story: plan.story, limits: limits as NoticePlan["limits"] },
    chapters: chapters.map((one, index) => ({ ...one, attempts: plan.attempts[index] ?? [] })),
  };
}

export function toldNoticePlan({ seed, story, chapters }: NoticePlan): string[] {
  return [
    `seed ${seed}, form notice: ${story}`,
    ...chapters.map(({ expected, attempts }) => {
      const tries = attempts.map(({ command, kill, isBeside }) => {
        const when =
          kill.at === "ms"
            ? `after ${kill.ms} ms`
            : `as a message ${kill.at === "arrives" ? "arrives" : `is ${kill.at}`}`;
        return `${command} killed ${when}${isBeside ? ", with the other command beside it" : ""}`;
      });
      return `to ${expected}: ${tries.join("; ")}`;
    }),
  ];
}
