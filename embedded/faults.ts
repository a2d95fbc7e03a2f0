// Misbehaviour on demand: which requests it meets, and what it does to their answers.
import { z } from "zod";

const matching = {
  /** Only requests of this method. */
  method: z.string().toUpperCase().optional(),
  /** A regular expression, looked for in path and query, e.g. `/session$`. */
  path: z.string().refine(isRegExp, "is not a regular expression").optional(),
  /** How often it happens; default: for ever. */
  times: z.int().positive().optional(),
  /** How many matching requests pass first; default 0. */
  after: z.int().nonnegative().optional(),
};

/**
 * One rule. All rules that meet a request count it; `slow` adds up, of the others the first one is applied.
 *
 * - `slow`: everything happens `ms` later.
 * - `status`: this answer, and nothing is done. `retryAfter` in seconds; `location` as a redirect has it.
 * - `unauthorized`: 401 as for an expired token, and nothing is done.
 * - `resetBefore`: the connection is destroyed, and nothing is done.
 * - `noAnswer`: the connection stays open, nothing is done, and no answer ever comes.
 * - `lostAnswer`: all is done, then the connection is destroyed.
 * - `lateAnswer`: all is done, the answer is a 504.
 * - `deleteLies`: DELETE answers 200, and nothing is deleted.
 * - `vanish`: the session in the path, else those called `name`, else the one just made, is forgotten and killed.
 * - `omitFromList`: lists leave out the sessions called one of `names`, or the last `count` (default 1).
 * - `truncatedBody`: the first half of the answer, with the length to match.
 * - `garbage`: 200, and a text that is no answer to anything.
 */
export const faultRuleSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("slow"), ms: z.number().nonnegative(), ...matching }),
  z.strictObject({
    kind: z.literal("status"),
    code: z.int().min(200).max(599),
    body: z.string().optional(),
    retryAfter: z.int().nonnegative().optional(),
    location: z.string().optional(),
    ...matching,
  }),
  z.strictObject({ kind: z.literal("unauthorized"), ...matching }),
  z.strictObject({ kind: z.literal("resetBefore"), ...matching }),
  z.strictObject({ kind: z.literal("noAnswer"), ...matching }),
  z.strictObject({ kind: z.literal("lostAnswer"), ...matching }),
  z.strictObject({ kind: z.literal("lateAnswer"), ...matching }),
  z.strictObject({ kind: z.literal("deleteLies"), ...matching }),
  z.strictObject({ kind: z.literal("vanish"), name: z.string().optional(), ...matching }),
  z.strictObject({
    kind: z.literal("omitFromList"),
    names: z.array(z.string()).optional(),
    count: z.int().positive().optional(),
    ...matching,
  }),
  z.strictObject({ kind: z.literal("truncatedBody"), ...matching }),
  z.strictObject({ kind: z.literal("garbage"), ...matching }),
]);
export type FaultRule = z.infer<typeof faultRuleSchema>;
type Fault<Kind extends FaultRule["kind"]> = Extract<FaultRule, { kind: Kind }>;

/** What happens to one request. */
export interface FaultsOfRequest {
  readonly delayMs: number;
  readonly fault: Exclude<FaultRule, Fault<"slow">> | undefined;
}

interface Armed {
  readonly rule: FaultRule;
  readonly path: RegExp | undefined;
  met: number;
}

export class Faults {
  #armed: Armed[] = [];

  constructor(rules: readonly FaultRule[] = []) {
    for (const rule of rules) this.add(rule);
  }

  /** Throws a sentence if the rule makes no sense. */
  add(rule: FaultRule): void {
    const checked = faultRuleSchema.parse(rule);
    const path = checked.path === undefined ? undefined : new RegExp(checked.path);
    this.#armed.push({ rule: checked, path, met: 0 });
  }

  rules(): FaultRule[] {
    return this.#armed.map(({ rule }) => rule);
  }

  clear(): void {
    this.#armed = [];
  }

  /** What the next request of this kind meets; counts it. */
  meet(method: string, path: string): FaultsOfRequest {
    let delayMs = 0;
    let fault: FaultsOfRequest["fault"];
    for (const armed of this.#armed) {
      const { rule } = armed;
      if (rule.method !== undefined && rule.method !== method) continue;
      if (armed.path && !armed.path.test(path)) continue;
      if (rule.kind !== "slow" && fault) continue;
      armed.met += 1;
      const nth = armed.met - (rule.after ?? 0);
      if (nth <= 0 || nth > (rule.times ?? Number.POSITIVE_INFINITY)) continue;
      if (rule.kind === "slow") delayMs += rule.ms;
      else fault = rule;
    }
    return { delayMs, fault };
  }
}

function isRegExp(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
