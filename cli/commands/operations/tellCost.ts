// What a preview says of the cost of what it would launch.
import type { z } from "zod";
import type { Amounts } from "../../../provider/cost/amounts";
import type { Estimate } from "../../../provider/cost/expected";
import { type Price, priceOf } from "../../../provider/cost/price";
import { readPrice } from "../../../provider/settings";
import { estimateText, foreseenCost } from "../../plan/foreseenCost";
import type { JobAction } from "../../plan/jobActions";
import type { JobChange } from "../../plan/runEffects";
import type { Stack } from "../../stack/stack";
import { plain } from "../../terminal";
import type { foreseenSchema } from "./costSchema";
import { heading } from "./descriptions";

type ForeseenJson = z.infer<typeof foreseenSchema>;

/** @returns the same for `--json` */
export function tellCost(
  changes: readonly JobChange[],
  actions: readonly JobAction[],
  stack: Stack | undefined,
): ForeseenJson | undefined {
  const foreseen = foreseenCost(changes, actions, Date.now());
  if (foreseen === undefined) return undefined;
  const price = stack && readPrice(stack.config);
  const { launched, withHeld } = foreseen;
  const isAny = ({ jobs, unmeasured }: Estimate) => jobs > 0 || unmeasured !== undefined;
  if (isAny(launched)) heading("Cost", plain(estimateText(launched, price)));
  if (withHeld) heading("Cost with those held", plain(estimateText(withHeld, price)));
  return {
    launched: estimateJson(launched, price),
    ...(withHeld && { withHeld: estimateJson(withHeld, price) }),
  };
}

function estimateJson(estimate: Estimate, price: Price | undefined): ForeseenJson["launched"] {
  const { jobs, samples, expected, least, most, isMost, unmeasured } = estimate;
  const amounts = (of: Amounts) => ({ ...of, ...(price && { price: priceOf(price, of) }) });
  return {
    ...{ jobs, samples },
    ...{ expected: amounts(expected), least: amounts(least), most: amounts(most) },
    ...(isMost && { isMost }),
    ...(unmeasured && {
      unmeasured: {
        jobs: unmeasured.jobs,
        perHour: amounts(unmeasured.perHour),
        ...(unmeasured.most && { most: amounts(unmeasured.most) }),
      },
    }),
  };
}
