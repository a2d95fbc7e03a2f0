// What the wrapper adds to a job, under each shell that is here: one line each.
//
//   npm run build && node dist/bench/wrapperOverhead.js [RUNS] [SECONDS OF THE JOB]
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { wrapped } from "../provider/record/wrapper";

const [runs = 10, seconds = 1] = process.argv.slice(2).map(Number);
const shells = [["dash"], ["bash", "--posix"], ["busybox", "sh"]];
const record = mkdtempSync(join(tmpdir(), "skaha-bench-"));

try {
  for (const shell of shells) {
    const name = shell[0] ?? "";
    if (spawnSync(name, [...shell.slice(1), "-c", ":"]).status !== 0) continue;
    const bare: number[] = [];
    const recorded: number[] = [];
    for (let run = 1; run <= runs; run++) {
      // In turns, so that what else the machine does hits both.
      bare.push(timeOf("sleep", [String(seconds)]));
      const { args } = wrapped(["sleep", String(seconds)], {
        record,
        id: `${name}-${run}`,
        attempt: 1,
        image: "none",
        outputs: ["/"],
      });
      recorded.push(timeOf(name, [...shell.slice(1), ...args]));
    }
    const [without, withWrapper] = [median(bare), median(recorded)];
    const added = withWrapper - without;
    process.stdout.write(
      `${name}: ${without.toFixed(1)} ms bare, ${withWrapper.toFixed(1)} ms recorded: ` +
        `+${added.toFixed(1)} ms (ratio ${(withWrapper / without).toFixed(3)}), medians of ${runs}; ` +
        `at best +${(Math.min(...recorded) - Math.min(...bare)).toFixed(1)} ms\n`,
    );
  }
} finally {
  rmSync(record, { recursive: true, force: true });
}

function timeOf(program: string, args: readonly string[]): number {
  const start = performance.now();
  const { status } = spawnSync(program, args);
  if (status !== 0) throw new Error(`${program} ended with ${status}`);
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
