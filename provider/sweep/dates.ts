// Dates as text: 2026-11-25, 20261125 or with a time, and what strftime writes of them. Pure.

export interface DateParts {
  /** Milliseconds since 1970, as if the text were UTC: no time zone has a part in it. */
  readonly time: number;
  readonly hasTime: boolean;
}

const form =
  /^(\d{4})(?:-(\d\d)-(\d\d)|(\d\d)(\d\d))(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:\.\d+)?)?)?Z?$/;

/** @returns undefined for what is no date of the calendar */
export function dayParts(text: string): DateParts | undefined {
  const found = form.exec(text);
  if (!found) return undefined;
  const [, year, m1, d1, m2, d2, hour, minute = "00", second = "00"] = found;
  const day = `${year}-${m1 ?? m2}-${d1 ?? d2}`;
  const time = Date.parse(`${day}T${hour ?? "00"}:${minute}:${second}Z`);
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== day) return undefined;
  return { time, hasTime: hour !== undefined };
}

const directives: Readonly<Record<string, (iso: string, time: number) => string>> = {
  "%Y": (iso) => iso.slice(0, 4),
  "%y": (iso) => iso.slice(2, 4),
  "%m": (iso) => iso.slice(5, 7),
  "%d": (iso) => iso.slice(8, 10),
  "%j": (iso, time) => {
    const days = (time - Date.parse(`${iso.slice(0, 4)}-01-01T00:00:00Z`)) / 86_400_000;
    return String(Math.floor(days) + 1).padStart(3, "0");
  },
  "%H": (iso) => iso.slice(11, 13),
  "%M": (iso) => iso.slice(14, 16),
  "%S": (iso) => iso.slice(17, 19),
  "%%": () => "%",
};

/** As strftime: `%Y%m%d` is 20261125, `%j` the day of the year. */
export function formatDate({ time }: DateParts, format: string): string {
  const iso = new Date(time).toISOString();
  return format.replace(/%(.)/g, (found) => directives[found]?.(iso, time) ?? found);
}

/** The first part of a format that {@link formatDate} does not know. */
export function unknownDirective(format: string): string | undefined {
  return format.match(/%[\s\S]?/g)?.find((one) => directives[one] === undefined);
}
