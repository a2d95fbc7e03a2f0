// What each job of a stack has cost, over all its attempts. Pure.
import { z } from "zod";
import type { Context } from "../../provider/api";
import { type Amounts, sumOf } from "../../provider/cost/amounts";
import { type Price, priceOf } from "../../provider/cost/price";
import { type Spent, spentOf } from "../../provider/cost/spent";
import type { Job } from "../../provider/job/deployment";
import type { JobState } from "../../provider/job/state";

export const costSchema = z
  .object({
    coreHours: z.number(),
    gibHours: z.number(),
    gpuHours: z.number(),
    sessions: z.number().describe("of one that jobs share, each has a part"),
    price: z.number().describe("by the stack's skaha:price, where it has one").optional(),
    isMost: z
      .boolean()
      .describe("true where an end is not known, only when it was seen: it cost so much or less")
      .optional(),
  })
  .describe("what its sessions reserved, over all its attempts, until now where it still runs");
export type Cost = z.infer<typeof costSchema>;

export interface CostOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly price?: Price | undefined;
  /** Which sizes the server has, where that is known. */
  readonly offered?: Context | undefined;
}

/**
 * By URN.
 * @param observed as they are now
 * @param all of the stack: jobs that share a session share what it costs
 */
export function costsOf(
  observed: readonly Job[],
  all: readonly Job[],
  { now, price, offered }: CostOptions,
): Map<string, Cost> {
  const states = new Map<string, JobState>(
    [...all, ...observed].map(({ urn, state }) => [urn, state]),
  );
  const spent = spentOf(states, now, offered);
  return new Map(
    observed.flatMap(({ urn }) => {
      const one = spent.get(urn);
      return one ? [[urn, costOf(one, price)] as const] : [];
    }),
  );
}

function costOf({ amounts, isMost }: Pick<Spent, "amounts" | "isMost">, price: Price | undefined) {
  return {
    ...roundedAmounts(amounts),
    ...(price && { price: rounded(priceOf(price, amounts)) }),
    ...(isMost && { isMost }),
  };
}

/** What they cost together. */
export function totalOf(costs: Iterable<Cost>, price: Price | undefined): Cost {
  const all = [...costs];
  const amounts = sumOf(all);
  return costOf({ amounts, isMost: all.some(({ isMost }) => isMost) }, price);
}

/** Whether jobs share sessions, whose sizes the server may have made larger. */
export function hasShared(jobs: readonly Job[]): boolean {
  return jobs.some(({ state }) => state.pack !== undefined);
}

function roundedAmounts({ coreHours, gibHours, gpuHours, sessions }: Amounts): Amounts {
  return {
    coreHours: rounded(coreHours),
    gibHours: rounded(gibHours),
    gpuHours: rounded(gpuHours),
    sessions: rounded(sessions),
  };
}

/** No digits that nobody measured. */
function rounded(value: number): number {
  return Number(value.toPrecision(8));
}
