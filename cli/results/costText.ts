// Costs in words: "320 core-hours and 1,280 GiB-hours, price 1,600". Pure.
import type { Amounts } from "../../provider/cost/amounts";
import type { Cost } from "./costs";

/** @returns what there is of it, as a sentence lists it */
export function costText(cost: Cost): string {
  const price = cost.price === undefined ? "" : `, price ${amount(cost.price)}`;
  return `${cost.isMost ? "at most " : ""}${amountsText(cost)}${price}`;
}

/** @param more what is said behind each quantity */
export function amountsText(
  { coreHours, gibHours, gpuHours }: Amounts,
  more: (of: "coreHours" | "gibHours" | "gpuHours") => string = () => "",
): string {
  const parts = [
    `${counted(coreHours, "core-hour")}${more("coreHours")}`,
    `${counted(gibHours, "GiB-hour")}${more("gibHours")}`,
    ...(gpuHours > 0 ? [`${counted(gpuHours, "GPU-hour")}${more("gpuHours")}`] : []),
  ];
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

function counted(value: number, unit: string): string {
  return `${amount(value)} ${unit}${amount(value) === "1" ? "" : "s"}`;
}

/** Three digits that matter, and all of those before the point. */
export function amount(value: number): string {
  const shown = Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
  return shown.toLocaleString("en-US", { maximumFractionDigits: 6 });
}
