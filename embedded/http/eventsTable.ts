// `view=events`: what `kubectl get event -o custom-columns` prints.
import type { SessionEvent } from "../job";
import { instantText } from "./sessionJson";

const header = ["TYPE", "REASON", "MESSAGE", "FIRST-TIME", "LAST-TIME"];

/** `<none>` if there are none. */
export function eventsTable(events: readonly SessionEvent[]): string {
  if (events.length === 0) return "<none>\n";
  const rows = events.map(({ type, reason, message, first, last }) => [
    type,
    reason,
    message,
    instantText(first),
    last === undefined ? "<nil>" : instantText(last),
  ]);
  const widths = header.map((_, column) =>
    Math.max(...[header, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: string[]) =>
    row.map((cell, i) => (i < row.length - 1 ? cell.padEnd((widths[i] ?? 0) + 3) : cell)).join("");
  return `${[header, ...rows].map(line).join("\n")}\n`;
}
