// Kubernetes' events of a session, read out of the table that the server makes of them. Pure.
import { z } from "zod";

export const eventSchema = z.object({
  type: z.string().describe("Normal or Warning"),
  reason: z.string().describe("like FailedScheduling"),
  message: z.string(),
  firstTime: z.string().describe("ISO 8601").optional(),
  lastTime: z.string().describe("ISO 8601").optional(),
});
export type SessionEvent = z.infer<typeof eventSchema>;

const columns = ["TYPE", "REASON", "MESSAGE", "FIRST-TIME", "LAST-TIME"];

/** @param table as `view=events` answers it; `<none>` or empty where there are none */
export function parseEvents(table: string): SessionEvent[] {
  const [header = "", ...rows] = table.split("\n");
  const starts = columns.map((name) => header.search(new RegExp(`(^|\\s)${name}(\\s|$)`)));
  if (starts.includes(-1)) return [];
  const at = starts.map((start, index) => (index === 0 ? 0 : start + 1));
  const events: SessionEvent[] = [];
  for (const row of rows) {
    // Columns are as wide as what a terminal shows: in characters, not in UTF-16.
    const characters = [...row];
    const cell = (index: number) =>
      characters
        .slice(at[index], at[index + 1])
        .join("")
        .trim();
    const [type = "", reason = "", message = "", first = "", last = ""] = columns.map((_, index) =>
      cell(index),
    );
    const before = events.at(-1);
    if (/^[A-Z][a-z]+$/.test(type) && reason !== "") {
      events.push({
        type,
        reason,
        message,
        ...time("firstTime", first),
        ...time("lastTime", last),
      });
    } else if (before && row.trim() !== "") before.message += `\n${row.trim()}`; // a message of lines
  }
  return events;
}

function time(key: "firstTime" | "lastTime", text: string) {
  return Number.isNaN(Date.parse(text)) ? {} : { [key]: text };
}
