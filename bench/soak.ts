// `npm run bench:soak`: thousands of short jobs through the embedded server by `untilDone`, to see that nothing
// grows or is left: no heap, descriptor, process or temporary file.
//
//   npm run bench:soak [-- JOBS]      @default 2000, which takes some ten minutes on two cores
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { LocalWorkspace, PulumiCommand } from "@pulumi/pulumi/automation";
import { z } from "zod";
import { startSkaha } from "../embedded";
import { commandLineOf, pidsWith } from "../machine/processes";
import { untilDone } from "../provider";
import { checkout } from "../toolchain/checkout";
import { getPulumi } from "../toolchain/pulumiCli";

const mostHeapBytesPerJob = 2_048;
const coresAtATime = 8;
/** Kept on purpose, for the minutes between a preview and its update: docs/design.md. */
const isCache = (name: string) => name.endsWith(".facts.json");

const look = z.object({ heapBytes: z.number(), files: z.array(z.string()) });
const noteSchema = z.object({ before: look, after: look });

main(Number(process.argv[2] ?? 2_000)).then(
  (problems) => {
    for (const problem of problems) say(`MISSED: ${problem}`);
    if (problems.length === 0) say("Nothing grew, and nothing is left.");
    process.exit(problems.length === 0 ? 0 : 1);
  },
  (error: unknown) => {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exit(1);
  },
);

async function main(jobs: number): Promise<string[]> {
  if (!existsSync("/proc/self/fd")) throw new Error("the soak looks into /proc, which is not here");
  const pulumi = await getPulumi();
  await using undo = new AsyncDisposableStack();
  const folder = await mkdtemp(path.join(tmpdir(), "skaha-soak-"));
  undo.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  for (const name of ["tmp", "home", "backend", "node_modules/@pulumi"]) {
    mkdirSync(path.join(folder, name), { recursive: true });
  }
  const temporary = path.join(folder, "tmp");
  process.env.TMPDIR = temporary; // of this process too: `untilDone` runs in it
  await cp(path.join(checkout, "bench/programs/soak"), path.join(folder, "program"), {
    recursive: true,
  });
  for (const [name, target] of [
    ["pulumi-skaha", checkout],
    ["@pulumi/pulumi", path.join(checkout, "node_modules/@pulumi/pulumi")],
  ] as const) {
    await symlink(target, path.join(folder, "node_modules", name));
  }
  const skaha = await startSkaha({
    dataDir: path.join(folder, "skaha"),
    capacity: { cores: coresAtATime, ramGiB: 1_000 },
  });
  undo.defer(() => skaha.stop());

  const notes = path.join(folder, "heap.jsonl");
  const home = path.join(folder, "home");
  const pulumiHome = path.join(home, ".pulumi");
  const hook = path.join(checkout, "bench/heapAtExit.cjs");
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName: "soak", workDir: path.join(folder, "program") },
    {
      pulumiCommand: await PulumiCommand.get({ root: path.dirname(path.dirname(pulumi.command)) }),
      envVars: {
        ...pulumi.env,
        PATH: pulumi.env.PATH ?? process.env.PATH ?? "",
        HOME: home,
        TMPDIR: temporary,
        PULUMI_HOME: pulumiHome,
        PULUMI_BACKEND_URL: `file://${folder}/backend`,
        PULUMI_CONFIG_PASSPHRASE: "soak",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_SKIP_CHECKPOINTS: "true",
        PULUMI_PARALLEL: "1024",
        NODE_OPTIONS: `--expose-gc --require=${hook}`,
        BENCH_HEAP: notes,
        BENCH_JOBS: String(jobs),
        CANFAR_URL: skaha.url,
        CANFAR_TOKEN: skaha.token,
      },
    },
  );

  const descriptors = openFiles();
  const started = Date.now();
  const { counts, rounds } = await untilDone(stack, {
    intervalMs: 5_000,
    onProgress: ({ rounds: round, counts: now }) => say(`up ${round}: ${JSON.stringify(now)}`),
  });
  say(`${jobs} jobs, ${rounds} times up, ${Math.round((Date.now() - started) / 1_000)} s`);

  const launches = skaha.journal().filter(({ method }) => method === "POST").length;
  return [
    ...(counts.Completed === jobs ? [] : [`the jobs ended as ${JSON.stringify(counts)}`]),
    ...(launches === jobs ? [] : [`${launches} launches for ${jobs} jobs`]),
    ...heapProblems(readFileSync(notes, "utf8"), jobs, rounds),
    ...openFiles()
      .filter((file) => !descriptors.includes(file))
      .map((file) => `${file} is still open`),
    ...pidsWith(`PULUMI_HOME=${pulumiHome}`).map(
      (pid) => `a process is left: ${commandLineOf(pid).replaceAll("\0", " ")}`,
    ),
    ...readdirSync(temporary, { recursive: true, encoding: "utf8", withFileTypes: true })
      .filter((entry) => entry.isFile() && !isCache(entry.name))
      .map((entry) => `a file is left: ${path.join(entry.parentPath, entry.name)}`),
  ];
}

function heapProblems(lines: string, jobs: number, rounds: number): string[] {
  const notes = lines
    .trim()
    .split("\n")
    .map((line) => noteSchema.parse(JSON.parse(line)));
  const problems = notes.flatMap(({ before, after }) => {
    const perJob = (after.heapBytes - before.heapBytes) / jobs;
    const opened = after.files.filter((file) => !before.files.includes(file));
    return [
      ...(perJob <= mostHeapBytesPerJob
        ? []
        : [`a provider's heap grew by ${Math.round(perJob)} bytes a job`]),
      ...opened.map((file) => `a provider left ${file} open`),
    ];
  });
  const grown = notes.map(({ before, after }) => (after.heapBytes - before.heapBytes) / jobs);
  say(`Bytes of heap a job, by provider process: ${grown.map(Math.round).join(", ")}`);
  if (notes.length < rounds) problems.push(`only ${notes.length} providers for ${rounds} times up`);
  return problems;
}

/** What this process has open, but for sockets and pipes. */
function openFiles(): string[] {
  return readdirSync("/proc/self/fd").flatMap((descriptor) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${descriptor}`);
      return target.startsWith("/") && !target.startsWith("/proc/") ? [target] : [];
    } catch {
      return []; // that of the listing itself
    }
  });
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
