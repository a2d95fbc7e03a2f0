import { applySizes } from "../../../cli/results/applySizes";
import type { Sizing } from "../../../cli/results/sizing";

const fleet = `# Two surveys.
defaults:
  image: images.canfar.net/skaha/astroml:24.07
  ram: 16   # GiB

sweeps:
  fit: # of all bands
    # which bands
    grid: { band: [g, r], sigma: [3, 5] }
    cores:   4 # measured in May
    args: [ "{band}",   '{sigma}' ]
    script: |
      echo "$1"

  short: {list: [{n: 1}], cmd: "true"}

jobs:
  plot: { cmd: "python  plot.py", ram: 8.0 }
`;

const resource = (asked: number | undefined, suggested: number | undefined) => ({
  ...{ asked, suggested, samples: 9 },
});
const sizing = (
  group: string,
  cores: [number | undefined, number | undefined],
  ram: [number | undefined, number | undefined],
  isJob = false,
): Sizing => ({
  ...{ group, attempts: 9, cores: resource(...cores), ram: resource(...ram) },
  ...(!isJob && { sweep: group }),
});

test("only the sizes change: comments, order and style stay", () => {
  const { text, edits, refusals } = applySizes(fleet, [
    sizing("fit", [4, 2], [16, 6]),
    sizing("short", [undefined, 1], [16, 16]),
    sizing("plot", [undefined, undefined], [8, 1], true),
  ]);
  expect(refusals).toEqual([]);
  expect(text).toBe(
    fleet
      .replace("cores:   4 #", "cores:   2 #")
      .replace("  fit: # of all bands\n", "  fit: # of all bands\n    ram: 6\n")
      .replace("short: {list", "short: { cores: 1,list")
      .replace("ram: 8.0", "ram: 1"),
  );
  expect(edits).toEqual([
    { place: "sweeps.fit.cores", line: 11, from: 4, to: 2 },
    { place: "sweeps.fit.ram", line: 8, from: 16, to: 6 },
    { place: "sweeps.short.cores", line: 16, from: undefined, to: 1 },
    { place: "jobs.plot.ram", line: 19, from: 8, to: 1 },
  ]);
});

test("what is as suggested, or has no suggestion, stays", () => {
  const all = [sizing("fit", [4, 4], [16, undefined])];
  expect(applySizes(fleet, all)).toEqual({ text: fleet, edits: [], refusals: [] });
});

test("a file of another system keeps its ends of lines", () => {
  const windows = fleet.replaceAll("\n", "\r\n");
  const { text } = applySizes(windows, [sizing("fit", [4, 2], [16, 6])]);
  expect(text).toContain("of all bands\r\n    ram: 6\r\n    # which");
  expect(text.replaceAll("\r\n", "")).not.toContain("\n");
});

const shared = `
base: &base { cores: 4 }
sweeps:
  rows:
    list: [{ n: 1, memory: 4 }]
    ram: "{memory}"
    cores: &n 4
  other:
    <<: *base
    ram: *n
  all: *base
`;

test.each([
  [
    "rows",
    [4, 4],
    [4, 2],
    /^sweeps\.rows\.ram is "\{memory\}", which comes from its rows.*; 2 is suggested$/,
  ],
  ["rows", [4, 2], [4, 4], /^sweeps\.rows\.cores is &n, which others share/],
  ["other", [4, 4], [4, 2], /^sweeps\.other\.ram is \*n, which others may share/],
  ["all", [4, 2], [4, 4], /^sweeps\.all\.cores stands for something written elsewhere/],
  ["gone", [4, 2], [4, 4], /^sweeps\.gone\.cores is not in fleet\.yaml/],
] as const)("what is not a number of its own is refused: %s", (group, cores, ram, why) => {
  const found = applySizes(shared, [sizing(group, [...cores], [...ram])]);
  expect(found).toMatchObject({ text: shared, edits: [] });
  expect(found.refusals).toEqual([expect.stringMatching(why)]);
});

test("what is merged in from elsewhere gets a size of its own", () => {
  const { text } = applySizes(shared, [sizing("other", [4, 2], [4, 4])]);
  expect(text).toBe(shared.replace("  other:\n", "  other:\n    cores: 2\n"));
});

test("a sweep whose rows have several sizes is refused, and told what to write", () => {
  const { text, refusals } = applySizes(fleet, [
    sizing("fit", [4, 2], [16, 16]),
    sizing("fit", [8, 4], [16, 8]),
  ]);
  expect(text).toBe(fleet);
  expect(refusals).toEqual([
    "fit: its jobs have 2 sizes, which come from its rows: edit them there (cores 4 -> 2, cores 8 -> 4, ram 16 -> 8)",
  ]);
});

test("what is no YAML is said, and not written", () => {
  expect(() => applySizes("a: [", [sizing("fit", [4, 2], [1, 1])])).toThrow(
    /fleet.yaml is no YAML/,
  );
});
