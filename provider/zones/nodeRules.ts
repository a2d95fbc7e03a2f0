// The rules that Node was built with: those of its ICU.
import type { ZoneRules } from "./zoneRules";

export function nodeRules(): ZoneRules {
  const formats = new Map<string, Intl.DateTimeFormat | undefined>();
  return {
    release: process.versions.tz ?? "",
    origin: `Node ${process.versions.node}`,
    offsetMs: (timeZone, now) => {
      if (!formats.has(timeZone)) formats.set(timeZone, formatOf(timeZone));
      const format = formats.get(timeZone);
      return format && offsetMs(format, now);
    },
  };
}

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat("en-US", {
      ...{ timeZone, calendar: "gregory", numberingSystem: "latn", hourCycle: "h23" },
      ...{ year: "numeric", month: "2-digit", day: "2-digit" },
      ...{ hour: "2-digit", minute: "2-digit", second: "2-digit" },
    });
  } catch {
    return undefined; // the only way to learn that there is no such zone
  }
}

function offsetMs(format: Intl.DateTimeFormat, now: number): number {
  const parts = format.formatToParts(now);
  const field = (wanted: string) => Number(parts.find(({ type }) => type === wanted)?.value);
  const wall = Date.UTC(
    ...([field("year"), field("month") - 1, field("day")] as const),
    ...([field("hour"), field("minute"), field("second")] as const),
  );
  return wall - Math.floor(now / 1_000) * 1_000;
}
