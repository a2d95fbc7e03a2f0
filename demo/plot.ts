// A periodogram in letters: power upwards, period to the right.
import type { Point } from "./results";

const width = 66;
const height = 9;

export function plot(curve: readonly Point[]): string {
  const first = Math.floor(curve.at(0)?.period ?? 0);
  const last = Math.ceil(curve.at(-1)?.period ?? 1);
  const columns = Array.from({ length: width }, () => 0);
  for (const { period, power } of curve) {
    const column = Math.min(width - 1, Math.floor(((period - first) / (last - first)) * width));
    columns[column] = Math.max(columns[column] ?? 0, power);
  }
  const top = Math.max(...columns);
  const rows = Array.from({ length: height }, (_, row) => {
    const level = (top * (height - row - 0.5)) / height;
    const label = row === 0 ? top.toFixed(0) : row === height - 1 ? "0" : "";
    return `   ${label.padStart(4)} |${columns.map((power) => (power >= level ? "#" : " ")).join("")}`;
  });
  const axis = `        +${"-".repeat(width)}`;
  const years = Array.from({ length: width / 6 + 1 }, (_, tick) =>
    String(Math.round(first + (tick * 6 * (last - first)) / width)).padEnd(6),
  );
  return [...rows, axis, `         ${years.join("").trimEnd()}  years`].join("\n");
}
