import { nights } from "../../../provider/sweep/nights";

const of = (options: Partial<Parameters<typeof nights>[0]>, now: string) =>
  nights(
    { from: "2026-11-20", to: "yesterday", timeZone: "America/Los_Angeles", ...options },
    Date.parse(now),
  ).map(({ night }) => night);

describe("nights", () => {
  test.each([
    ["2026-11-22T07:59:59Z", ["2026-11-20"]], // still the 21st in Los Angeles
    ["2026-11-22T08:00:00Z", ["2026-11-20", "2026-11-21"]],
    ["2026-11-23T07:59:59Z", ["2026-11-20", "2026-11-21"]],
    ["2026-11-20T12:00:00Z", []],
    ["2026-01-01T12:00:00Z", []],
  ])("up to yesterday, at %s: %j", (now, expected) => {
    expect(of({}, now)).toEqual(expected);
  });

  test("take the day from the time zone", () => {
    const now = "2026-11-22T02:00:00Z";
    expect(of({ to: "today", timeZone: "UTC" }, now).at(-1)).toBe("2026-11-22");
    expect(of({ to: "today", timeZone: "Pacific/Honolulu" }, now).at(-1)).toBe("2026-11-21");
    expect(of({ to: "today", timeZone: "Pacific/Kiritimati" }, now).at(-1)).toBe("2026-11-22");
  });

  test("pass over the ends of months and years, and leap days", () => {
    expect(of({ from: "2027-02-27", to: "2027-03-02" }, "2026-11-22T00:00:00Z")).toEqual([
      "2027-02-27",
      "2027-02-28",
      "2027-03-01",
      "2027-03-02",
    ]);
    expect(of({ from: "2028-02-28", to: "2028-03-01" }, "2026-11-22T00:00:00Z")).toHaveLength(3);
    expect(of({ from: "2026-12-31", to: "2027-01-01" }, "2026-11-22T00:00:00Z")).toEqual([
      "2026-12-31",
      "2027-01-01",
    ]);
  });

  // Clocks went back on 2025-11-02 and forward on 2026-03-08: days of 25 and of 23 hours.
  test.each([
    ["2025-11-01", "2025-11-03", "2025-11-01T07:00:00Z"],
    ["2026-03-07", "2026-03-09", "2026-03-07T08:00:00Z"],
  ])(
    "have each night once over a clock change, %s to %s, asked every half hour",
    (from, to, start) => {
      let before: string[] = [];
      const seen: number[] = [];
      for (let hours = 0; hours <= 24 * 4; hours += 0.5) {
        const now = new Date(Date.parse(start) + hours * 3_600_000).toISOString();
        const list = of({ from }, now);
        expect(list.slice(0, before.length)).toEqual(before); // none goes, none comes twice
        expect(list.length - before.length).toBeLessThanOrEqual(1);
        if (list.length > before.length) seen.push(hours);
        before = list;
      }
      expect(before.slice(0, 3).at(-1)).toBe(to);
      expect(seen.slice(0, 2)).toEqual(from === "2025-11-01" ? [24, 49] : [24, 47]);
    },
  );

  test("keep the last ones", () => {
    expect(of({ from: "2020-01-01", keep: 2 }, "2026-11-22T20:00:00Z")).toEqual([
      "2026-11-20",
      "2026-11-21",
    ]);
    expect(of({ keep: 9 }, "2026-11-22T20:00:00Z")).toHaveLength(2);
  });

  test.each([
    [{ from: "2026-02-30" }, 'from is "2026-02-30", and has to be a date'],
    [{ from: "22.11.2026" }, "has to be a date like 2026-11-22"],
    [{ to: "tomorrow" }, 'or "yesterday" or "today"'],
    [{ timeZone: "Vancouver" }, "which is not known"],
    [{ keep: 0 }, "keep is 0"],
  ])("refuse %j", (options, message) => {
    expect(() => of(options, "2026-11-22T20:00:00Z")).toThrow(message);
  });

  test("take days with and without dashes, and write them as wanted", () => {
    const now = "2026-11-28T12:00:00Z";
    expect(of({ from: 20261125, to: "20261126" }, now)).toEqual(["2026-11-25", "2026-11-26"]);
    expect(of({ from: 20261125, to: 20261126, format: "%Y%m%d" }, now)).toEqual([
      "20261125",
      "20261126",
    ]);
    expect(of({ from: "20261231", to: "2027-01-01", format: "%y.%j" }, now)).toEqual([
      "26.365",
      "27.001",
    ]);
  });

  test.each<[Partial<Parameters<typeof nights>[0]>, string]>([
    [{ from: 20261131 }, 'from is "20261131", and has to be a date'],
    [{ from: "2026-1125" }, "has to be a date"],
    [{ from: "2026-11-25T00:00:00Z" }, "has to be a date"],
    [{ format: "%m%d" }, "does not tell all nights apart"],
    [{ format: "%Y%%m%%d" }, "does not tell all nights apart"],
    [{ format: "%Y-%m-%d %H" }, "has %H: there are"],
  ])("%j is refused: %s", (options, message) => {
    expect(() => of(options, "2026-11-28T12:00:00Z")).toThrow(message);
  });
});
