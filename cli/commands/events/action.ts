// `pulumi-skaha events`: what the cluster did with the sessions of jobs, as the server tells it, or as state
// kept it where the server has forgotten.
import { z } from "zod";
import { messageOf } from "../../../provider/errors";
import { eventSchema, parseEvents } from "../../../provider/server/sessionEvents";
import type { JobOptions } from "../../project";
import { type ObservedJob, observe } from "../../stack/observe";
import { assertAsked, jobsChosen } from "../../stack/select";
import { openStack, type Stack } from "../../stack/stack";
import { table as drawn } from "../../table";
import { coloured, plain, print, say } from "../../terminal";

export interface EventsOptions extends JobOptions {
  readonly json?: boolean | undefined;
}

/** What `events --json` prints. */
export const eventsSchema = z.array(
  z.object({
    name: z.string().describe("the job's name in the program"),
    sessionId: z.string().optional(),
    from: z.enum(["server", "state"]).describe("who remembers them").optional(),
    events: z.array(eventSchema),
  }),
);

/** @returns the exit status: 1 where events could not be had */
export async function events(names: readonly string[], options: EventsOptions): Promise<number> {
  assertAsked(names, options.where);
  const stack = await openStack(options);
  const jobs = jobsChosen(await stack.jobs(), names, options.where);
  const { jobs: seen, problems } = await observe(jobs, stack.connection(), Date.now());
  for (const problem of problems) say(plain(problem));
  const tables = await Promise.all(seen.map((job) => tableOf(stack, job)));
  if (options.json) {
    const all = tables.map(({ table, ...one }, index) => ({
      ...{ name: seen[index]?.name, sessionId: seen[index]?.state.sessionId, from: one.from },
      events: parseEvents(table),
    }));
    print(JSON.stringify(all));
  } else for (const [index, one] of tables.entries()) show(seen[index], one, seen.length > 1);
  for (const { why } of tables) if (why !== undefined) say(plain(why));
  return tables.some(({ why }) => why !== undefined) ? 1 : 0;
}

interface EventTable {
  readonly from?: "server" | "state";
  readonly table: string;
  /** Why there is none. */
  readonly why?: string;
}

async function tableOf(stack: Stack, { name, state }: ObservedJob): Promise<EventTable> {
  const { sessionId, events: kept, reason } = state;
  if (sessionId === undefined) {
    const why = reason === undefined ? "" : `: ${reason}`;
    return { table: "", why: `${name} is ${state.status} and has no session${why}` };
  }
  try {
    const table = await stack.connection().client.events(sessionId);
    if (table.trim() !== "") return { from: "server", table };
  } catch (error) {
    return { table: "", why: `the events of ${name} were not read: ${messageOf(error)}` };
  }
  if (kept !== undefined && kept !== "") return { from: "state", table: kept };
  const why = `the server has forgotten the events of ${name} (session ${sessionId}): it does so an hour after the end; with \`logs\` declared, those of a failed job are kept in state`;
  return { table: "", why };
}

function show(
  job: ObservedJob | undefined,
  { table, why }: EventTable,
  isOneOfSeveral: boolean,
): void {
  if (why !== undefined) return;
  if (isOneOfSeveral) print(coloured("bold", `${plain(job?.name ?? "")}:`));
  print(table.trim() === "<none>" ? "No events." : eventsTable(table));
}

/**
 * @param text as the server or state has it; one that cannot be read is shown as it is
 * @param width of the terminal, in columns
 */
export function eventsTable(text: string, width?: number): string {
  const rows = parseEvents(text);
  if (rows.length === 0) return plain(text.trimEnd());
  const columns = [
    { head: "TYPE", spare: 1 },
    { head: "REASON" },
    { head: "MESSAGE", kind: "name" as const },
    { head: "FIRST-TIME", spare: 2 },
    { head: "LAST-TIME" },
  ];
  const cells = rows.map(({ type, reason, message, firstTime = "", lastTime = "" }) =>
    [type, reason, message, firstTime, lastTime].map(plain),
  );
  return drawn(columns, cells, width);
}
