// One run as a table for the terminal, one line for each cell that was measured.
import Table from "cli-table3";
import type { Gate } from "./gates";
import type { Measurement, Omission } from "./results";
import { contestantNames, isOldest, scenarios } from "./scenario";

const heads = [
  "scenario",
  "N",
  "latency",
  "contestant",
  "time",
  "× floor",
  "CPU",
  "memory",
  "1st launch",
  "requests",
  "sockets",
  "state/job",
];
const toTheRight = ["N", "latency", "time", "× floor", "CPU", "memory", "1st launch", "sockets"];

export function tableOf(measurements: readonly Measurement[]): string {
  const table = new Table({
    head: heads,
    colAligns: heads.map((head) => (toTheRight.includes(head) ? "right" : "left")),
    style: { head: [], border: [], compact: true },
  });
  const rank = (one: Measurement) => [
    scenarios.indexOf(one.scenario),
    one.jobs,
    one.latencyMs,
    contestantNames.indexOf(one.contestant),
  ];
  for (const one of measurements.toSorted((a, b) => inOrder(rank(a), rank(b)))) {
    const floor = measurements.find(
      (other) =>
        other.contestant === (isOldest(one.contestant) ? "floor oldest" : "floor") &&
        other.scenario === one.scenario &&
        other.jobs === one.jobs &&
        other.latencyMs === one.latencyMs,
    );
    table.push([
      one.scenario,
      one.jobs,
      `${one.latencyMs} ms`,
      one.contestant,
      seconds(one.seconds),
      floor ? (one.seconds / floor.seconds).toFixed(2) : "",
      seconds(one.cpuSeconds),
      one.peakMemoryBytes === undefined ? "" : `${Math.round(one.peakMemoryBytes / 2 ** 20)} MiB`,
      seconds(one.secondsToFirstLaunch),
      requestsOf(one),
      one.connections,
      one.stateBytesPerJob === undefined ? "" : `${Math.round(one.stateBytesPerJob)} B`,
    ]);
  }
  return table.toString();
}

/** What was left out, one line for each reason. */
export function omissionLines(omissions: readonly Omission[]): string[] {
  const byReason = Map.groupBy(omissions, ({ contestant, why }) => `${contestant}: ${why}`);
  return [...byReason].map(([reason, cells]) => {
    const named = cells.map((one) => `${one.scenario} ${one.jobs}/${one.latencyMs} ms`);
    return `not measured: ${reason} (${named.join(", ")})`;
  });
}

export function gateLines(gates: readonly Gate[]): string[] {
  return gates.map(({ claim, holds, found }) => {
    const verdict = holds === undefined ? "NOT JUDGED" : holds ? "holds" : "MISSED";
    return `${verdict.padEnd(10)} ${claim}: ${found}`;
  });
}

function requestsOf({ requests }: Measurement): string {
  return Object.entries(requests)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(", ");
}

function seconds(value: number | undefined): string {
  if (value === undefined) return "";
  return value < 10 ? `${value.toFixed(2)} s` : `${value.toFixed(1)} s`;
}

function inOrder(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
