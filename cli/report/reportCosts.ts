// What sweeps have cost, for a report. Pure.
import type { Price } from "../../provider/cost/price";
import { type Cost, totalOf } from "../results/costs";
import type { ObservedJob } from "../stack/observe";
import { plain } from "../terminal";
import type { ReportCost } from "./reportData";

/** @param costs by URN */
export function reportCosts(
  jobs: readonly ObservedJob[],
  costs: ReadonlyMap<string, Cost>,
  price: Price | undefined,
): ReportCost[] {
  const groups = Map.groupBy(jobs, ({ name, sweep }) => sweep ?? name);
  const told = (group: string, members: readonly ObservedJob[]): ReportCost => ({
    group: plain(group),
    jobs: members.length,
    ...totalOf(
      members.flatMap(({ urn }) => costs.get(urn) ?? []),
      price,
    ),
  });
  const each = [...groups].map(([group, members]) => told(group, members));
  return each.length > 1 ? [...each, told("All", jobs)] : each;
}
