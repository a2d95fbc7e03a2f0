import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { zoneFindings, zonesUsed } from "../../../cli/doctor/zones";
import { jobViewSchema, viewOf } from "../../../cli/stack/jobView";
import type { ObservedJob } from "../../../cli/stack/observe";
import { openingOf } from "../../../cli/stack/windowOpening";
import {
  isOpen,
  nextOpening,
  parseWindow,
  type Window,
} from "../../../provider/job/decisions/window";
import type { JobState } from "../../../provider/job/state";
import {
  allRules,
  disagreement,
  newestFirst,
  rulesOf,
  wallClock,
} from "../../../provider/zones/newest";
import { nodeRules } from "../../../provider/zones/nodeRules";
import { packageRules } from "../../../provider/zones/packageRules";
import { systemRules } from "../../../provider/zones/systemRules";
import { zoneFileOf } from "../../../provider/zones/zoneFile";
import type { ZoneRules } from "../../../provider/zones/zoneRules";
import { checkout } from "../../../toolchain/checkout";

// Files as Debian's tzdata 2025b and PyPI's tzdata 2026.6 have them: the one with all changes until 2037, the
// other with a rule for what comes after the last one.
const filesOf = (release: string) => {
  const rules = systemRules(path.join(checkout, "test/fixtures/zoneinfo", release));
  if (rules === undefined) throw new Error(`no files of ${release}`);
  return rules;
};
const ofPackage = packageRules();
const [old, fresh] = [filesOf("2025b"), filesOf("2026f")];
/** A Node whose rules are of 2025, as 22.19 has them. */
const oldNode: ZoneRules = { ...old, origin: "Node 22.19.0" };

const minutes = (rules: ZoneRules | undefined, zone: string, time: string) => {
  const offset = rules?.offsetMs(zone, Date.parse(time));
  return offset === undefined ? undefined : offset / 60_000;
};
const windowOf = (text: string): Window => {
  const window = parseWindow(text);
  if ("problem" in window) throw new Error(window.problem);
  return window;
};

// By Python's zoneinfo with tzdata 2026.6, in minutes: December 2026, July 2027, January 2040, July 2041.
const expected: readonly (readonly [zone: string, ...offsets: readonly number[]])[] = [
  ["America/Vancouver", -420, -420, -420, -420],
  ["America/Winnipeg", -300, -300, -300, -300],
  ["America/Santiago", -180, -240, -180, -240],
  ["Pacific/Honolulu", -600, -600, -600, -600],
  ["Atlantic/Canary", 0, 60, 0, 60],
  ["Australia/Sydney", 660, 600, 660, 600],
  ["Europe/Dublin", 0, 60, 0, 60],
  ["Africa/Casablanca", 0, 0, 0, 0],
  ["Australia/Lord_Howe", 660, 630, 660, 630],
  ["Antarctica/Troll", 0, 120, 0, 120],
  ["UTC", 0, 0, 0, 0],
];
const times = ["2026-12-15T12:00Z", "2027-07-15T12:00Z", "2040-01-15T12:00Z", "2041-07-15T12:00Z"];

describe("the rules of time zones", () => {
  test.each(expected.map(([zone, ...offsets]) => ({ zone, offsets })))(
    "are those of 2026f for $zone, whatever Node was built with",
    ({ zone, offsets }) => {
      const [december, july] = times.map((time) => Date.parse(time));
      const wall = (now = 0) => ((wallClock(zone, now)?.getTime() ?? Number.NaN) - now) / 60_000;
      expect([wall(december), wall(july)]).toEqual(offsets.slice(0, 2));
      expect(times.map((time) => minutes(fresh, zone, time))).toEqual(offsets);
    },
  );

  test("are the newest that the machine has", () => {
    const releases = allRules().map(({ release }) => release);
    expect(releases).toEqual([...releases].sort().reverse());
    expect(releases[0] && releases[0] >= "2026f").toBe(true);
  });

  test.each([
    ["the package's", [packageRules(), oldNode, old], "moment-timezone"],
    [
      "Node's",
      [{ ...packageRules(), release: "2025c" }, { ...fresh, origin: "Node 30" }, old],
      "Node 30",
    ],
    ["the system's", [{ ...packageRules(), release: "2026d" }, oldNode, fresh], fresh.origin],
  ])("are %s where those are the newest", (_, sources, origin) => {
    const ordered = newestFirst(sources);
    expect(rulesOf("America/Vancouver", ordered)?.origin).toBe(origin);
    expect(minutes(ordered[0], "America/Vancouver", times[0] ?? "")).toBe(-420);
  });

  test("are asked of the next where the newest have no such zone", () => {
    const sources = newestFirst([fresh, oldNode, nodeRules()]);
    expect(fresh.offsetMs("Europe/Paris", 0)).toBeUndefined();
    expect(rulesOf("Europe/Paris", sources)?.origin).toMatch(/^Node \d/);
    expect(rulesOf("Europe/Atlantis", sources)).toBeUndefined();
    expect(wallClock("Europe/Atlantis", 0, sources)).toBeUndefined();
  });

  test.each([
    "../2025b/UTC",
    "America/../UTC",
    "/etc/passwd",
    "right/UTC",
    "",
    "tzdata.zi",
    "America_Vancouver",
  ])("have no zone %j", (zone) => {
    expect(rulesOf(zone, [fresh, packageRules()])).toBeUndefined();
  });

  test("change at the minute at which those of another reader do", () => {
    // Each half hour of two years, and each quarter of one after the last change that is listed.
    for (const [zone] of expected) {
      for (const year of [1975, 2026]) {
        for (let at = Date.UTC(year, 0); at < Date.UTC(year + 1, 0); at += 1_800_000) {
          const ours = fresh.offsetMs(zone, at);
          if (ours !== ofPackage.offsetMs(zone, at)) {
            throw new Error(`${zone} at ${new Date(at).toISOString()}: ${ours}`);
          }
        }
      }
    }
    const changesOf = (zone: string, rules: ZoneRules) => {
      const changes: string[] = [];
      for (let at = Date.UTC(2045, 0); at < Date.UTC(2046, 0); at += 900_000) {
        if (rules.offsetMs(zone, at) !== rules.offsetMs(zone, at - 900_000)) {
          changes.push(new Date(at).toISOString().slice(5, 16));
        }
      }
      return changes;
    };
    // By Python's zoneinfo with tzdata 2026.6.
    expect(changesOf("America/Santiago", fresh)).toEqual(["04-02T03:00", "09-03T04:00"]);
    expect(changesOf("Europe/Dublin", fresh)).toEqual(["03-26T01:00", "10-29T01:00"]);
    expect(changesOf("Europe/Dublin", old)).toEqual(["03-26T01:00", "10-29T01:00"]);
    expect(changesOf("Australia/Sydney", fresh)).toEqual(["04-01T16:00", "09-30T16:00"]);
    expect(changesOf("Australia/Lord_Howe", fresh)).toEqual(["04-01T15:00", "09-30T15:30"]);
  });

  test("are not read from files that are none, cut short, or of 2004", () => {
    expect(zoneFileOf(Buffer.from("# tzdata"))).toBeUndefined();
    expect(zoneFileOf(Buffer.from("TZif2"))).toBeUndefined();
    expect(zoneFileOf(Buffer.concat([Buffer.from("TZif\0"), Buffer.alloc(200)]))).toBeUndefined();
    expect(systemRules(path.join(checkout, "test/fixtures"))).toBeUndefined();
  });
});

describe("a window in Vancouver", () => {
  const night = windowOf("20:00-06:00 America/Vancouver");
  const evening = Date.parse("2026-12-16T03:30Z"); // 20:30 there, and 19:30 by the rules of 2025

  test("opens by the newest rules, not by an old Node's", () => {
    expect(isOpen(night, evening)).toBe(true);
    expect(isOpen(night, evening, newestFirst([oldNode, packageRules()]))).toBe(true);
    expect(isOpen(night, evening, [oldNode])).toBe(false);
  });

  test("opens next when its hour comes, to the minute", () => {
    const at = (time: string, text = "20:00-06:00 America/Vancouver") =>
      new Date(nextOpening(windowOf(text), Date.parse(time)) ?? Number.NaN).toISOString();
    expect(at("2026-12-15T13:00:30Z")).toBe("2026-12-16T03:00:00.000Z");
    expect(at("2026-12-16T03:30:30Z")).toBe("2026-12-16T03:30:30.000Z");
    expect(at("2026-12-14T07:00Z", "weekends America/Winnipeg")).toBe("2026-12-19T05:00:00.000Z");
    // On 29 March Dublin has no such hour.
    expect(at("2026-03-29T00:45Z", "01:15-01:45 Europe/Dublin")).toBe("2026-03-30T00:15:00.000Z");
  });

  test.each([
    ["20:00-06:00 America/Vancouver", "2026-12-15T13:00Z", "in 14 h, 20:00 in Vancouver"],
    ["03:00-06:00 America/Vancouver", "2026-12-15T19:50Z", "in 14 h 10 min, 03:00 in Vancouver"],
    [
      "weekends America/Argentina/Buenos_Aires",
      "2026-12-14T03:00Z",
      "in 5 d, Sat 00:00 in Buenos Aires",
    ],
    ["20:00-06:00 UTC", "2026-12-15T19:00:30Z", "in 59 min, 20:00 UTC"],
    ["20:00-06:00 UTC", "2026-12-15T20:00Z", "now"],
  ])("%s, told at %s: %s", (window, time, text) => {
    expect(openingOf(window, Date.parse(time))).toMatchObject({
      text,
      rules: expect.stringMatching(/^20\d\d[a-z] of \S/),
    });
  });

  test("that is none, or always open, does not open", () => {
    expect(openingOf("always", 0)).toBeUndefined();
    expect(openingOf("at night", 0)).toBeUndefined();
  });
});

describe("a job's view", () => {
  const now = Date.parse("2026-12-15T13:00Z");
  const seen = (state: Partial<JobState>): ObservedJob => ({
    ...{ name: "a", id: "a-1", urn: "urn", isKnown: true, inputs: {} },
    state: { attempt: 1, image: "i", server: "s", onRemove: "cancel", ...state } as JobState,
  });
  const window = "20:00-06:00 America/Vancouver";

  test("tells when the window opens that it is Held by, its own or the stack's", () => {
    const opening = {
      ...{ window, opensAt: "2026-12-16T03:00:00.000Z", opens: "in 14 h, 20:00 in Vancouver" },
      zoneRules: expect.stringMatching(/^20\d\d[a-z] of /),
    };
    const held = { status: "Held", heldBy: "window" } as const;
    expect(viewOf(seen({ ...held, window }), now)).toMatchObject(opening);
    expect(viewOf(seen(held), now, window)).toMatchObject(opening);
    expect(jobViewSchema.parse(viewOf(seen({ ...held, window }), now))).toMatchObject(opening);
  });

  test("tells no window of a job that does not wait for it", () => {
    for (const state of [
      { status: "Running", window },
      { status: "Held", heldBy: "after", window } as const,
      { status: "Held", heldBy: "window" } as const,
    ]) {
      expect(viewOf(seen(state), now)).not.toHaveProperty("opensAt");
    }
  });
});

describe("doctor, of time zones", () => {
  const now = Date.parse("2026-10-15T12:00Z");
  const sources = newestFirst([packageRules(), oldNode, fresh]);

  test("says which rules count, and for which zones", () => {
    expect(zoneFindings(["America/Vancouver"], now, [packageRules(), fresh])).toEqual([
      {
        check: "time zones",
        verdict: "ok",
        text: "the rules 2026f of moment-timezone, for America/Vancouver",
      },
    ]);
    expect(zoneFindings([], now, sources)).toMatchObject([{ verdict: "ok" }]);
  });

  test("warns of rules on this machine that are older than a zone's last change", () => {
    expect(zoneFindings(["America/Vancouver", "Europe/Dublin"], now, sources)).toEqual([
      {
        check: "time zones",
        verdict: "warning",
        text: "America/Vancouver has changed since the rules 2025b of Node 22.19.0, which is 60 min behind from 2026-11-01 on; windows and nights are judged by the rules 2026f of moment-timezone",
        remedy: expect.stringMatching(/^they are right; .* update Node and the system's tzdata$/),
      },
    ]);
    const december = Date.parse("2026-12-15T12:00Z");
    expect(zoneFindings(["America/Vancouver"], december, sources)[0]?.text).toMatch(
      /60 min behind;/,
    );
  });

  test("warns where even the newest rules are old", () => {
    const in2027 = (month: number) => zoneFindings([], Date.UTC(2027, month), sources);
    expect(in2027(5)).toMatchObject([{ verdict: "ok" }]);
    expect(in2027(7)).toMatchObject([
      { verdict: "warning", remedy: expect.stringContaining("update pulumi-skaha") },
    ]);
    const unknown = [{ ...fresh, release: "", origin: "Node 24.21.0" }];
    expect(zoneFindings([], now, unknown)).toMatchObject([{ verdict: "warning" }]);
  });

  test("finds no disagreement about a zone that one of the two does not have", () => {
    const span = { from: now, to: now + 86_400_000 };
    expect(disagreement("Pacific/Honolulu", { newer: fresh, older: old }, span)).toBeUndefined();
  });

  test("looks at the windows of jobs and configuration, and at fleet.yaml", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "zones-"));
    try {
      writeFileSync(
        path.join(folder, "fleet.yaml"),
        "defaults: {window: 20:00-06:00 Pacific/Honolulu}\nsweeps: {a: {nights: {from: 2026-11-01, timeZone: America/Santiago}}}\n",
      );
      const windows = [undefined, "always", "nonsense", "weekends America/Vancouver"];
      expect(zonesUsed(windows, folder)).toEqual([
        "America/Santiago",
        "America/Vancouver",
        "Pacific/Honolulu",
      ]);
      writeFileSync(path.join(folder, "fleet.yaml"), "{ not: [yaml");
      expect(zonesUsed(windows, folder)).toEqual(["America/Vancouver"]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
