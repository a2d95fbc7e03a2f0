// When a window opens next, and by whose rules of its time zone that is judged.
import { always, nextOpening, parseWindow } from "../../provider/job/decisions/window";
import { rulesOf, wallClock } from "../../provider/zones/newest";
import { duration } from "../terminal";

export interface Opening {
  /** Milliseconds since 1970, to the minute; not after now where it is open. */
  readonly time: number;
  /** @example "in 14 h, 03:00 in Vancouver" */
  readonly text: string;
  /** @example "2026f of moment-timezone" */
  readonly rules: string;
}

// A thousand jobs wait for one window: each minute's answer is found once.
let minute = 0;
const found = new Map<string, Opening | undefined>();

/**
 * @param now milliseconds since 1970
 * @returns undefined for what is no window, or always open
 */
export function openingOf(window: string, now: number): Opening | undefined {
  if (Math.floor(now / 60_000) !== minute) {
    minute = Math.floor(now / 60_000);
    found.clear();
  }
  if (!found.has(window)) found.set(window, judged(window, now));
  return found.get(window);
}

function judged(text: string, now: number): Opening | undefined {
  const window = text === always ? undefined : parseWindow(text);
  if (window === undefined || "problem" in window) return undefined;
  const { timeZone } = window;
  const time = nextOpening(window, now);
  const rules = rulesOf(timeZone);
  if (time === undefined || rules === undefined) return undefined;
  return {
    time,
    text: time <= now ? "now" : `in ${span(time - now)}, ${clock(timeZone, time, now)}`,
    rules: rules.release === "" ? rules.origin : `${rules.release} of ${rules.origin}`,
  };
}

function span(ms: number): string {
  return duration(ms).replace(/ (00 min|0 h)$/, "");
}

/** With its weekday where that is not plain. */
function clock(timeZone: string, time: number, now: number): string {
  const day = new Date(wallClock(timeZone, time) ?? time);
  const isFar = time - now >= 24 * 3_600_000;
  const weekday = isFar
    ? `${["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][day.getUTCDay()]} `
    : "";
  const hours = day.toISOString().slice(11, 16);
  const place = timeZone.split("/").at(-1)?.replaceAll("_", " ") ?? timeZone;
  return timeZone.includes("/") && !timeZone.startsWith("Etc/")
    ? `${weekday}${hours} in ${place}`
    : `${weekday}${hours} ${place}`;
}
