// What fleet.yaml is refused for, word for word and line by line. It is long, because it is a list of mistakes.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { FleetError, planFleet } from "../../../provider/fleet/plan";
import { kinds } from "../../../provider/fleet/schema/rowSources";
import { userInputs } from "../../../provider/job/catalogue";

const folder = mkdtempSync(path.join(tmpdir(), "fleet-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a user gets to read. */
function faultsOf(text: string): string {
  try {
    planFleet(text, {
      file: "fleet.yaml",
      folder,
      now: Date.parse("2026-11-22T12:00:00Z"),
      isConfigured: (key) => key === "known",
    });
  } catch (error) {
    if (error instanceof FleetError) return error.message;
    throw error;
  }
  return "";
}

const image = "images.canfar.net/skaha/terminal:1.1.2";

test("all errors are told at once, in the order of the file", () => {
  const text = `defaults:
  imgae: ${image}
jobs:
  calibrate:
    image: ${image}
    cores: many
    after: [studdy]
    cmd: echo $HOME
  reduce: { image: ${image}, cmd: python, after: [calibrat] }
sweeps:
  study:
    image: ${image}
    grid: { method: [ls, bls], band: { range: [2, 22, 2] } }
    args: ["--method={metod}"]
  empty:
    image: ${image}
    grid: { band: [] }
`;
  expect(faultsOf(text)).toBe(`fleet.yaml:2:3: defaults has no key "imgae": did you mean image?
  2 |   imgae: ${image}
    |   ^

fleet.yaml:6:12: cores must be a number of cores
  6 |     cores: many
    |            ^

fleet.yaml:7:13: no job or sweep is called "studdy": did you mean study?
  7 |     after: [studdy]
    |             ^

fleet.yaml:8:10: cmd is split into words, but no shell runs it, and the variable $HOME needs one: use script: "echo $HOME"
  8 |     cmd: echo $HOME
    |          ^

fleet.yaml:9:81: no job or sweep is called "calibrat": did you mean calibrate?
  9 |   reduce: { image: ${image}, cmd: python, after: [calibrat] }
    |                                                                                 ^

fleet.yaml:14:12: {metod} is no parameter of { method: "ls", band: 2 }: did you mean {method}?
  14 |     args: ["--method={metod}"]
     |            ^

fleet.yaml:17:19: band is empty: a parameter needs at least one value
  17 |     grid: { band: [] }
     |                   ^`);
});

/** A job with these lines. */
const job = (...lines: string[]) =>
  `jobs:\n  a:\n    image: ${image}\n${lines.map((line) => `    ${line}\n`).join("")}`;
const sweep = (...lines: string[]) =>
  `sweeps:\n  s:\n    image: ${image}\n${lines.map((line) => `    ${line}\n`).join("")}`;

test.each([
  [
    "a wrong type",
    job("args: --band"),
    `fleet.yaml:4:11: args must be a list of words, like ["--band", 2]
  4 |     args: --band
    |           ^`,
  ],
  [
    "an unknown key deep inside",
    job("retry: { limt: 2 }"),
    `fleet.yaml:4:5: retry needs "limit": it must be a whole number of retries, or such a number for each of Failed, Lost, Deadline, OutOfMemory, ExitCode, Signal, Timeout, MissingOutputs, Killed, Preempted, NotStarted
  4 |     retry: { limt: 2 }
    |     ^

fleet.yaml:4:14: retry has no key "limt": did you mean limit?
  4 |     retry: { limt: 2 }
    |              ^`,
  ],
  [
    "a key that is like no other",
    job("registryAuth: { user: x, username: a, secret: { fromConfig: known } }"),
    `fleet.yaml:4:21: registryAuth has no key "user": it may have username, secret
  4 |     registryAuth: { user: x, username: a, secret: { fromConfig: known } }
    |                     ^`,
  ],
  [
    "no image",
    "jobs:\n  a:\n    cmd: python\n",
    `fleet.yaml:2:3: the image is missing: give it here or in defaults
  2 |   a:
    |   ^`,
  ],
  [
    "what a job's own check refuses",
    `defaults: { env: { HOME: /tmp } }\n${job("cmd: echo $HOME", "script: ls")}`,
    `fleet.yaml:1:26: env.HOME is set by Skaha itself, which ignores any other value: use another name, or set HOME in the command (script: "export HOME=...")
  1 | defaults: { env: { HOME: /tmp } }
    |                          ^

fleet.yaml:5:10: cmd is split into words, but no shell runs it, and the variable $HOME needs one: use script: "echo $HOME"
  5 |     cmd: echo $HOME
    |          ^

fleet.yaml:6:13: script and cmd exclude each other: a job runs one of them
  6 |     script: ls
    |             ^`,
  ],
  [
    "keys that are there twice",
    job("cores: 1", "ram: 2", "cores: 4"),
    `fleet.yaml:6:5: the key "cores" is there already, in line 4
  6 |     cores: 4
    |     ^`,
  ],
  [
    "what is no finite number",
    job('args: [.nan, NaN, "NaN", -.inf]'),
    `fleet.yaml:4:12: .nan is not a finite number; to have the text, put it into quotes
  4 |     args: [.nan, NaN, "NaN", -.inf]
    |            ^

fleet.yaml:4:18: NaN is not a finite number; to have the text, put it into quotes
  4 |     args: [.nan, NaN, "NaN", -.inf]
    |                  ^

fleet.yaml:4:30: -.inf is not a finite number; to have the text, put it into quotes
  4 |     args: [.nan, NaN, "NaN", -.inf]
    |                              ^`,
  ],
  [
    "ids of which some are padded with zeros and others are not",
    sweep("grid: { a: ['007', 008, 9, 010], b: [08, 09, 10] }", "args: ['{a}{b}']"),
    `fleet.yaml:4:29: 9 is not padded with zeros, but 007 is: write all in quotes with as many digits ("009"), or all without zeros
  4 |     grid: { a: ['007', 008, 9, 010], b: [08, 09, 10] }
    |                             ^`,
  ],
  [
    "the same in rows",
    sweep("list: [{ a: 7, b: 1 }, { a: 008, b: 1 }]", "args: ['{a}{b}']"),
    `fleet.yaml:4:17: 7 is not padded with zeros, but 008 is: write all in quotes with as many digits ("007"), or all without zeros
  4 |     list: [{ a: 7, b: 1 }, { a: 008, b: 1 }]
    |                 ^`,
  ],
  [
    "text for a number, whatever YAML takes it for",
    job("cores: 1e", "ram: 0x", "gpus: 1.5e0", "renew: yes", "maxRunSeconds: 1e400"),
    `fleet.yaml:4:12: cores must be a number of cores
  4 |     cores: 1e
    |            ^

fleet.yaml:5:10: ram must be a number of GiB
  5 |     ram: 0x
    |          ^

fleet.yaml:6:11: gpus must be a whole number of GPUs
  6 |     gpus: 1.5e0
    |           ^

fleet.yaml:7:12: renew must be true or false
  7 |     renew: yes
    |            ^

fleet.yaml:8:20: maxRunSeconds must be a number of seconds
  8 |     maxRunSeconds: 1e400
    |                    ^`,
  ],
  [
    "a placeholder without quotes",
    sweep("grid: { band: [1] }", "cores: {band}", "args: [a-{band}]"),
    `fleet.yaml:6:14: text with braces has to be in quotes here
  6 |     args: [a-{band}]
    |              ^`,
  ],
  [
    "a placeholder that YAML takes for a map",
    sweep("grid: { band: [1] }", "cores: {band}"),
    `fleet.yaml:5:12: without quotes this is a map; as a placeholder, write "{band}"
  5 |     cores: {band}
    |            ^`,
  ],
  [
    "a value that a job cannot have, with the row that it comes from",
    sweep("list: [{ n: 1 }, { n: many }]", 'cores: "{n}"'),
    `fleet.yaml:5:12: cores must be a number of cores, with { n: "many" }
  5 |     cores: "{n}"
    |            ^`,
  ],
  [
    "no rows",
    sweep("grid: { band: [1] }", "exclude: [{ band: 1 }]"),
    `fleet.yaml:2:3: has no rows, so there are no jobs; if that is intended, write \`allowEmpty: true\`
  2 |   s:
    |   ^`,
  ],
  [
    "an empty range",
    sweep("grid: { band: { range: [5, 2] } }"),
    `fleet.yaml:4:19: has no values: {"range":[5,2]} is empty
  4 |     grid: { band: { range: [5, 2] } }
    |                   ^`,
  ],
  [
    "rows that are there twice",
    sweep(
      "list:",
      "  - { galaxy: M31, ram: 4 }",
      "  - { galaxy: M33, ram: 4 }",
      "  - { ram: 4, galaxy: M31 }",
    ),
    `fleet.yaml:7:9: { galaxy: "M31", ram: 4 } (line 5) and { ram: 4, galaxy: "M31" } are both galaxy=M31,ram=4: each job needs a key of its own
  7 |       - { ram: 4, galaxy: M31 }
    |         ^`,
  ],
  [
    "values that are there twice",
    sweep('grid: { band: [1, "1", 1] }'),
    `fleet.yaml:4:28: 1 is there twice: each value is a job
  4 |     grid: { band: [1, "1", 1] }
    |                            ^`,
  ],
  [
    "two kinds of rows at once",
    sweep("grid: { band: [1] }", "list: [{ band: 2 }]"),
    `fleet.yaml:2:3: s must have one of grid, zip, list, csv, table, nights, replicas, concat
  2 |   s:
    |   ^`,
  ],
  [
    "a misspelt kind of rows",
    sweep("gird: { band: [1] }"),
    `fleet.yaml:4:5: a sweep has no key "gird": did you mean grid?
  4 |     gird: { band: [1] }
    |     ^`,
  ],
  [
    "a circle",
    "defaults: { image: a.b/c }\njobs: { a: { after: [b] }, b: { after: [c] }, c: { after: [b] } }",
    `fleet.yaml:2:60: these jobs wait for each other: b after c after b; take out one of these \`after\`
  2 | jobs: { a: { after: [b] }, b: { after: [c] }, c: { after: [b] } }
    |                                                            ^`,
  ],
  [
    "one job of a sweep that is not there",
    `${sweep("grid: { band: [1, 2] }")}jobs: { a: { image: a.b/c, after: [s/band=3, s/band=2] } }`,
    `fleet.yaml:5:36: no job or sweep is called "s/band=3": did you mean s/band=1?
  5 | jobs: { a: { image: a.b/c, after: [s/band=3, s/band=2] } }
    |                                    ^`,
  ],
  [
    "a job and a sweep of one name",
    `${sweep("grid: { band: [1, 2] }")}jobs: { s: { image: a.b/c } }`,
    `fleet.yaml:2:3: a job is called s too; rename one
  2 |   s:
    |   ^`,
  ],
  [
    "a job that is called like one of a sweep",
    `${sweep("grid: { band: [1, 2] }")}jobs: { s/band=1: { image: a.b/c } }`,
    `fleet.yaml:5:9: a job of the sweep s is called s/band=1 too; rename one
  5 | jobs: { s/band=1: { image: a.b/c } }
    |         ^`,
  ],
  [
    "a sweep that is called like a job of another one, and two jobs of two sweeps",
    `sweeps:
  s: { image: a.b/c, key: "{a}/{b}", zip: { a: [x, y], b: [u, v] } }
  s/x: { image: a.b/c, key: "{b}", grid: { b: [u] } }
  s/y/v: { image: a.b/c, grid: { c: [1] } }
`,
    `fleet.yaml:3:3: its job s/x/u is called like one of the sweep s; rename one of the sweeps
  3 |   s/x: { image: a.b/c, key: "{b}", grid: { b: [u] } }
    |   ^

fleet.yaml:4:3: a job of the sweep s is called s/y/v too; rename one
  4 |   s/y/v: { image: a.b/c, grid: { c: [1] } }
    |   ^`,
  ],
  [
    "configuration that is not set",
    job("env: { A: { fromConfig: known }, B: { fromConfig: other } }"),
    `fleet.yaml:4:55: the stack's configuration has no other: npx pulumi-skaha pulumi config set --secret other
  4 |     env: { A: { fromConfig: known }, B: { fromConfig: other } }
    |                                                       ^`,
  ],
  [
    "a table that is not there",
    sweep("csv: { path: none.csv, key: a }"),
    `fleet.yaml:4:18: there is no file none.csv
  4 |     csv: { path: none.csv, key: a }
    |                  ^`,
  ],
  [
    "a table without a key",
    sweep("csv: { path: none.csv }"),
    `fleet.yaml:4:5: csv needs "key": it must be the name of the column whose values tell the rows apart, like name, or a list of such columns, like [ra, dec]
  4 |     csv: { path: none.csv }
    |     ^`,
  ],
  [
    "an unknown time zone",
    sweep("nights: { from: 2026-11-01, to: yesterday, timeZone: Mars }"),
    `fleet.yaml:4:13: nights: timeZone is "Mars", which is not known; write it like America/Vancouver or UTC
  4 |     nights: { from: 2026-11-01, to: yesterday, timeZone: Mars }
    |             ^`,
  ],
  [
    "broken YAML",
    "jobs:\n\ta: { image: x }\n",
    `fleet.yaml:2:1: Tabs are not allowed as indentation
  2 | \ta: { image: x }
    | ^`,
  ],
  [
    "an anchor that is not there",
    "jobs: { a: *common }",
    `fleet.yaml:1:12: there is no &common before this
  1 | jobs: { a: *common }
    |            ^`,
  ],
  [
    "a text that is no map",
    "jobs",
    `fleet.yaml:1:1: the file must be a map, like {jobs: {reduce: {image: ..., cmd: ...}}}
  1 | jobs
    | ^`,
  ],
  [
    "nothing",
    "# to come\n",
    `fleet.yaml:1:1: is empty: declare \`jobs\` or \`sweeps\`
  1 | # to come
    | ^`,
  ],
])("%s", (_, text, expected) => {
  expect(faultsOf(text)).toBe(expected);
});

test("a table's faults carry its own lines", () => {
  writeFileSync(path.join(folder, "galaxies.csv"), "galaxy,ram\nM31,4\nM33\nM31,8\n");
  const read = faultsOf(sweep("csv: { path: galaxies.csv, key: galaxy }"));
  expect(read).toMatch(
    /^fleet\.yaml:4:10: .*galaxies\.csv:3: has 1 fields, but there are 2 columns$/m,
  );
  expect(read).toMatch(/^.*galaxies\.csv:4: has the same key as line 2: galaxy "M31"$/m);
  expect(faultsOf(sweep("csv: { path: galaxies.csv, key: name }"))).toMatch(
    /^fleet\.yaml:4:10: .*galaxies\.csv:1: has no column name; it has galaxy, ram$/m,
  );
});

test("in a long line the caret is still below its place, after tabs and wide characters too", () => {
  const long = `jobs: { a: { image: a.b/c, env: { A: "${"x".repeat(300)}", "ü\u{1F30C}": \t\t[] } } }`;
  const [first = "", second = "", third = ""] = faultsOf(long).split("\n");
  expect(first).toMatch(/^fleet\.yaml:1:350: /);
  expect(second[third.indexOf("^") + 1]).toBe("[");
  expect(second.length).toBeLessThan(120);
});

test("more than twenty errors are counted", () => {
  const text = `jobs:\n${Array.from({ length: 25 }, (_, n) => `  j${n}: 3\n`).join("")}`;
  expect(faultsOf(text)).toMatch(/\n\n\.\.\. and 5 more$/);
});

describe("a table of the field", () => {
  const file = (name: string) => path.join(__dirname, "../../golden/tables", `${name}.fits`);
  const ids = file("astropy-8.0.2-fits-int64-masked");
  const arrays = file("astropy-8.0.2-fits-vararrays");

  test("gives its rows", () => {
    const text = sweep(`table: { path: ${ids}, key: source_id }`, 'args: ["{source_id}"]');
    expect(faultsOf(text)).toBe("");
    expect(faultsOf(sweep(`table: { path: ${ids}, key: source_id, columns: [hip] }`))).toBe("");
    const typed = `table: { path: ${ids}, key: source_id, columns: { hip: number } }`;
    expect(faultsOf(sweep(typed))).toContain(
      `fleet.yaml:4:12: ${ids}: row 2: hip is missing, so it is no number: "number?" makes it null, \`default\` another value\n${ids}: row 4: hip is missing`,
    );
    for (const more of ['columns: { hip: "number?" }', "default: { hip: -1 }"]) {
      expect(faultsOf(sweep(`table: { path: ${ids}, key: source_id, ${more} }`))).toBe("");
    }
  });

  test("has a default for the missing cells that a text cannot say", () => {
    const table = (more: string) =>
      sweep(`table: { path: ${ids}, key: source_id${more} }`, 'args: ["--hip={hip}"]');
    expect(faultsOf(table(""))).toContain("give the column a `default`");
    expect(faultsOf(table(", default: { hip: -1 }"))).toBe("");
  });

  test("says why a column is no parameter, where it is written", () => {
    expect(faultsOf(sweep(`table: { path: ${arrays}, key: k }`, 'args: ["{k}", "{ids}"]'))).toMatch(
      /^fleet\.yaml:5:19: \{ids\} is no parameter: .*vararrays\.fits: the column ids holds an array of int64/,
    );
  });

  test("is named where a csv is expected", () => {
    expect(faultsOf(sweep(`csv: { path: ${ids}, key: source_id }`))).toMatch(
      /^fleet\.yaml:4:10: .*int64-masked\.fits: is a FITS file, not CSV; write `table` instead of `csv`$/m,
    );
  });
});

test("the place of a word is where it is written, also after one that was left out", () => {
  const text = sweep("list: [{ x: null }]", 'args: ["{x}", good, "a\\0b"]');
  expect(faultsOf(text)).toMatch(/^fleet\.yaml:5:25: args\[2\] /);
});

test.each([
  ["cpu: 2", "write cores"],
  ["memory: 8", "write ram, a number in GiB"],
  ["command: ls", "write cmd, with arguments in args; or script, which bash runs"],
  ["replicas: 10", "write replicas of a sweep: declare it below `sweeps`, not below `jobs`"],
  ["timeout: 60", "write maxRunSeconds, in seconds, for a limit of the job's own;"],
  ["retries: 3", "write retry: { limit: 3 }, which launches what failed again, with the next up"],
  ["depends_on: [b]", "write after, a list of names of jobs that have to be Completed before"],
  ["kind: headless", "write nothing: each job is a headless session"],
])("says what another tool's `%s` is called in fleet.yaml", (line, hint) => {
  const told = faultsOf(`jobs:\n  a:\n    image: ${image}\n    ${line}\n`);
  const [key] = line.split(":");
  expect(told).toContain(`fleet.yaml:4:5: a job has no key "${key}": ${hint}`);
  expect(told).not.toContain("new Sweep"); // that is for programs
});

test("keys that begin with x- at the top are a place for anchors, and nowhere else", () => {
  const text = `x-big: &big { image: ${image}, ram: 64 }
x-bands: &bands [g, r]
jobs:
  calibrate: { <<: *big, cmd: python }
sweeps:
  study:
    <<: *big
    grid: { band: *bands }
    args: ["{band}"]
`;
  const { declarations } = planFleet(text, {
    file: "fleet.yaml",
    folder,
    now: Date.parse("2026-11-22T12:00:00Z"),
    isConfigured: () => false,
  });
  expect(declarations).toMatchObject([
    { job: { name: "calibrate", inputs: { image, ram: 64 } } },
    { sweep: { name: "study", args: { over: [{ band: "g" }, { band: "r" }] } } },
  ]);
  const [, second] = declarations;
  const { sweep: made } = second && "sweep" in second ? second : {};
  const [row = {}] = made?.args.over ?? [];
  expect({ ...made?.args, ...made?.job(row).inputs }).toMatchObject({
    image,
    ram: 64,
    args: ["g"],
  });
  expect(faultsOf("jobs: { a: { x-b: 1 } }")).toContain('a job has no key "x-b"');
  expect(faultsOf("y-big: 1")).toContain('fleet.yaml has no key "y-big"');
  expect(faultsOf(text.replace("ram: 64", "ram: vast"))).toContain("ram must be");
});

/** Each key of the file that may hold a list or a map, with something else in it. */
const misshapen = [
  ...[...userInputs, "exclude", "key", "concat", "paramsInEnv", ...Object.keys(kinds)].flatMap(
    (key) => [sweep(`${key}: 7.5`), job(`${key}: 7.5`)],
  ),
  ...["csv: { path: a.csv, key: 7, columns: 7, default: 7 }", "grid: { a: 7 }", "zip: { a: 7 }"],
  ...["list: [7]", "concat: [7]", "grid: { a: [1] }\n    exclude: [7]"],
].map((text) => (text.includes("image:") ? text : sweep(text)));

test("what has to be a list or a map is told of with an example", () => {
  const said = [
    ...misshapen,
    "jobs: 7",
    "jobs: { a: 7 }",
    "sweeps: { a: 7 }",
    "defaults: 7",
  ].flatMap((text) => faultsOf(text).split("\n"));
  const shapes = said.filter((line) => /must be .*\b(list|map)\b/.test(line));
  expect(shapes.length).toBeGreaterThan(30);
  expect(shapes.filter((line) => !/, like /.test(line))).toEqual([]);
});

test("stopAfter is refused where it says nothing, or nothing that can be", () => {
  const sweep = (stopAfter: string) =>
    faultsOf(`sweeps:
  study: { image: ${image}, grid: { band: [1] }, stopAfter: ${stopAfter} }
`).split("\n")[0];
  expect(sweep("{ failed: 5 }")).toBe("");
  expect(sweep("{ share: 0.1, atLeast: 20 }")).toBe("");
  expect(sweep("{ fails: 5 }")).toMatch(
    /stopAfter has no key "fails": it may have failed, share, atLeast$/,
  );
  expect(sweep("{ failed: many }")).toMatch(/ failed must be a whole number of jobs$/);
  expect(sweep("{ share: 5 }")).toMatch(/ share must be at most 1, which is all$/);
  expect(sweep("{}")).toMatch(/`stopAfter` needs `failed`, a number of jobs, or `share`/);
  expect(sweep("{ failed: 5, atLeast: 2 }")).toMatch(
    /`stopAfter` has `atLeast`, which needs `share`/,
  );
  expect(sweep("5")).toMatch(/stopAfter must be a map, like {failed: 5}$/);
  const job = `jobs: { one: { image: ${image}, stopAfter: { name: few } } }\n`;
  expect(faultsOf(job)).toMatch(/stopAfter needs `failed`, a number of jobs, or `share`/);
});
