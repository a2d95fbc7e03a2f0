// How much processor time `table` takes for 100,000 rows of ten columns, and how much memory, beside astropy's own reading of
// the same file. Processor time, because others may use the machine, too. By hand: `node dist/bench/tables.js [ROWS]` after `npx tsc -b`. Exits with 1 if a limit is missed.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { checkout } from "../toolchain/checkout";

const packages = ["astropy==8.0.2", "pyarrow==26.0.1", "pandas==3.1.1"];
const mostSeconds = (format: string) => (format.startsWith("votable") ? 6 : 3);
const mostMegabytes = 400;
const rounds = 3;

interface Written {
  readonly name: string;
  readonly file: string;
  /** Processor time that astropy takes to read it. */
  readonly seconds: number;
}

interface Cost {
  /** Of all processors, also those that collect garbage. */
  readonly seconds: number;
  /** The most memory that the process had. */
  readonly megabytes: number;
}

/** What a program costs whose whole work is `statement`. */
function costOf(statement: string): Cost {
  const provider = JSON.stringify(path.join(checkout, "dist/provider/sweep/table.js"));
  const program = `
    const { table } = require(${provider});
    ${statement};
    const { user, system } = process.cpuUsage();
    const seconds = (user + system) / 1e6;
    console.log(JSON.stringify({ seconds, megabytes: process.resourceUsage().maxRSS / 1024 }));`;
  return JSON.parse(execFileSync(process.execPath, ["-e", program], { encoding: "utf8" })) as Cost;
}

function median(costs: readonly Cost[]): Cost {
  const middle = (values: readonly number[]) =>
    [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
  return {
    seconds: middle(costs.map(({ seconds }) => seconds)),
    megabytes: middle(costs.map(({ megabytes }) => megabytes)),
  };
}

const times = <T>(make: () => T): T[] => Array.from({ length: rounds }, make);

function python(): string {
  const folder = path.join(checkout, "dist/bench-tables-venv");
  mkdirSync(path.dirname(folder), { recursive: true });
  const bin = path.join(folder, "bin/python");
  try {
    execFileSync(bin, ["-c", "import astropy, pyarrow, pandas"], { stdio: "ignore" });
  } catch {
    execFileSync("python3", ["-m", "venv", folder], { stdio: "inherit" });
    execFileSync(bin, ["-m", "pip", "install", "--quiet", ...packages], { stdio: "inherit" });
  }
  return bin;
}

const rows = Number(process.argv[2] ?? 100_000);
const folder = mkdtempSync(path.join(tmpdir(), "bench-tables-"));
try {
  const script = path.join(checkout, "bench/python/tables.py");
  const lines = execFileSync(python(), [script, folder, String(rows)], { encoding: "utf8" });
  const written = lines
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Written);
  const empty = median(times(() => costOf("")));
  console.log(`${rows} rows, 10 columns, over the empty program; median of ${rounds}\n`);
  console.log("format            CPU (s)  allowed   astropy    ratio              MB  allowed");
  for (const { name, file, seconds } of written) {
    const read = `const rows = table(${JSON.stringify(file)}, { key: "source_id" });
      if (rows.length !== ${rows}) throw new Error(\`\${rows.length} rows\`)`;
    const cost = median(times(() => costOf(read)));
    const megabytes = cost.megabytes - empty.megabytes;
    const own = cost.seconds - empty.seconds;
    const missed = own > mostSeconds(name) || megabytes > mostMegabytes;
    if (missed) process.exitCode = 1;
    console.log(
      [
        name.padEnd(16),
        own.toFixed(2).padStart(8),
        mostSeconds(name).toFixed(0).padStart(8),
        seconds.toFixed(2).padStart(9),
        `${(own / seconds).toFixed(1)} ×`.padStart(9),
        megabytes.toFixed(0).padStart(14),
        String(mostMegabytes).padStart(9),
        missed ? "  MISSED" : "",
      ].join(""),
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
