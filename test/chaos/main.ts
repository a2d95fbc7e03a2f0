// `npm run test:chaos`: carries out plans of many seeds, or one plan of a file, and says what was broken.
//
//   npm run test:chaos -- [--seed S] [--runs N] [--form FORM] [--workers W] [--plan FILE] [--out FILE] [--summary FILE]
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { getPulumi } from "../../toolchain/pulumiCli";
import type { Report } from "./notes";
import { carryOutNotice } from "./notice";
import { noticePlanOf, toldNoticePlan } from "./noticePlan";
import type { Cli } from "./place";
import { type Form, forms, type Plan, planSchema, told } from "./plan";
import { carryOut } from "./run";
import { planOf } from "./seeds";
import { summaryOf, withSummary } from "./summary";

const usage = `npm run test:chaos -- [options]

  --seed S         the first seed (default 1)
  --runs N         how many seeds from there on (default 10)
  --form FORM      what the jobs are: job (a resource each), array (one for all of a stage), moving (in turn), or packs;
                   notice: commands are killed while messages are sent (docs/notice.md)
  --workers W      how many runs at a time (default 1)
  --plan FILE      carries out this plan (JSON) instead, as often as --runs says (default 1)
  --show           prints the plan, as JSON too, and does nothing
  --out FILE       one line of JSON for each run is added there
  --summary FILE   writes what all runs of --out came to into this document (docs/chaos.md)
  --transcripts DIR  where the whole story of a run that broke a promise is kept (default the temporary folder)
  --keep           leaves the folders of runs behind
  --verbose        tells the story of each run as it goes
`;

if (require.main === module) {
  main(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 1;
  });
}

async function main(words: string[]): Promise<void> {
  const { values } = parseArgs({
    args: words,
    options: {
      seed: { type: "string", default: "1" },
      runs: { type: "string" },
      form: { type: "string" },
      workers: { type: "string", default: "1" },
      plan: { type: "string" },
      out: { type: "string" },
      summary: { type: "string" },
      transcripts: { type: "string" },
      show: { type: "boolean", default: false },
      keep: { type: "boolean", default: false },
      verbose: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  if (values.form === "notice") {
    const seed = count("--seed", values.seed);
    await noticeRuns({ ...values, seed, runs: count("--runs", values.runs ?? "10") });
    return;
  }
  const plans = plansOf(
    values.plan,
    count("--seed", values.seed),
    values.runs,
    formOf(values.form),
  );
  if (values.show) {
    for (const plan of plans) {
      process.stdout.write(`${told(plan).join("\n")}\n${JSON.stringify(plan)}\n`);
    }
    return;
  }
  const { command, env } = await getPulumi();
  const cli: Cli = { command, searchPath: env.PATH ?? "" };
  let broken = 0;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      process.stderr.write("What is under way comes to its end; nothing new begins.\n");
      plans.length = 0;
    });
  }
  const work = async () => {
    for (let plan = plans.shift(); plan; plan = plans.shift()) {
      const { keep, verbose } = values;
      const say = verbose ? (line: string) => process.stderr.write(`${line}\n`) : undefined;
      if (!verbose) process.stderr.write(`${told(plan).join("\n  ")}\n`);
      const report = await carryOut(plan, { cli, keep, ...(say && { say }) });
      if (report.violations.length > 0) broken += 1;
      tell(plan, report, values.transcripts ?? process.env.TMPDIR ?? "/tmp");
      if (values.out) appendFileSync(values.out, `${JSON.stringify(lineOf(report))}\n`);
    }
  };
  await Promise.all(Array.from({ length: count("--workers", values.workers) }, work));
  if (values.summary && values.out && existsSync(values.out)) {
    const lines = readFileSync(values.out, "utf8").trim().split("\n");
    const summary = summaryOf(lines.map((line) => JSON.parse(line)));
    writeFileSync(values.summary, withSummary(readFileSync(values.summary, "utf8"), summary));
  }
  process.exitCode = broken > 0 ? 1 : 0;
}

/** The runs about messages have plans and promises of their own. */
async function noticeRuns(options: {
  readonly seed: number;
  readonly runs: number;
  readonly keep: boolean;
  readonly show: boolean;
  readonly verbose: boolean;
  readonly out?: string | undefined;
  readonly transcripts?: string | undefined;
}): Promise<void> {
  const { command, env } = await getPulumi();
  const cli: Cli = { command, searchPath: env.PATH ?? "" };
  for (let seed = options.seed; seed < options.seed + options.runs; seed += 1) {
    const plan = noticePlanOf(seed);
    process.stderr.write(`${toldNoticePlan(plan).join("\n  ")}\n`);
    if (options.show) continue;
    const say = (line: string) => void process.stderr.write(`${line}\n`);
    const { keep, verbose } = options;
    const report = await carryOutNotice(plan, { cli, keep, ...(verbose && { say }) });
    if (report.violations.length > 0) process.exitCode = 1;
    tell(plan, report, options.transcripts ?? process.env.TMPDIR ?? "/tmp");
    if (options.out) appendFileSync(options.out, `${JSON.stringify(lineOf(report))}\n`);
  }
}

function plansOf(
  file: string | undefined,
  seed: number,
  runs: string | undefined,
  form: Form | undefined,
): Plan[] {
  if (file === undefined) {
    return Array.from({ length: count("--runs", runs ?? "10") }, (_, n) => planOf(seed + n, form));
  }
  const plan = planSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  return Array.from({ length: count("--runs", runs ?? "1") }, () => plan);
}

function formOf(text: string | undefined): Form | undefined {
  const found = forms.find((one) => one === text);
  if (text !== undefined && !found) throw new Error(`--form ${text}: one of ${forms.join(", ")}`);
  return found;
}

function count(option: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0) return number;
  throw new Error(`${option} ${text}: a whole number is needed`);
}

function lineOf({ transcript: _transcript, ...report }: Report) {
  return report;
}

function tell(plan: { readonly seed?: number | undefined }, report: Report, folder: string): void {
  const name = plan.seed === undefined ? "the plan" : `seed ${plan.seed}`;
  const { violations, ms, commands } = report;
  const seconds = Math.round(ms / 1000);
  if (violations.length === 0) {
    process.stderr.write(`${name}: kept its promises (${commands} commands, ${seconds} s)\n`);
    return;
  }
  const file = path.join(folder, `chaos-${plan.seed ?? "plan"}-${Date.now()}.txt`);
  writeFileSync(file, `${JSON.stringify(plan)}\n${report.transcript}\n`);
  const list = violations.map((one) => `  BROKEN: ${one}\n`).join("");
  process.stderr.write(
    `${name}: ${violations.length} broken (${seconds} s), told in ${file}\n${list}`,
  );
}
