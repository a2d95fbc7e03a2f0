// The message that a fleet is done, fails beyond a limit, or stopped moving: its published form, and its words. Pure.
import { z } from "zod";
import { finalEndOf } from "../../provider/job/decisions/finalEnd";
import type { Job } from "../../provider/job/deployment";
import { countByStatus } from "../../provider/job/status";
import { counted } from "../../provider/text/counted";
import { stoppedSchema, stoppedSweeps } from "../stack/stopped";
import { duration, plain } from "../terminal";
import type { Ending } from "./endings";

const time = z.iso.datetime().describe("ISO 8601");

const failedSchema = z.strictObject({
  name: z.string().describe("the job's name in the program"),
  id: z.string().describe("its name on the server"),
  status: z.string().describe("Failed or Lost"),
  cause: z.string().optional(),
  exitCode: z.int().optional(),
  attempt: z.int().describe("counted from 1; no retry is left"),
});

const heldSchema = z.strictObject({
  name: z.string(),
  id: z.string(),
  heldBy: z.string().optional(),
  reason: z.string().describe("why, in words").optional(),
});

/** So many jobs of a kind are named. */
const mostNamed = 20;

export const noticeSchema = z.strictObject({
  version: z.literal(1).describe("of this form"),
  id: z
    .string()
    .describe(
      "the same each time that this message is sent: a receiver that has had it leaves it out",
    ),
  isRepeat: z
    .boolean()
    .describe("true where an earlier try may have arrived: it was killed, or had no clear answer"),
  ending: z
    .enum(["done", "stuck", "failing", "quiet"])
    .describe(
      "done: all jobs have ended; stuck: nothing runs, and what is Held no up launches by itself; failing: a sweep was stopped, or skaha:notifyFailed is reached; quiet: nothing has changed for skaha:notifyQuiet",
    ),
  text: z.string().describe("what has happened, in one sentence"),
  time: time.describe("when it was seen; ISO 8601"),
  project: z.string(),
  stack: z.string(),
  server: z.string().describe("the Skaha API"),
  sweep: z.string().describe("of failing: the one that was stopped").optional(),
  counts: z.record(z.string(), z.int()).describe("how many jobs have each status"),
  failedCount: z.int().describe("how many have failed for good"),
  failed: z.array(failedSchema).describe(`the first ${mostNamed} of them`),
  heldCount: z.int(),
  held: z.array(heldSchema).describe(`the first ${mostNamed} that are Held`),
  stopped: z.array(stoppedSchema).describe("the sweeps that are stopped"),
});
export type Notice = z.infer<typeof noticeSchema>;

/** What schema/notice.schema.json has. */
export function noticeJsonSchema(): object {
  const schema = z.toJSONSchema(noticeSchema, { target: "draft-7" });
  return { ...schema, title: "A message of pulumi-skaha about a fleet" };
}

/**
 * @param now milliseconds since 1970
 * @param server the Skaha API
 */
export function noticeOf(
  ending: Ending,
  jobs: readonly Job[],
  { now, server }: { readonly now: number; readonly server: string },
): Notice {
  const [, stack = "", project = ""] = /^urn:pulumi:(.+?)::(.+?)::/.exec(jobs[0]?.urn ?? "") ?? [];
  const bad = jobs.filter(({ state }) => (finalEndOf(state) ?? "Completed") !== "Completed");
  const held = jobs.filter(({ state }) => state.status === "Held");
  const counts = countByStatus(jobs.map(({ state }) => state));
  const stopped = stoppedSweeps(jobs);
  const { kind, about, id } = ending;
  return {
    ...{ version: 1, id, isRepeat: false, ending: kind },
    text: plain(`${project}/${stack}: ${sentence(ending, counts, held.length)}`),
    ...{ time: new Date(now).toISOString(), project, stack, server },
    ...(about !== "" && { sweep: about }),
    ...{ counts, failedCount: bad.length },
    failed: bad.slice(0, mostNamed).map(({ name, id, state }) => ({
      ...{ name, id, status: state.status },
      ...(state.cause !== undefined && { cause: state.cause }),
      ...(state.exitCode !== undefined && { exitCode: state.exitCode }),
      attempt: state.attempt,
    })),
    heldCount: held.length,
    held: held.slice(0, mostNamed).map(({ name, id, state }) => ({
      ...{ name, id },
      ...(state.heldBy !== undefined && { heldBy: state.heldBy }),
      ...(state.reason !== undefined && { reason: state.reason }),
    })),
    stopped: [...stopped],
  };
}

function sentence(ending: Ending, counts: Readonly<Record<string, number>>, held: number): string {
  const all = Object.entries(counts)
    .map(([status, count]) => `${count} ${status}`)
    .join(", ");
  switch (ending.kind) {
    case "done":
      return `all jobs have ended: ${all}`;
    case "stuck": {
      const jobs = counted(held, "job is", "jobs are");
      return `nothing runs any more, and ${jobs} Held that no up launches by itself: ${all}`;
    }
    case "failing":
      return `${ending.why}: ${all}`;
    case "quiet":
      return `nothing has changed for ${duration(ending.quietMs ?? 0)}: ${all}`;
  }
}
