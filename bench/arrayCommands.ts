// How long `status`, `manifest` and `report` of an array of 10,000 jobs take, how often they ask the server, and how long
// a real browser takes to show and to filter that report. By hand, after `npx tsc -b`:
//
//   node dist/bench/arrayCommands.js [JOBS]
//
// Exits with 1 if a limit is missed, and where there is no browser.
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { checkout } from "../toolchain/checkout";
import { findChromium } from "../toolchain/chromium";
import { getPulumi, pulumiVersion } from "../toolchain/pulumiCli";
import { type Command, measure } from "./command";
import { pulumiTrial } from "./contestants/pulumiTrial";
import { startStub } from "./stub/stub";
import { load } from "./surroundings";

const rounds = 3;
const [mostSeconds, mostRequests, mostSecondsInBrowser] = [2, 2, 3];

interface Found {
  readonly what: string;
  readonly seconds: number;
  readonly more: string;
  readonly holds: boolean;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** @returns seconds until the report's table is there, and until a filter shows what it left */
async function inBrowser(file: string, jobs: number): Promise<readonly [number, number]> {
  const executablePath = findChromium();
  if (executablePath === undefined)
    throw new Error("there is no Chromium: the report was not opened");
  const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];
  const browser = await chromium.launch({ executablePath, args });
  try {
    const page = await browser.newPage({ viewport: { width: 1180, height: 1440 } });
    const start = performance.now();
    await page.goto(pathToFileURL(file).href);
    await page.locator("#jobs tbody tr").first().waitFor();
    const opened = performance.now();
    await page.getByLabel("Filter").fill("band-0007");
    const of = jobs.toLocaleString("en-US");
    await page.locator("output", { hasText: new RegExp(`^1 of ${of} jobs$`) }).waitFor();
    return [(opened - start) / 1_000, (performance.now() - opened) / 1_000];
  } finally {
    await browser.close();
  }
}

async function main(jobs: number): Promise<void> {
  const pulumi = await getPulumi({ preferred: `>=${pulumiVersion} <4` });
  await using undo = new AsyncDisposableStack();
  const folder = await mkdtemp(path.join(tmpdir(), "bench-array-"));
  undo.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const stub = undo.use(await startStub(0));
  const cli = path.join(checkout, "dist/cli/main.js");
  const words = () => [cli, "up", "--yes", "--skip-preview"];
  const program = { pulumi, program: "array", file: process.execPath, words };
  const trial = undo.use(await pulumiTrial({ jobs, stub, folder }, program));
  const up = await trial.command("up");
  await measure(up);
  const report = path.join(folder, "report.html");
  const found: Found[] = [];
  for (const more of [["status"], ["manifest"], ["report", "-o", report]]) {
    const command: Command = { ...up, words: [cli, ...more] };
    await measure(command); // the first one finds nothing in the machine's caches
    const taken: { seconds: number; cpu: number; bytes: number; requests: number }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      await stub.counted();
      const { seconds, usage } = await measure(command);
      const counts = Object.values((await stub.counted()).requests);
      const requests = counts.reduce((sum, count) => sum + count, 0);
      const { cpuSeconds = Number.NaN, peakMemoryBytes = Number.NaN } = usage ?? {};
      taken.push({ seconds, cpu: cpuSeconds, bytes: peakMemoryBytes, requests });
    }
    const seconds = median(taken.map((one) => one.seconds));
    const requests = Math.max(...taken.map((one) => one.requests));
    const cpu = median(taken.map((one) => one.cpu)).toFixed(2);
    const memory = Math.round(median(taken.map((one) => one.bytes)) / 2 ** 20);
    found.push({
      what: more[0] ?? "",
      seconds,
      more: `${requests} requests, ${cpu} s of CPU, ${memory} MiB`,
      holds: seconds <= mostSeconds && requests <= mostRequests,
    });
  }
  const [opened, filtered] = await inBrowser(report, jobs);
  const size = `${((await stat(report)).size / 1e6).toFixed(1)} MB`;
  found.push(
    { what: "report opened", seconds: opened, more: size, holds: opened <= mostSecondsInBrowser },
    {
      what: "report filtered",
      seconds: filtered,
      more: "",
      holds: filtered <= mostSecondsInBrowser,
    },
  );
  for (const { what, seconds, more, holds } of found) {
    console.log(`${holds ? "holds " : "MISSED"} ${what}: ${seconds.toFixed(2)} s  ${more}`);
    if (!holds) process.exitCode = 1;
  }
  console.log(
    `${jobs} jobs, medians of ${rounds} but in the browser; load ${load().toFixed(1)} now`,
  );
}

main(Number(process.argv[2] ?? 10_000)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
