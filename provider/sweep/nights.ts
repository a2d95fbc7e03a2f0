// One row for each night, by the calendar of the observatory's time zone: a list that grows by itself.
// Pure: the clock's value comes in, and the rules of zones are the newest that there are.
import { wallClock } from "../zones/newest";
import { dayParts, formatDate } from "./dates";

export interface NightsOptions {
  /** The first night. @example "2026-11-01", "20261101" */
  readonly from: string | number;
  /** The last night, which is among them; "yesterday" and "today" are those of the time zone. */
  readonly to: "yesterday" | "today" | (string & {}) | number;
  /** @example "America/Vancouver", "Pacific/Honolulu", "UTC" */
  readonly timeZone: string;
  /**
   * Only the last so many nights. The jobs of older ones leave the program, and those of them that still
   * run are cancelled, unless `onRemove` is "leave".
   * @default all
   */
  readonly keep?: number;
  /**
   * How a night is written, as by strftime: `%Y` `%y` `%m` `%d`, and `%j`, the day of the year. Part of the
   * jobs' keys.
   * @default "%Y-%m-%d"
   * @example "%Y%m%d" // 20261101
   */
  readonly format?: string;
}

export type Night = { readonly night: string };

const dayMs = 86_400_000;

/**
 * @param now milliseconds since 1970
 * @returns none where `to` is before `from`
 * @example nights({ from: "2026-11-01", to: "yesterday", timeZone: "America/Vancouver" })  // { night: "2026-11-01" }, ...
 */
export function nights(
  { from, to, timeZone, keep, format = "%Y-%m-%d" }: NightsOptions,
  now: number = Date.now(),
): readonly Night[] {
  refuseFormat(format);
  const first = dayOf("from", from);
  const today = to === "today" || to === "yesterday" ? dayOf("to", dateIn(timeZone, now)) : 0;
  const last = to === "today" ? today : to === "yesterday" ? today - 1 : dayOf("to", to);
  if (keep !== undefined && !(Number.isInteger(keep) && keep >= 1)) {
    throw new RangeError(`nights: keep is ${keep}, and has to be a whole number from 1 on`);
  }
  const start = keep === undefined ? first : Math.max(first, last - keep + 1);
  return Array.from({ length: Math.max(0, last - start + 1) }, (_, index) => ({
    night: formatDate({ time: (start + index) * dayMs, hasTime: false }, format),
  }));
}

/** A date as a number of days, so that no clock change can come between two of them. */
function dayOf(name: string, day: string | number): number {
  const parts = dayParts(String(day));
  if (parts === undefined || parts.hasTime) {
    const others = name === "to" ? ', or "yesterday" or "today"' : "";
    throw new TypeError(
      `nights: ${name} is "${day}", and has to be a date like 2026-11-22${others}`,
    );
  }
  return parts.time / dayMs;
}

/** Two nights must never be written alike. */
function refuseFormat(format: string): void {
  const refuse = (what: string) =>
    new TypeError(`nights: format ${JSON.stringify(format)} ${what}`);
  const unknown = format.match(/%[\s\S]?/g)?.find((one) => !/^%[Yymdj%]$/.test(one));
  if (unknown !== undefined) throw refuse(`has ${unknown}: there are %Y %y %m %d %j %%`);
  const has = (part: string) => format.replaceAll("%%", "").includes(part);
  if ((has("%Y") || has("%y")) && (has("%j") || (has("%m") && has("%d")))) return;
  throw refuse("does not tell all nights apart: it needs year, month and day, like %Y%m%d");
}

function dateIn(timeZone: string, now: number): string {
  const wall = wallClock(timeZone, now);
  if (wall === undefined) {
    throw new TypeError(
      `nights: timeZone is "${timeZone}", which is not known; write it like America/Vancouver or UTC`,
    );
  }
  return wall.toISOString().slice(0, 10);
}
