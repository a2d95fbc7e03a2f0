// `pulumi-skaha size`: what the jobs of each sweep asked for, what they used, and which size would do.
import { z } from "zod";
import { isFinished } from "../../../provider/job/status";
import type { PackArgs } from "../../../provider/sweep/packArgs";
import type { JobOptions } from "../../project";
import { withRecordedEnds } from "../../results/attempts";
import { fewest } from "../../results/measured";
import { offeredBy } from "../../results/offered";
import { fewestSessions, type Packing, sessionMinutes } from "../../results/packing";
import { sampleOf } from "../../results/samples";
import { headroom, type Resource, type Sizing, sizingsOf, totalsOf } from "../../results/sizing";
import { observeChosen } from "../../stack/observe";
import { openStack } from "../../stack/stack";
import { type Cell, type Column, table } from "../../table";
import { coloured, duration, plain, print, say } from "../../terminal";

export interface SizeOptions extends JobOptions {
  readonly json?: boolean | undefined;
  /** Whether the suggested sizes are written into fleet.yaml. */
  readonly apply?: boolean | undefined;
  readonly offline?: boolean | undefined;
}

const resourceSchema = z.object({
  asked: z.number().describe("as declared; absent where it is left to the server").optional(),
  samples: z.int().describe("how many completed attempts say what they used"),
  p95: z.number().describe("95 % of them used no more").optional(),
  max: z.number().optional(),
  suggested: z.number().describe("one of the server's sizes").optional(),
  why: z.string().describe("why nothing is suggested").optional(),
  savedHours: z
    .number()
    .describe("unit times hours that it would have saved; below 0 where it is more than asked")
    .optional(),
});

const packArgs = z.object({ jobs: z.int(), parallel: z.int() });

const packSchema = z
  .object({
    asked: packArgs.describe("absent where each job has a session of its own").optional(),
    samples: z.int().describe("how many completed attempts say how long they took"),
    p95Seconds: z.number().describe("95 % of them took no longer").optional(),
    maxSeconds: z.number().optional(),
    suggested: packArgs.describe("so that jobs share sessions").optional(),
    why: z.string().describe("why nothing is suggested").optional(),
  })
  .describe("of a sweep: how its jobs share sessions");

/** What `size --json` prints. */
export const sizeSchema = z.object({
  rule: z.string().describe("how suggestions are made"),
  groups: z.array(
    z.object({
      sweep: z.string().describe("absent for a job that is in no sweep").optional(),
      job: z.string().describe("that is in no sweep: it is compared with itself").optional(),
      attempts: z.int().describe("that ended"),
      cores: resourceSchema.describe("used: mean over a job's run"),
      ram: resourceSchema.describe("GiB; used: a job's peak"),
      pack: packSchema.optional(),
    }),
  ),
  problems: z.array(z.string()).describe("what could not be found out"),
});

const percent = `${headroom * 100} %`;
const rule = `ram: the largest peak + ${percent}; cores: the 95th percentile of mean use + ${percent}; each the next size that the server offers. Only recorded jobs say what they used; at least ${fewest} must have completed. pack, for short jobs: sessions of about ${sessionMinutes} min, and at least ${fewestSessions} of them.`;

export async function size(
  wanted: readonly string[],
  { json, apply, offline, where, ...global }: SizeOptions,
): Promise<void> {
  const stack = await openStack(global);
  const standing = await observeChosen(stack, { wanted, where, offline, now: Date.now() });
  const connection = offline ? undefined : stack.connection();
  const known = await withRecordedEnds(standing.jobs, connection?.arc);
  const { offered, problem } = connection ? await offeredBy(connection) : {};
  const samples = known.jobs.flatMap(({ job, attempts }) =>
    attempts.filter(({ status }) => isFinished(status)).map((one) => sampleOf(job, one)),
  );
  const sizings = sizingsOf(samples, offered, totalsOf(standing.all));
  const problems = [...standing.problems, ...known.problems, ...(problem ? [problem] : [])];
  if (json) {
    const shown: z.infer<typeof sizeSchema> = {
      rule,
      groups: sizings.map(({ group, sweep, ...rest }) => ({
        ...(sweep === undefined ? { job: group } : { sweep }),
        ...rest,
      })),
      problems,
    };
    print(JSON.stringify(shown));
    return;
  }
  for (const one of problems) say(plain(one));
  if (sizings.length === 0) {
    say("No job has ended yet, so nobody knows what they use.");
    return;
  }
  print(sizeTable(sizings));
  say();
  say(coloured("gray", rule, process.stderr));
  if (!apply) return;
  const { applyToFleet } = await import("./apply.js");
  applyToFleet(stack.project, sizings);
}

const columns: readonly Column[] = [
  { head: "SWEEP OR JOB", kind: "name" },
  { head: "ENDED", spare: 2 },
  { head: "" },
  { head: "ASKED" },
  { head: "P95 USED", spare: 1 },
  { head: "MAX USED" },
  { head: "SUGGESTED", kind: "text" },
  { head: "SAVED", spare: 3 },
];

/** @param width of the terminal, in columns */
export function sizeTable(sizings: readonly Sizing[], width?: number): string {
  return table(columns, sizings.flatMap(rowsOf), width);
}

function rowsOf({ group, attempts, cores, ram, pack }: Sizing): Cell[][] {
  const start = [plain(group), String(attempts)];
  return [
    [...start, "cores", ...cellsOf(cores, "core·h")],
    [...start, "RAM", ...cellsOf(ram, "GiB·h", " GiB")],
    ...(pack?.suggested || pack?.asked ? [[...start, "pack", ...packCellsOf(pack)]] : []),
  ];
}

function packCellsOf({ asked, p95Seconds, maxSeconds, suggested, why = "" }: Packing): Cell[] {
  const time = (seconds: number | undefined) =>
    seconds === undefined ? "" : duration(seconds * 1_000);
  return [
    asked === undefined ? "none" : packText(asked),
    time(p95Seconds),
    time(maxSeconds),
    suggested === undefined
      ? { text: why, paint: (text) => coloured("gray", text) }
      : { text: packText(suggested), paint: (text) => coloured("bold", text) },
    "",
  ];
}

/** As a program writes it. */
function packText({ jobs, parallel }: PackArgs): string {
  return `jobs: ${jobs}, parallel: ${parallel}`;
}

function cellsOf(
  { asked, p95, max, suggested, why, savedHours }: Resource,
  hours: string,
  unit = "",
): Cell[] {
  const amount = (value: number | undefined) =>
    value === undefined ? "" : `${Number(value.toPrecision(3))}${unit}`;
  return [
    asked === undefined ? "server's" : amount(asked),
    amount(p95),
    amount(max),
    suggested === undefined
      ? { text: why ?? "", paint: (text) => coloured("gray", text) }
      : { text: amount(suggested), paint: (text) => coloured("bold", text) },
    savedHours === undefined ? "" : `${savedHours.toFixed(1)} ${hours}`,
  ];
}
