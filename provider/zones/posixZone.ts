// A time zone's rule for years to come, as POSIX writes it at the end of a zone's file, with the extension of
// RFC 9636 for hours up to 167: "MST7", "PST8PDT,M3.2.0,M11.1.0", "<-04>4<-03>,M9.1.6/24,M4.1.6/24". Pure.

export interface PosixZone {
  /** @param now milliseconds since 1970 @returns milliseconds to add to UTC */
  readonly offsetMs: (now: number) => number;
}

/** When the clock changes in a year, as its wall clock would have it: milliseconds since 1970. */
type Change = (year: number) => number;

const dayMs = 86_400_000;
const name = "(?:<[+\\-\\w]+>|[A-Za-z]{3,})";
const time = "[+-]?\\d{1,3}(?::\\d{2}){0,2}";
const date = `(?:M\\d+\\.\\d\\.\\d|J?\\d{1,3})(?:/${time})?`;
const whole = new RegExp(`^${name}(${time})(?:${name}(${time})?,(${date}),(${date}))?$`);

/** @returns undefined for an empty or unknown rule */
export function parsePosixZone(text: string): PosixZone | undefined {
  const [, west, summerWest, starts, ends] = whole.exec(text) ?? [];
  if (west === undefined) return undefined;
  const usual = 0 - clockMs(west);
  if (starts === undefined || ends === undefined) return { offsetMs: () => usual };
  const summer = summerWest === undefined ? usual + 3_600_000 : 0 - clockMs(summerWest);
  const [start, end] = [changeOf(starts), changeOf(ends)];
  return {
    offsetMs: (now) => {
      const year = new Date(now + usual).getUTCFullYear();
      const [begins, over] = [start(year) - usual, end(year) - summer];
      const isSummer = begins < over ? now >= begins && now < over : now >= begins || now < over;
      return isSummer ? summer : usual;
    },
  };
}

function changeOf(text: string): Change {
  const [day = "", clock = "2"] = text.split("/");
  const at = clockMs(clock);
  if (day.startsWith("M")) {
    const [month = 1, week = 1, weekday = 0] = day.slice(1).split(".").map(Number);
    return (year) => {
      const first = Date.UTC(year, month - 1, 1);
      const days = (weekday - new Date(first).getUTCDay() + 7) % 7;
      const length = (Date.UTC(year, month, 1) - first) / dayMs;
      const last = days + 7 * (week - 1); // the fifth is the last, of four or five
      return first + (last < length ? last : last - 7) * dayMs + at;
    };
  }
  if (day.startsWith("J")) {
    // Counted from 1 without 29 February: in a year that has none.
    const inCommonYear = new Date(Date.UTC(2001, 0, Number(day.slice(1))));
    return (year) => Date.UTC(year, inCommonYear.getUTCMonth(), inCommonYear.getUTCDate()) + at;
  }
  return (year) => Date.UTC(year, 0, 1 + Number(day)) + at;
}

/** @param text hours, with minutes and seconds where wanted */
function clockMs(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.replace(/^[+-]/, "").split(":").map(Number);
  const ms = ((hours * 60 + minutes) * 60 + seconds) * 1_000;
  return text.startsWith("-") ? -ms : ms;
}
