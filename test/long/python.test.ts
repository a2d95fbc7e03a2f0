// The Python package with the field's libraries, from PyPI: as an installed wheel, rows of their tables are those that
// TypeScript reads from files which they write, values of NumPy are Python's, and results come back with all digits.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { keyOf } from "../../provider/sweep/keys";
import { type Row, withheldOf } from "../../provider/sweep/row";
import { table } from "../../provider/sweep/table";
import { checkout } from "../../toolchain/checkout";
import { Bench, linkedFolder } from "../engine/harness";
import { makeVenv, tableLibraries } from "../python/venv";

jest.setTimeout(900_000);

const run = promisify(execFile);

let folder: string;
let python: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "python-"));
  const source = path.join(checkout, "python");
  const ofTypes = ["mypy==2.4.1", "pulumi==3.272.0"];
  python = await makeVenv(path.join(folder, "venv"), [...tableLibraries, ...ofTypes, source]);
});
afterAll(() => rm(folder, { recursive: true, maxRetries: 5 }));

async function answerOf(program: string, cwd = folder, env = process.env): Promise<unknown> {
  const whole = `import json\nimport pulumi_skaha as skaha\n${program}\nprint(json.dumps(answer))\n`;
  const { stdout } = await run(python, ["-c", whole], { cwd, env, maxBuffer: 2 ** 26 });
  return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
}

/** The same table in each library, and the files that they write of it. */
const tables = `
import numpy as np, pandas as pd, polars as pl
from astropy.table import MaskedColumn, Table
from datetime import date
ids = [4295806720038285001, 9007199254740993, 12, -9223372036854775807]
f32 = np.array([0.1, 1e-40, 16777217.0, -2.5], "f4")
f64 = [0.1, -0.0, 4.2958067200382853e18, 1e21]
names = ["M31", "0123", "α Cen", ""]
flags = [True, False, True, True]
gaps = [1, None, 3, 2 ** 60]
frame = pd.DataFrame({"id": ids, "f32": f32, "f64": f64, "name": names, "flag": flags, "gap": pd.array(gaps, "Int64"),
    "hole": [0.5, float("nan"), 1, 2], "when": pd.to_datetime(["2026-11-01T01:02:03.5", None, "1970-01-01", "2000-02-29"], format="ISO8601").as_unit("us"),
    "utc": pd.to_datetime(["2026-11-01T01:02:03.123456789Z"] * 4).as_unit("ns").tz_convert("America/Vancouver"), "u8": np.array([0, 255, 3, 4], "u1")})
frame.to_parquet("pandas.table")
polar = pl.DataFrame({"id": ids, "f32": pl.Series(f32), "f64": f64, "name": names, "flag": flags, "gap": gaps,
    "inf": [1.5, float("inf"), float("nan"), None], "day": [date(2026, 11, 1)] * 4, "list": [[1], [2], [3], [4]],
    "when": pl.Series(["2026-11-01T01:02:03.5", None, "1970-01-01T00:00:00", "2000-02-29T00:00:00"]).str.to_datetime(time_unit="ms")})
polar.write_parquet("polars.table")
masked = MaskedColumn([m or 0 for m in gaps], mask=[m is None for m in gaps], dtype="i8")
sky = Table({"id": np.array(ids), "f32": f32, "f64": f64, "name": names, "flag": flags, "gap": masked, "inf": [1.5, float("inf"), 2, 3],
    "pair": np.zeros((4, 2)), "i2": np.array([1, -2, 3, 4], "i2")})
sky.write("astropy.table", format="ascii.ecsv", overwrite=True)
def told(rows):
    return [{"key": skaha.key_of(row), "row": {name: [type(v).__name__.replace("float", "number").replace("int", "number"), skaha._values.text_of(v)] for name, v in row.items()},
             "withheld": sorted(row.withheld)} for row in rows]
`;

function toldOf(rows: readonly Row[]) {
  const kind = (value: unknown) => (value === null ? "NoneType" : typeof value);
  const names: Readonly<Record<string, string>> = { string: "str", boolean: "bool" };
  return rows.map((row) => ({
    key: keyOf(row),
    row: Object.fromEntries(
      Object.entries(row).map(([name, value]) => {
        const text = Object.is(value, -0) ? "0" : String(value);
        return [name, [names[kind(value)] ?? kind(value), text]];
      }),
    ),
    withheld: ["inf"].filter((name) => {
      const why = withheldOf(row, name);
      return why !== undefined;
    }),
  }));
}

/** Integers beyond 2^53 are text in TypeScript and ints in Python: the same key, and the same word of a job. */
function withIdsAsText(told: ReturnType<typeof toldOf>): unknown {
  return told.map((one) => ({
    ...one,
    row: Object.fromEntries(
      Object.entries(one.row).map(([name, [kind = "", text = ""]]) => {
        const isLong = /^-?\d{16,}$/.test(text) && ["id", "gap"].includes(name);
        return [name, [isLong ? "digits" : kind, text]];
      }),
    ),
  }));
}

test.each([
  ["pandas", "frame"],
  ["polars", "polar"],
  ["astropy", "sky"],
])("rows of a table of %s are those of a file that it writes", async (library, variable) => {
  const program = `${tables}\nimport pulumi_skaha._values\nanswer = told(skaha.table(${variable}, key=["id", "name"]))`;
  // Astropy writes empty text as an empty field of ECSV, which is a missing cell to all who read it.
  const named = library === "astropy" ? program.replace('"α Cen", ""', '"α Cen", "x"') : program;
  const theirs = await answerOf(named);
  const ours = table(path.join(folder, `${library}.table`), { key: ["id", "name"] });
  expect(withIdsAsText(theirs as ReturnType<typeof toldOf>)).toEqual(withIdsAsText(toldOf(ours)));
});

test.each([
  [
    "skaha.grid(a=[1, 2] * u.deg)",
    "Quantity 1.0 deg as a: a parameter is text, a number, True, False or None; write its number, by `.value`",
  ],
  ['[{"a": 3 * u.s}]', "Quantity 3.0 s as a: "],
  [
    "skaha.grid(a=[pd.NaT])",
    "has NaTType NaT as a: a parameter is text, a number, True, False or None; a time that is missing is written as None",
  ],
  ['skaha.grid(a=[np.datetime64("NaT")])', "a time that is missing is written as None"],
  ['skaha.grid(a=[np.datetime64("2026-11-01")])', "write a time as its text, by `str(...)`"],
  ['skaha.grid(a=[pd.Timestamp("2026-11-01")])', "write a time as its text, by `.isoformat()`"],
  [
    "skaha.grid(a=[1]), args=[1 * u.deg]",
    "list; write its number, by `.value` or `.to_value(unit)`",
  ],
  [
    'pd.DataFrame({"a": [1]})',
    'Sweep "s": `over` is a DataFrame; its rows are `skaha.table(..., key=...)` of it',
  ],
  [
    "skaha.table(pd.DataFrame({0: [1]}), key=0)",
    "table: `key` names the column 0; write its name as text: '0'",
  ],
])("refuses a sweep over %s", async (over, message) => {
  const program = `
import numpy as np, pandas as pd
from astropy import units as u
try:
    skaha.Fleet(image="a").sweep("s", ${over})
    answer = ""
except Exception as error:
    answer = str(error)`;
  expect(await answerOf(program)).toContain(message);
});

test("values of NumPy and pandas are Python's own", async () => {
  const program = `
import numpy as np, pandas as pd
values = [np.int64(7), np.float64(0.1), np.float32(0.1), np.float16(0.1), np.bool_(True), np.str_("x"), np.uint64(2 ** 63), pd.NA, None,
          np.ma.masked, np.array(3), np.bytes_(b"ab"), np.float64(-0.0), np.float64(1e21)]
own = [7, 0.1, 0.1, 0.1, True, "x", 2 ** 63, None, None, None, 3, "ab", 0, 1e21]
answer = [[skaha.key_of({"x": a}) for a in values], [skaha.key_of({"x": b}) for b in own],
          [row["x"] for row in skaha.grid(x=np.arange(3))], [row["x"] for row in skaha.grid(x=pd.Series([1.5, 2]))]]`;
  const [theirs, own, ...grids] = (await answerOf(program)) as [unknown, unknown, ...unknown[]];
  expect(theirs).toEqual(own);
  expect(grids).toEqual([
    [0, 1, 2],
    [1.5, 2],
  ]);
});

test("a sweep over a table comes up, and its manifest comes back as a DataFrame and as a Table", async () => {
  const project = await linkedFolder(folder);
  const options = "{ name: nodejs, options: { typescript: false } }";
  const files = {
    "Pulumi.yaml": `name: survey\nruntime: ${options}\nmain: index.js\noptions: { refresh: always }\n`,
    "index.js": 'module.exports = require("pulumi-skaha/fleet");\n',
    "package.json": "{}",
  };
  for (const [name, text] of Object.entries(files)) {
    await writeFile(path.join(project, name), text);
  }
  const sweep = `${tables}
fleet = skaha.Fleet(image="images.canfar.net/skaha/terminal:1.1.2")
fleet.sweep("tiles", skaha.table(frame, key="id", columns=["gap", "flag"]), cmd="sleep 600",
            job=lambda row: {"args": [row["id"]], "cores": 2 if row["flag"] else 1})
answer = str(fleet.write())`;
  expect(await answerOf(sweep, project)).toBe("fleet.yaml");
  const command = path.join(folder, "pulumi-skaha");
  const binary = path.join(checkout, "dist/cli/main.js");
  await writeFile(command, `#!/bin/sh\nexec ${process.execPath} ${binary} "$@"\n`, { mode: 0o755 });
  await using bench = await Bench.open({ program: project });
  await bench.succeed(bench.up());
  expect(bench.counted()).toMatchObject({ POST: 4 });
  const results = `
frame = skaha.manifest_frame("tiles")
table = skaha.manifest_table(where={"flag": True})
answer = [str(frame["param_id"].dtype), sorted(map(str, frame["param_id"])), sorted(str(gap) for gap in frame["gap"]),
          str(frame["flag"].dtype), sorted(set(map(str, frame["cores"]))), len(table), str(table["cores"].dtype), sorted(map(str, table["param_id"].tolist())), len(skaha.manifest())]`;
  const env = { ...bench.env, ...bench.jobsEnv, PULUMI_SKAHA_COMMAND: command };
  const ids = ["-9223372036854775807", "12", "4295806720038285001", "9007199254740993"];
  expect(await answerOf(results, project, env)).toEqual([
    "Int64",
    ids,
    ["1", "1152921504606846976", "3", "<NA>"],
    "boolean",
    ["1.0", "2.0"],
    3,
    "float64",
    ids.filter((id) => id !== "9007199254740993"),
    4,
  ]);
  expect(await readFile(path.join(project, "fleet.yaml"), "utf8")).toContain("tiles");

  // The runs until all is done are of this process, and the last of them sees the ends.
  for (const { outputs } of await bench.state()) bench.runner.end(String(outputs.sessionId), 0);
  const done = `
jobs = skaha.until_done(every="1s", stack=${JSON.stringify(bench.stack)})
answer = [[job["status"], job["params"]["id"]] for job in jobs]`;
  const ended = (await answerOf(done, project, env)) as [string, unknown][];
  expect(ended.map(([status]) => status)).toEqual(Array(4).fill("Completed"));
  expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
  const failing = `
try:
    answer = skaha.until_done(stack="nosuch")
except skaha.CommandError as error:
    answer = str(error)`;
  expect(await answerOf(failing, project, env)).toMatch(/^pulumi-skaha up --until-done: exit/);
});

test("programs pass mypy --strict, with outputs of other resources and jobs in `after`, and a wrong input does not", async () => {
  const program = `
import pulumi
import pulumi_skaha as skaha
from pulumi_skaha.resources import HeadlessSession, Provider, Sweep

other = Provider("other", server_url="https://skaha.example.org/skaha/v1", max_in_flight=5)
study = Sweep("study", skaha.grid(method=["ls", "bls"], band=skaha.range(2, 22, 2)), image="a/b:1", cmd="python x.py",
    array=True, pack={"jobs": 50, "parallel": 4}, record="/arc/x",
    job=lambda row: {"args": ["--method", row["method"]], "ram": row["band"]})
first = HeadlessSession("first", image="a/b:1", cmd="x", opts=pulumi.ResourceOptions(provider=other))
HeadlessSession("summary", image="a/b:1", cmd="python summary.py", members=True, args=[first.id],
    after=[study, first, study.job(method="ls", band=2), {"sessionId": "abc"}],
    env={"S": first.session_id, "T": pulumi.Output.secret("x"), "C": skaha.from_config("token")})
pulumi.export("status", study.job("band=2,method=ls").status)
fleet = skaha.Fleet(image="a/b:1")
fleet.job("summary", cmd="sum", after=[fleet.sweep("tiles", [{"tile": 7}], cmd="reduce")])
`;
  const check = async (text: string) => {
    await writeFile(path.join(folder, "typed.py"), text);
    const words = ["-m", "mypy", "--strict", "--cache-dir", path.join(folder, "mypy"), "typed.py"];
    return (await run(python, words, { cwd: folder }).catch((error) => error)).stdout as string;
  };
  expect(await check(program)).toMatch(/^Success/);
  const wrong = program
    .replace('"ram": row["band"]', '"ram": "much"')
    .replace("members=True", "member=True");
  expect(await check(wrong)).toMatch(/ram[\s\S]*Unexpected keyword argument "member"/);
});
