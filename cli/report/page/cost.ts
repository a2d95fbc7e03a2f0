// What each sweep has cost: what its sessions reserved for as long as they ran.
import type { ReportData } from "../reportData";
import { element } from "./elements";
import { amount } from "./format";
import { summaryTable } from "./summaryTable";

export function cost(section: HTMLElement, { costs }: ReportData): void {
  const hasGpus = costs.some(({ gpuHours }) => gpuHours > 0);
  const hasPrice = costs.some(({ price }) => price !== undefined);
  section.append(
    element(
      "p",
      { class: "soft" },
      "What sessions reserved, whether it was used or not, over all attempts; what still runs is counted until now. With ≤ an end was only seen: it cost so much or less.",
    ),
    summaryTable({
      label: "Costs of the sweeps",
      caption: "What each sweep has cost",
      head: [
        ...["Sweep", "Jobs", "Sessions", "Core-hours", "GiB-hours"],
        ...(hasGpus ? ["GPU-hours"] : []),
        ...(hasPrice ? ["Price"] : []),
      ],
      rows: costs.map((one) => {
        const hours = (value: number) => `${one.isMost ? "≤ " : ""}${amount(value)}`;
        return [
          ...[one.group, amount(one.jobs), amount(one.sessions)],
          ...[hours(one.coreHours), hours(one.gibHours)],
          ...(hasGpus ? [hours(one.gpuHours)] : []),
          ...(hasPrice ? [hours(one.price ?? 0)] : []),
        ];
      }),
      numbersFrom: 1,
    }),
  );
}
