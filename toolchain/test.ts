// The body of `npm test`: types, lint, then Jest with a real Pulumi CLI. A failure does not keep the later
// steps from running, and the last line counts them all: `N passed, N failed`.
//
//   npm test [-- JEST ARGUMENTS]      npm run test:long  (test/long too)
//
// With --browser the report is opened in a Chromium, which is installed where that is possible; test:long takes
// one that is there, and leaves the report's pictures in docs/.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { checkout } from "./checkout";
import { findChromium, getChromium } from "./chromium";
import { getPulumi } from "./pulumiCli";
import { type Count, countJest, summary } from "./testCount";

/** Left out when there is no CLI, which is counted as a failure itself. */
const needPulumi = [
  "/test/chaos/chaos",
  "/test/chaos/regressions",
  "/test/cli/",
  "/test/demo/",
  "/test/engine/",
  "/test/long/",
  "/test/toolchain/real",
];

let running: ChildProcess | undefined;
for (const signal of ["SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    running?.kill(signal);
    process.exit(1);
  });
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});

async function main(words: readonly string[]): Promise<void> {
  const long = words.includes("--long");
  const browses = long || words.includes("--browser");
  const jestWords = words.filter((word) => word !== "--long" && word !== "--browser");
  say("Testing: types (tsc), lint (biome), a Pulumi CLI, then Jest; a few minutes in all.");
  const counts: Count[] = [
    await check("Types", "typescript/bin/tsc", ["-p", "test", "--noEmit"]),
    await check("Lint", "@biomejs/biome/bin/biome", [
      ...["ci", "."],
      ...(process.stderr.isTTY ? [] : ["--colors=off"]), // it colours each letter, in files too
    ]),
  ];
  const pulumi = await getPulumi().catch((error: Error) => {
    say(error.message);
    counts.push({ passed: 0, failed: 1, skipped: 0 });
    return undefined;
  });
  if (pulumi) say(`Pulumi ${pulumi.version}: ${pulumi.command}`);
  else say(`Left out, for want of a Pulumi CLI: ${needPulumi.join(" ")}`);
  const chromium = long ? findChromium() : browses ? await getChromium({ say }) : undefined;
  if (chromium) say(`Chromium: ${chromium}`);
  const longOnes = chromium === undefined ? "/test/long/" : "/test/long/(?!report)";
  counts.push(
    await jest(jestWords, {
      leftOut: [...(pulumi ? [] : needPulumi), ...(long ? [] : [longOnes])],
      env: {
        ...pulumi?.env,
        ...(pulumi && { PULUMI_SKAHA_CLI_BIN: pulumi.command }),
        ...(chromium && { PULUMI_SKAHA_CHROMIUM: chromium }),
        ...(long && { PULUMI_SKAHA_SCREENSHOTS: "docs" }),
      },
    }),
  );
  if (browses && chromium === undefined) {
    say("*** THE REPORT WAS NOT OPENED IN A BROWSER: there is no Chromium. Install chromium. ***");
  }
  const { line, failed } = summary(counts);
  process.exitCode = failed > 0 ? 1 : 0;
  process.stdout.write(`${line}\n`);
}

async function check(name: string, module: string, words: readonly string[]): Promise<Count> {
  say(`${name}: ${path.basename(module)} ${words.join(" ")} ...`);
  const status = await node(module, words, {});
  if (status !== 0) say(`${name}: failed.`);
  return status === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

async function jest(
  words: readonly string[],
  { leftOut, env }: { leftOut: readonly string[]; env: NodeJS.ProcessEnv },
): Promise<Count> {
  const folder = await mkdtemp(path.join(tmpdir(), "pulumi-skaha-test-"));
  const results = path.join(folder, "jest.json");
  try {
    const status = await node(
      "jest/bin/jest.js",
      [
        ...["--ci", "--maxWorkers=2", "--json", `--outputFile=${results}`],
        ...words,
        ...leftOut.map((pattern) => `--testPathIgnorePatterns=${pattern}`), // last: it takes many values
      ],
      env,
    );
    return countJest(status, await readFile(results, "utf8").catch(() => undefined));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function node(module: string, words: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    running = spawn(
      process.execPath,
      [path.join(checkout, "node_modules", module), ...words],
      // Jest and tsc write to stdout; what counts there is the last line, after all of theirs.
      { cwd: checkout, stdio: "inherit", env: { ...process.env, ...env } },
    );
    running.on("error", reject);
    running.on("close", (status) => resolve(status ?? 1));
  });
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
