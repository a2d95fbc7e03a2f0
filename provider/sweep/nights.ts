// One row for each night, by the calendar of the observatory's time zone: a list that grows by itself.
// Pure: the clock's value comes in, and the rules of zones are the newest that there are.
import { wallClock } from "../zones/newest";

export interface NightsOptions {
  /** The first night. @example "2026-11-01" */
  readonly from: string;
  /** The last night, which is among them; "yesterday" and "today" are those of the time zone. */
  readonly to: "yesterday" | "today" | (string & {});
  /** @example "America/Vancouver", "Pacific/Honolulu", "UTC" */
  readonly timeZone: string;
  /**
   * Only the last so many nights. The jobs of older ones leave the program, and those of them that still
   * run are cancelled, unless `onRemove` is "leave".
   * @default all
   */
  readonly keep?: number;
}

export type Night = { readonly night: string };

const dayMs = 86_400_000;

/**
 * @param now milliseconds since 1970
 * @returns none where `to` is before `from`
 * @example nights({ from: "2026-11-01", to: "yesterday", timeZone: "America/Vancouver" })  // { night: "2026-11-01" }, ...
 */
export function nights(
  { from, to, timeZone, keep }: NightsOptions,
  now: number = Date.now(),
): readonly Night[] {
  const first = dayOf("from", from);
  const today = to === "today" || to === "yesterday" ? dayOf("to", dateIn(timeZone, now)) : 0;
  const last = to === "today" ? today : to === "yesterday" ? today - 1 : dayOf("to", to);
  if (keep !== undefined && !(Number.isInteger(keep) && keep >= 1)) {
    throw new RangeError(`nights: keep is ${keep}, and has to be a whole number from 1 on`);
  }
  const start = keep === undefined ? first : Math.max(first, last - keep + 1);
  return Array.from({ length: Math.max(0, last - start + 1) }, (_, index) => ({
    night: new Date((start + index) * dayMs).toISOString().slice(0, 10),
  }));
}

/** A date as a number of days, so that no clock change can come between two of them. */
function dayOf(name: string, text: string): number {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text) {
    const others = name === "to" ? ', or "yesterday" or "today"' : "";
    throw new TypeError(
      `nights: ${name} is "${text}", and has to be a date like 2026-11-22${others}`,
    );
  }
  return time / dayMs;
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
