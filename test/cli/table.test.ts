// Every table of the commands, as narrow and as wide as terminals are.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { lineOf } from "../../cli/commands/doctor/action";
import { eventsTable } from "../../cli/commands/events/action";
import { renewTable } from "../../cli/commands/renew/action";
import { sizeTable } from "../../cli/commands/size/action";
import { loadTable, ownTable } from "../../cli/commands/stats/action";
import { statusTable } from "../../cli/commands/status/action";
import { distinctNames } from "../../cli/names";
import type { JobView } from "../../cli/stack/jobView";
import { widthOf } from "../../cli/width";
import { checkout } from "../../toolchain/checkout";

const widths = [60, 80, 120, 200];

/** Names of kinds that a user's program has, each set longer than any terminal leaves room for. */
const namings: Readonly<Record<string, readonly string[]>> = {
  "differing at the end": Array.from(
    { length: 30 },
    (_, n) => `sersic-profiles-of-the-virgo-cluster/band=r,component=bulge,field=${n}`,
  ),
  "differing in the middle": Array.from(
    { length: 30 },
    (_, n) =>
      `sersic-profiles-of-the-virgo-cluster/band=r,component=bulge,field=${n},iterations=1000,model=devaucouleurs`,
  ),
  "of several sweeps": [
    "calibrate-everything-of-the-night",
    "measure-everything-of-the-night",
  ].flatMap((sweep) =>
    ["NGC_224~oltf1uvc", "NGC_4486~0ab1cdef"].map(
      (galaxy) => `${sweep}/Name=${galaxy},filter=r,exposure=120,seeing=0.7,airmass=1.2`,
    ),
  ),
  "of wide characters": Array.from(
    { length: 12 },
    (_, n) => `${"銀河".repeat(20)}${n}${"星".repeat(20)}`,
  ),
  "of one word": Array.from({ length: 12 }, (_, n) => `${"x".repeat(70)}${n}${"y".repeat(70)}`),
};

function jobs(names: readonly string[]): JobView[] {
  const statuses = ["Running", "Failed", "Terminating", "Held"];
  return names.map((name, index) => ({
    name,
    id: `id-${index}`,
    urn: `urn-${index}`,
    status: statuses[index % statuses.length] ?? "",
    isKnown: index % 5 !== 4,
    attempt: 2,
    seconds: 3_600 * (index + 1),
    sessionId: "abcdefgh",
    cause: "the container used more memory than it asked for",
    exitCode: 137,
    reason: "waits for 12 of its predecessors, which are not yet done",
  }));
}

const resource = { asked: 16, samples: 12, p95: 3.25, max: 12.5 };
const events = [
  "TYPE      REASON             MESSAGE                                                                    FIRST-TIME             LAST-TIME",
  "Warning   FailedScheduling   0/24 nodes are available: 24 Insufficient memory, no preemption victims.   2026-11-22T10:00:00Z   2026-11-22T10:00:00Z",
  "Normal    Pulling            Pulling image images.canfar.net/skaha/astroml:24.07 from the registry.     2026-11-22T10:05:00Z   2026-11-22T10:05:00Z",
  "Normal    Pulled             Pulled image images.canfar.net/skaha/astroml:24.07 from the registry.      2026-11-22T10:06:00Z   2026-11-22T10:06:00Z",
].join("\n");

const ofNames: Readonly<Record<string, (names: readonly string[], width: number) => string>> = {
  status: (names, width) => statusTable(jobs(names), width),
  size: (names, width) =>
    sizeTable(
      names.map((group) => ({
        group,
        attempts: 1_200,
        cores: { ...resource, suggested: 4, savedHours: 12_345.6 },
        ram: { ...resource, why: "too few samples (4 of 5), and none of them told its peak" },
      })),
      width,
    ),
  renew: (names, width) =>
    renewTable(
      names.map((name) => [
        name,
        "abcdefgh",
        "2026-11-26T10:00:00Z (in 4 d 0 h)",
        "as before: it has more time left than a renewal gives",
      ]),
      width,
    ),
};

const others: Readonly<Record<string, (width: number) => string>> = {
  events: (width) => eventsTable(events, width),
  "the load of stats": (width) =>
    loadTable(
      { cores: { asked: 12_345.25, available: 20_000 }, ram: { asked: 81_234.5, available: 1e5 } },
      width,
    ),
  "the sessions of stats": (width) =>
    ownTable(
      ["Running", "Terminating", "unknown (Held)"].map((status) => ({
        ...{ status, sessions: 12_345, ofThisStack: 12_000, cores: 49_380, ram: 197_520.5 },
        ...{ gpus: 120, flexible: 345 },
      })),
      width,
    ),
  doctor: (width) =>
    ["backend", "Pulumi's logs", "configuration"]
      .map((check) =>
        lineOf(
          {
            check,
            verdict: "warning",
            text: "file:///home/alice/.local/share/pulumi-skaha/state/a-survey-with-a-long-name-that-goes-on-and-on/state as alice is in a git work tree: two clones would each believe their own state",
            remedy: `add its folder to .gitignore (${check}), and keep it in one place; pulumi-skaha pulumi stack select main; then go on`,
          },
          process.stdout,
          width,
        ),
      )
      .join("\n"),
};

const cases = widths.flatMap((width) => [
  ...Object.entries(ofNames).flatMap(([table, draw]) =>
    Object.entries(namings).map(
      ([naming, names]) => [`${table}, names ${naming}`, width, draw(names, width)] as const,
    ),
  ),
  ...Object.entries(others).map(([table, draw]) => [table, width, draw(width)] as const),
]);

test.each(cases)("%s at %i columns has no line that is wider", (_, width, drawn) => {
  expect(drawn.split("\n").filter((line) => widthOf(line) > width)).toEqual([]);
});

test.each(cases.filter(([table]) => table !== "doctor"))(
  "%s at %i columns has no two rows alike",
  (_, __, drawn) => {
    const rows = drawn.split("\n");
    expect(new Set(rows).size).toBe(rows.length);
    expect(rows.length).toBeGreaterThan(2);
  },
);

test.each(
  widths.flatMap((width) =>
    Object.entries(namings).map(([naming, names]) => [naming, width, names] as const),
  ),
)("status tells jobs with names %s apart by name at %i columns", (_, width, names) => {
  const [, ...rows] = statusTable(jobs(names), width).split("\n");
  const shown = rows.map((row) => row.split(/ {2,}/)[0]);
  expect(new Set(shown).size).toBe(names.length);
});

test("a table uses the room there is: nothing is shortened where all has room", () => {
  const names = namings["differing in the middle"] ?? [];
  const wide = statusTable(jobs(names), 400);
  for (const name of names) expect(wide).toContain(name);
  const name = "night/a-name-of-some-forty-columns-in";
  const [job] = jobs([name]);
  const quiet = { ...job, cause: undefined, exitCode: 0 } as JobView;
  expect(statusTable([quiet], 80)).toContain(name);
});

test("status says of each job of a stopped sweep only that, and the reason is told once", () => {
  const reason = "study is stopped: of its jobs 5 or more failed for the same cause, ExitCode";
  const [job] = jobs(["study/n=1"]);
  const held = { ...job, status: "Held", heldBy: "stopAfter", reason } as JobView;
  expect(statusTable([held], 200)).toMatch(/ its sweep is stopped$/m);
});

test("a pipe gets names as they are", () => {
  const names = namings["of one word"] ?? [];
  for (const name of names) expect(statusTable(jobs(names))).toContain(name);
});

test("what is common to all names goes first, in whole words", () => {
  const names = [
    "deep-field/tile=1,band=r",
    "deep-field/tile=2,band=r",
    "deep-field/tile=12,band=r",
  ];
  expect([...distinctNames(names, 12).values()]).toEqual(["…1…", "…2…", "…12…"]);
  expect([...distinctNames(names, 4).values()]).toHaveLength(3);
});

test("a command stays whole where a line is broken", () => {
  const finding = {
    check: "stack",
    verdict: "fault" as const,
    text: "none is selected",
    remedy: "npx pulumi-skaha pulumi stack select NAME, or pulumi stack init NAME for a new one",
  };
  expect(lineOf(finding, process.stdout, 72)).toContain(
    "npx pulumi-skaha pulumi stack select NAME,",
  );
});

test("every command that draws a table is here", () => {
  const commands = path.join(checkout, "cli/commands");
  const drawing = readdirSync(commands, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .filter((name) => /\/table"/.test(readFileSync(path.join(commands, name), "utf8")))
    .map((name) => name.split(path.sep)[0]);
  const shown = [...Object.keys(ofNames), ...Object.keys(others)].map((name) =>
    name.replace(/^.* of /, ""),
  );
  expect(drawing.sort()).toEqual([...new Set(shown)].sort());
});
