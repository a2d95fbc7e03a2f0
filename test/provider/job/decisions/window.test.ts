import { isOpen, parseWindow } from "../../../../provider/job/decisions/window";

/** The UTC times at which a window opens and closes, to the minute. */
function changes(text: string, from: string, hours: number): string[] {
  const window = parseWindow(text);
  if ("problem" in window) throw new Error(window.problem);
  const start = Date.parse(from);
  const found: string[] = [];
  let before = isOpen(window, start);
  for (let at = start; at <= start + hours * 3_600_000; at += 60_000) {
    const open = isOpen(window, at);
    if (open !== before) {
      found.push(`${open ? "opens" : "closes"} ${new Date(at).toISOString().slice(5, 16)}`);
    }
    before = open;
  }
  return found;
}

describe("isOpen", () => {
  test("goes over midnight, from its start to the minute before its end", () => {
    expect(changes("20:00-06:00 UTC", "2026-11-23T12:00Z", 24)).toEqual([
      "opens 11-23T20:00",
      "closes 11-24T06:00",
    ]);
  });

  test("stays within a day", () => {
    expect(changes("9:00-17:30 UTC", "2026-11-23T00:00Z", 24)).toEqual([
      "opens 11-23T09:00",
      "closes 11-23T17:30",
    ]);
  });

  test("takes 24:00 for the end of the day", () => {
    expect(changes("18:00-24:00 UTC", "2026-11-23T12:00Z", 24)).toEqual([
      "opens 11-23T18:00",
      "closes 11-24T00:00",
    ]);
  });

  test("is open in any of several spans", () => {
    expect(changes("02:00-03:00, 05:00-06:00 UTC", "2026-11-23T00:00Z", 12)).toEqual([
      "opens 11-23T02:00",
      "closes 11-23T03:00",
      "opens 11-23T05:00",
      "closes 11-23T06:00",
    ]);
  });

  // Dates of 2025: since 2026 the time zone database has no clock changes for Vancouver any more, and how
  // new a Node's database is differs.
  test("counts a weekend by the wall clock of its zone", () => {
    // 2025-11-29 is a Saturday; Vancouver is 8 hours behind UTC then.
    expect(changes("weekends America/Vancouver", "2025-11-28T00:00Z", 96)).toEqual([
      "opens 11-29T08:00",
      "closes 12-01T08:00",
    ]);
    expect(changes("weekdays America/Vancouver", "2025-11-28T00:00Z", 96)).toEqual([
      "closes 11-29T08:00",
      "opens 12-01T08:00",
    ]);
  });

  test("joins nights and weekends", () => {
    // Friday evening until Monday morning is one piece.
    const text = "20:00-06:00 America/Vancouver, weekends";
    expect(changes(text, "2025-11-28T20:00Z", 96)).toEqual([
      "opens 11-29T04:00",
      "closes 12-01T14:00",
      "opens 12-02T04:00",
      "closes 12-02T14:00",
    ]);
  });

  test.each([
    // In March the night is an hour shorter: 01:59 is followed by 03:00.
    ["2025-03-08T18:00Z", ["opens 03-09T04:00", "closes 03-09T13:00"]],
    // In November it is an hour longer: 01:59 is followed by 01:00.
    ["2025-11-01T18:00Z", ["opens 11-02T03:00", "closes 11-02T14:00"]],
  ])("keeps to the wall clock when clocks change (%s)", (from, expected) => {
    expect(changes("20:00-06:00 America/Vancouver", from, 24)).toEqual(expected);
  });

  test("opens after a start that a clock change leaves out, and twice where it comes twice", () => {
    expect(changes("02:30-04:00 America/Vancouver", "2025-03-09T06:00Z", 12)).toEqual([
      "opens 03-09T10:00",
      "closes 03-09T11:00",
    ]);
    expect(changes("01:00-01:30 America/Vancouver", "2025-11-02T06:00Z", 12)).toEqual([
      "opens 11-02T08:00",
      "closes 11-02T08:30",
      "opens 11-02T09:00",
      "closes 11-02T09:30",
    ]);
  });
});

describe("parseWindow", () => {
  test.each([
    ["", 'has the part "", which is no window'],
    ["nights", 'has the part "nights", which is no window'],
    ["20:00-06:00", "names no time zone, like America/Vancouver or UTC"],
    ["weekends", "names no time zone, like America/Vancouver or UTC"],
    ["20:00-06:00 Vancouver", 'names the time zone "Vancouver", which is not known'],
    ["20:00-06:00 UTC, 08:00-09:00 America/Vancouver", "names two time zones"],
    ["20:00-06:00 UTC weekends", 'has the part "20:00-06:00 UTC weekends", which is no window'],
    ["25:00-06:00 UTC", "25:00-06:00 is no time of day"],
    ["20:60-06:00 UTC", "20:60-06:00 is no time of day"],
    ["24:30-06:00 UTC", "24:30-06:00 is no time of day"],
    ["08:00-08:00 UTC", '08:00-08:00 is empty: write "always" for the whole day'],
    ["8pm-6am UTC", 'has the part "8pm-6am UTC", which is no window'],
    ["20:00-06:00 UTC,", 'has the part "", which is no window'],
  ])("refuses %j", (text, problem) => {
    expect(parseWindow(text)).toEqual({ problem });
  });

  test("takes the zone from any of its parts", () => {
    expect(parseWindow("weekends, 20:00-06:00 America/Vancouver")).toEqual({
      spans: [{ from: 1_200, to: 360 }],
      days: ["weekends"],
      timeZone: "America/Vancouver",
    });
  });
});
