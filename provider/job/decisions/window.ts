// Off-peak windows: "20:00-06:00 America/Vancouver, weekends". Read and judged by the wall clock of
// their time zone, so that a clock change moves them as it moves people. Pure, but for the zones' rules.
import { rulesOf, wallClock } from "../../zones/newest";
import type { ZoneRules } from "../../zones/zoneRules";

export interface Window {
  /** Minutes after midnight; an end at or before its start is on the next day. */
  readonly spans: readonly { readonly from: number; readonly to: number }[];
  readonly days: readonly ("weekends" | "weekdays")[];
  readonly timeZone: string;
}

/** Says no to a default window: the job may be launched at any time. */
export const always = "always";

/** @returns the window, or a sentence on what is wrong with it */
export function parseWindow(text: string): Window | { readonly problem: string } {
  const spans: { from: number; to: number }[] = [];
  const days: ("weekends" | "weekdays")[] = [];
  let timeZone: string | undefined;
  for (const part of text.split(",").map((item) => item.trim())) {
    const [first = "", zone, ...rest] = part.split(/\s+/);
    const hours = /^(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})$/.exec(first);
    if (hours) {
      const [from, to] = [minutes(hours[1], hours[2]), minutes(hours[3], hours[4])];
      if (from === undefined || to === undefined) return { problem: `${first} is no time of day` };
      if (from === to) return { problem: `${first} is empty: write "${always}" for the whole day` };
      spans.push({ from, to });
    } else if (first === "weekends" || first === "weekdays") {
      days.push(first);
    } else {
      return { problem: `has the part "${part}", which is no window` };
    }
    if (rest.length > 0) return { problem: `has the part "${part}", which is no window` };
    if (zone !== undefined) {
      if (timeZone !== undefined && timeZone !== zone) return { problem: "names two time zones" };
      timeZone = zone;
    }
  }
  if (timeZone === undefined)
    return { problem: "names no time zone, like America/Vancouver or UTC" };
  if (rulesOf(timeZone) === undefined)
    return { problem: `names the time zone "${timeZone}", which is not known` };
  return { spans, days, timeZone };
}

/**
 * @param now milliseconds since 1970
 * @param sources whose rules of the zone count. @default the newest that this machine has
 */
export function isOpen(window: Window, now: number, sources?: readonly ZoneRules[]): boolean {
  const wall = wallClock(window.timeZone, now, sources);
  if (wall === undefined) throw new Error(`the time zone "${window.timeZone}" is not known`);
  const minute = wall.getUTCHours() * 60 + wall.getUTCMinutes();
  const isWeekend = wall.getUTCDay() % 6 === 0;
  return (
    window.days.some((days) => isWeekend === (days === "weekends")) ||
    window.spans.some(({ from, to }) =>
      from < to ? minute >= from && minute < to : minute >= from || minute < to,
    )
  );
}

const minuteMs = 60_000;
/** Each window opens within a week; on the day of a clock change its hour may be left out. */
const longestMs = 9 * 24 * 60 * minuteMs;

/**
 * @param now milliseconds since 1970
 * @returns when the window is open next, to the minute: `now` where it is open
 */
export function nextOpening(
  window: Window,
  now: number,
  sources?: readonly ZoneRules[],
): number | undefined {
  if (isOpen(window, now, sources)) return now;
  const first = Math.ceil(now / minuteMs) * minuteMs;
  for (let at = first; at <= now + longestMs; at += minuteMs) {
    if (isOpen(window, at, sources)) return at;
  }
  return undefined;
}

function minutes(hour: string | undefined, minute: string | undefined): number | undefined {
  const value = Number(hour) * 60 + Number(minute);
  return Number(minute) < 60 && value <= 24 * 60 ? value % (24 * 60) : undefined;
}
