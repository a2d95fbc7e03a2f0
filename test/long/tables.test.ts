// Identifiers of 19 digits on their whole way: from tables that the field's libraries write, through jobs whose
// processes print what they get, and by the manifest back into these libraries. They come from PyPI.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { cli } from "../engine/commands/cliBench";
import { Bench, linkedFolder, until } from "../engine/harness";
import { makeVenv, tableLibraries } from "../python/venv";

jest.setTimeout(900_000);

const run = promisify(execFile);

let folder: string;
let python: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "tables-"));
  python = await makeVenv(path.join(folder, "venv"), tableLibraries);
});
afterAll(() => rm(folder, { recursive: true, maxRetries: 5 }));

async function runPython(script: string, cwd: string): Promise<unknown> {
  const { stdout } = await run(python, ["-c", script], { cwd });
  return stdout === "" ? undefined : JSON.parse(stdout);
}

const ids = ["4295806720038285001", "4295806720038285003", "9007199254740993", "12"];
const matches = ["4295806720038285002", null, "-9223372036854775807", null];

const write = `
import numpy as np, pandas as pd, polars as pl
from astropy.table import MaskedColumn, Table
ids = [${ids.join(", ")}]
match = [${matches.map((match) => match ?? "None").join(", ")}]
gaps = MaskedColumn([m or 0 for m in match], mask=[m is None for m in match], dtype="i8")
table = Table({"source_id": np.array(ids, "i8"), "match": gaps})
table.write("fits.tab", format="fits")
table.write("votable.tab", format="votable", tabledata_format="binary2")
table.write("ecsv.tab", format="ascii.ecsv")
table.write("astropy.tab", format="parquet")
frame = pd.DataFrame({"source_id": ids, "match": pd.array(match, "Int64")})
frame.to_parquet("pandas.tab")
pl.DataFrame({"source_id": ids, "match": match}).write_parquet("polars.tab")
`;
const sources = ["fits", "votable", "ecsv", "astropy", "pandas", "polars"];

/** Each reader's rows, by sweep, identifier and match, as text. */
const read = `
import json, pathlib, warnings
import pandas as pd, polars as pl, pyarrow.csv as pc
from astropy.table import Table
warnings.simplefilter("error")
def rows(columns):
    text = lambda cell: None if cell is None else str(cell)
    return sorted([text(a), text(b), text(c)] for a, b, c in zip(*columns))
names = ["sweep", "source_id", "match"]
def astropy(file, format):
    table = Table.read(file, format=format)
    assert table["source_id"].dtype == table["match"].dtype == "int64", table.dtype
    return rows(table[name].tolist() for name in names)
frame = pd.read_csv("manifest.csv", dtype={"source_id": "Int64", "match": "Int64"})
body = pl.read_csv("manifest.ecsv", comment_prefix="# ", schema_overrides={"match": pl.Int64, "source_id": pl.Int64})
print(json.dumps({
    "astropy, ECSV": astropy("manifest.ecsv", "ascii.ecsv"),
    "astropy, VOTable": astropy("manifest.vot", "votable"),
    "pandas, CSV with a type": rows([None if pd.isna(c) else c for c in frame[name]] for name in names),
    "polars, CSV below ECSV's header": rows(body[name].to_list() for name in names),
    "pyarrow, CSV": rows(pc.read_csv("manifest.csv")[name].to_pylist() for name in names),
    "JSON": rows(zip(*[[j["sweep"], j["params"]["source_id"], j["params"]["match"]] for j in json.loads(pathlib.Path("manifest.json").read_text())["jobs"]])),
}))
`;

test("identifiers of 19 digits with gaps keep every digit from table to job to manifest", async () => {
  const project = await linkedFolder(folder);
  await runPython(write, project);
  const seen = path.join(folder, "seen");
  await mkdir(seen);
  const sweeps = sources.map(
    (source) => `  ${source}:
    table: { path: ${source}.tab, key: source_id }
    cmd: sh
    args: [-c, 'printf "%s %s" "$1" "$2" > "$0"', "${seen}/${source}-{source_id}", "{source_id}", "{match}"]`,
  );
  const options = "{ name: nodejs, options: { typescript: false } }";
  const files = {
    "Pulumi.yaml": `name: survey\nruntime: ${options}\nmain: index.js\noptions: { refresh: always }\n`,
    "index.js": 'module.exports = require("pulumi-skaha/fleet");\n',
    "package.json": "{}",
    "fleet.yaml": `defaults: { image: images.canfar.net/skaha/terminal:1.1.2 }\nsweeps:\n${sweeps.join("\n")}\n`,
  };
  for (const [name, text] of Object.entries(files)) {
    await writeFile(path.join(project, name), text);
  }
  await using bench = await Bench.open({ program: project, real: true });
  await bench.succeed(bench.up());
  const count = sources.length * ids.length;
  await until("all processes have printed", async () => (await readdir(seen)).length === count);
  await until("all processes have ended", () => bench.alive().length === 0);

  const printed = await Promise.all(
    (await readdir(seen)).map(async (name) => {
      const [id, match] = (await readFile(path.join(seen, name), "utf8")).split(" ");
      return [name.split("-")[0], id, match || null];
    }),
  );
  const wanted = sources
    .flatMap((source) => ids.map((id, row) => [source, id, matches[row] ?? null]))
    .sort();
  expect(printed.sort()).toEqual(wanted);

  for (const [format, suffix] of [
    ["csv", "csv"],
    ["ecsv", "ecsv"],
    ["votable", "vot"],
    ["json", "json"],
  ] as const) {
    // biome-ignore format: a table
    const { status, stdout, stderr } = await cli(bench, ["manifest", `--${format}`]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    await writeFile(path.join(project, `manifest.${suffix}`), stdout);
  }
  const back = await runPython(read, project);
  const sorted = Object.fromEntries(
    Object.entries(back as Record<string, string[][]>).map(([how, rows]) => [how, rows.sort()]),
  );
  expect(sorted).toEqual(Object.fromEntries(Object.keys(sorted).map((how) => [how, wanted])));
  expect(Object.keys(sorted)).toHaveLength(6);
});
