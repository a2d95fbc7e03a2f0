// Off-peak windows: "20:00-06:00 America/Vancouver, weekends". Read and judged by the wall clock of
// their time zone, so that a clock change moves them as it moves people. Pure.

export interface Window {
  /** Minutes after midnight; an end at or before its start is on the next day. */
  readonly spans: readonly { readonly from: number; readonly to: number }[];
  readonly days: readonly ("weekends" | "weekdays")[];
  readonly timeZone: string;
}

/** Says no to a default window: the job may be launched at any time. */
export const always = "always";

const weekend = ["Sat", "Sun"];

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
      return { problem: `does not understand "${part}"` };
    }
    if (rest.length > 0) return { problem: `does not understand "${part}"` };
    if (zone !== undefined) {
      if (timeZone !== undefined && timeZone !== zone) return { problem: "names two time zones" };
      timeZone = zone;
    }
  }
  if (timeZone === undefined)
    return { problem: "names no time zone, like America/Vancouver or UTC" };
  if (!isTimeZone(timeZone))
    return { problem: `names the time zone "${timeZone}", which is not known` };
  return { spans, days, timeZone };
}

/** @param now milliseconds since 1970 */
export function isOpen(window: Window, now: number): boolean {
  const { weekday, minute } = wallClock(window.timeZone, now);
  return (
    window.days.some((days) => weekend.includes(weekday) === (days === "weekends")) ||
    window.spans.some(({ from, to }) =>
      from < to ? minute >= from && minute < to : minute >= from || minute < to,
    )
  );
}

const formats = new Map<string, Intl.DateTimeFormat>();

function wallClock(timeZone: string, now: number): { weekday: string; minute: number } {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone,
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    formats.set(timeZone, format);
  }
  const parts = Object.fromEntries(
    format.formatToParts(now).map(({ type, value }) => [type, value]),
  );
  return { weekday: parts.weekday ?? "", minute: Number(parts.hour) * 60 + Number(parts.minute) };
}

function minutes(hour: string | undefined, minute: string | undefined): number | undefined {
  const value = Number(hour) * 60 + Number(minute);
  return Number(minute) < 60 && value <= 24 * 60 ? value % (24 * 60) : undefined;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
