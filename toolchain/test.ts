// The body of `npm test`: types, lint, then Jest with a real Pulumi CLI. A failure does not keep the later
// steps from running, and the last line counts them all: `N passed, N failed`.
//
//   npm test [-- JEST ARGUMENTS]      npm run test:long  (test/long too, and the engine tests with the oldest Pulumi)
//
// With --native the tests of `native` below, or what the Jest arguments name, are run through the native provider, and
// nothing else is; test:long does so too.
//
// With --oldest the engine tests, or what the Jest arguments name, are run with the oldest Pulumi that is promised, CLI
// and SDK, and nothing else is. Otherwise a Pulumi on PATH is taken if it is promised, and else the newest.
//
// With --browser the report is opened in a Chromium, which is installed where that is possible; test:long takes
// one that is there, and leaves the report's pictures in docs/.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { onEndingSignal } from "../machine/signals";
import { checkout } from "./checkout";
import { findChromium, getChromium } from "./chromium";
import { oldestCheckout } from "./oldestCheckout";
import { getPulumi, oldestPulumi, type Pulumi, pulumiVersion } from "./pulumiCli";
import { type Count, countJest, summary } from "./testCount";

/** Left out when there is no CLI, which is counted as a failure itself. */
const needPulumi = [
  "/test/chaos/chaos",
  "/test/chaos/regressions",
  "/test/demo/",
  "/test/engine/",
  "/test/long/",
  "/test/toolchain/real",
];

/** What tells one Pulumi from another. */
const aboutPulumi = ["test/engine/", "test/chaos/regressions", "test/toolchain/real"];

/** What is tested through the native provider too (docs/doors.md): stories, edits, kills, faults, `up`, and publishing. */
const native = [
  "test/engine/(array|attempts|edits|killed|moves|packs|secrets|stages|sweep)\\.",
  "test/engine/commands/(publish|up)\\.",
  "test/long/(publish|stopAfter)\\.",
  "test/chaos/regressions",
];

const failure: Count = { passed: 0, failed: 1, skipped: 0 };

let running: ChildProcess | undefined;
onEndingSignal((name) => {
  running?.kill(name);
  process.exit(1);
});

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});

async function main(words: readonly string[]): Promise<void> {
  const flags = ["--long", "--browser", "--oldest", "--native"];
  const jestWords = words.filter((word) => !flags.includes(word));
  const [long, browser, oldest, isNative] = flags.map((flag) => words.includes(flag));
  const counts: Count[] = [];
  const isOfNewest = !oldest && !isNative;
  if (isOfNewest) counts.push(...(await withNewest(jestWords, { long, browser })));
  if (oldest) counts.push(await withOldest(jestWords.length > 0 ? jestWords : aboutPulumi));
  else if (long && jestWords.length === 0) counts.push(await withOldest(aboutPulumi));
  if (isNative || (long && jestWords.length === 0)) {
    counts.push(await throughNative(jestWords.length > 0 ? jestWords : native));
  }
  const { line, failed } = summary(counts);
  process.exitCode = failed > 0 ? 1 : 0;
  process.stdout.write(`${line}\n`);
}

async function withNewest(
  jestWords: readonly string[],
  { long = false, browser = false }: { long?: boolean | undefined; browser?: boolean | undefined },
): Promise<Count[]> {
  say("Testing: types (tsc), lint (biome), a Pulumi CLI, then Jest; a few minutes in all.");
  const counts: Count[] = [
    await check("Types", "typescript/bin/tsc", ["-p", "test", "--noEmit"]),
    await check("Lint", "@biomejs/biome/bin/biome", [
      ...["ci", "."],
      ...(process.stderr.isTTY ? [] : ["--colors=off"]), // it colours each letter, in files too
    ]),
  ];
  const pulumi = await pulumiOr(counts, { preferred: `>=${pulumiVersion} <4` });
  if (!pulumi) say(`Left out, for want of a Pulumi CLI: ${needPulumi.join(" ")}`);
  const browses = long || browser;
  const chromium = long ? findChromium() : browses ? await getChromium({ say }) : undefined;
  if (chromium) say(`Chromium: ${chromium}`);
  const longOnes = chromium === undefined ? "/test/long/" : "/test/long/(?!report\\.)";
  counts.push(
    await jest(jestWords, {
      leftOut: [...(pulumi ? [] : needPulumi), ...(long ? [] : [longOnes])],
      env: {
        ...(pulumi && environmentOf(pulumi)),
        ...(chromium && { PULUMI_SKAHA_CHROMIUM: chromium }),
        ...(long && { PULUMI_SKAHA_SCREENSHOTS: "docs" }),
      },
    }),
  );
  if (browses && chromium === undefined) {
    say("*** THE REPORT WAS NOT OPENED IN A BROWSER: there is no Chromium. Install chromium. ***");
  }
  return counts;
}

async function withOldest(jestWords: readonly string[]): Promise<Count> {
  say(`Testing with the oldest Pulumi that is promised, CLI and SDK ${oldestPulumi} ...`);
  const pulumi = await pulumiOr([], { version: oldestPulumi, accepted: oldestPulumi });
  if (!pulumi) return failure;
  try {
    await using copy = await oldestCheckout(oldestPulumi);
    const folders = [path.join(copy.folder, "node_modules/.bin"), pulumi.env.PATH ?? ""];
    const env = { ...environmentOf(pulumi), PATH: folders.join(path.delimiter) };
    return await jest(jestWords, { leftOut: ["/test/long/"], env, root: copy.folder });
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return failure;
  }
}

async function throughNative(jestWords: readonly string[]): Promise<Count> {
  say("Testing through the native provider ...");
  const pulumi = await pulumiOr([], { preferred: `>=${pulumiVersion} <4` });
  if (!pulumi) return failure;
  const env = { ...environmentOf(pulumi), SKAHA_DOOR: "native" };
  return jest(jestWords, { leftOut: [], env });
}

async function pulumiOr(
  counts: Count[],
  options: Parameters<typeof getPulumi>[0],
): Promise<Pulumi | undefined> {
  try {
    const pulumi = await getPulumi(options);
    say(`Pulumi ${pulumi.version}: ${pulumi.command}`);
    return pulumi;
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    counts.push(failure);
    return undefined;
  }
}

function environmentOf({ command, env }: Pulumi): NodeJS.ProcessEnv {
  return { ...env, PULUMI_SKAHA_CLI_BIN: command };
}

async function check(name: string, module: string, words: readonly string[]): Promise<Count> {
  say(`${name}: ${path.basename(module)} ${words.join(" ")} ...`);
  const status = await node(module, words, {});
  if (status !== 0) say(`${name}: failed.`);
  return status === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

async function jest(
  words: readonly string[],
  {
    leftOut,
    env,
    root = checkout,
  }: { leftOut: readonly string[]; env: NodeJS.ProcessEnv; root?: string },
): Promise<Count> {
  const folder = await mkdtemp(path.join(tmpdir(), "pulumi-skaha-test-"));
  // One more than the two cores that the run is meant for: some tests wait for signals, time-outs and answers.
  const workers = "--maxWorkers=3";
  const results = path.join(folder, "jest.json");
  try {
    const status = await node(
      "jest/bin/jest.js",
      [
        ...["--ci", workers, "--json", `--outputFile=${results}`],
        ...words,
        ...leftOut.map((pattern) => `--testPathIgnorePatterns=${pattern}`), // last: it takes many values
      ],
      env,
      root,
    );
    return countJest(status, await readFile(results, "utf8").catch(() => undefined));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function node(
  module: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv,
  root = checkout,
): Promise<number> {
  return new Promise((resolve, reject) => {
    running = spawn(
      process.execPath,
      [path.join(root, "node_modules", module), ...words],
      // Jest and tsc write to stdout; what counts there is the last line, after all of theirs.
      { cwd: root, stdio: "inherit", env: { ...process.env, ...env } },
    );
    running.on("error", reject);
    running.on("close", (status) => resolve(status ?? 1));
  });
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
