// `pulumi-skaha stats`: how loaded the server is, and how much of it the user's own sessions ask for.
import { z } from "zod";
import type { Session, Stats } from "../../../provider/api";
import { parseName } from "../../../provider/job/identity";
import { countByStatus, statusOf } from "../../../provider/job/status";
import type { GlobalOptions } from "../../project";
import { openStack } from "../../stack/stack";
import { table } from "../../table";
import { colouredStatus, plain, print, say } from "../../terminal";

export interface StatsOptions extends GlobalOptions {
  readonly json?: boolean | undefined;
}

const loadSchema = z.object({ asked: z.number(), available: z.number() });
const ownSchema = z.object({
  status: z.string(),
  sessions: z.int(),
  ofThisStack: z.int().describe("how many of them are jobs of this stack"),
  cores: z.number().describe("requested by sessions of a fixed size"),
  ram: z.number().describe("GiB, requested by sessions of a fixed size"),
  gpus: z.number(),
  flexible: z.int().describe("sessions that requested no size"),
});

/** What `stats --json` prints. */
export const statsSchema = z.object({
  server: z.string(),
  user: z.string().optional(),
  load: z
    .object({ cores: loadSchema, ram: loadSchema.describe("GiB") })
    .describe("of all users; absent where the server does not measure it")
    .optional(),
  sessions: z.array(ownSchema).describe("the user's headless sessions, by status"),
});
type Own = z.infer<typeof ownSchema>;

export async function stats(options: StatsOptions): Promise<void> {
  const stack = await openStack(options);
  const { client } = stack.connection();
  const [load, listing, jobs] = await Promise.all([client.stats(), client.list(), stack.jobs()]);
  const ids = new Set(jobs.map(({ id }) => id));
  const sessions = ownSessions(listing.sessions, ids);
  const shown = {
    server: client.server,
    ...(listing.user !== undefined && { user: listing.user }),
    ...(load && { load: loadOf(load) }),
    sessions,
  };
  if (options.json) print(JSON.stringify(shown));
  else show(shown);
}

const gib = (gigabytes: number) => Math.round(((gigabytes * 1e9) / 2 ** 30) * 10) / 10;

function loadOf({ cores, ram }: Stats) {
  return {
    cores: { asked: cores.requestedCPUCores, available: cores.cpuCoresAvailable },
    ram: { asked: gib(ram.requestedRAM), available: gib(ram.ramAvailable) },
  };
}

/** Servers of all ages: text or number, with a unit or without, or `<none>`. */
const amount = z.coerce
  .string()
  .transform((text) => Number.parseFloat(text))
  .pipe(z.number())
  .catch(0);

/** More than any server offers one session, in GB. */
const beyondAny = 1_000;

/**
 * Of memory that is no whole number of bytes, as of 4.7 GiB, the server tells a thousand times as much
 * (docs/skaha-api.md 3.4).
 */
export function memoryOf(requestedRAM: unknown): number {
  const gigabytes = amount.parse(requestedRAM ?? 0);
  return gigabytes >= beyondAny ? gigabytes / 1_000 : gigabytes;
}

function ownSessions(sessions: readonly Session[], ids: ReadonlySet<string>): Own[] {
  const statuses = sessions.map((session) => ({ status: statusOf(session.status) }));
  return Object.keys(countByStatus(statuses)).map((status) => {
    const these = sessions.filter((session) => statusOf(session.status) === status);
    const sum = (key: string) =>
      these.reduce((total, session) => total + amount.parse(session[key] ?? 0), 0);
    return {
      status,
      sessions: these.length,
      ofThisStack: these.filter(({ name }) => ids.has(parseName(name)?.id ?? "")).length,
      cores: sum("requestedCPUCores"),
      ram: gib(these.reduce((total, { requestedRAM }) => total + memoryOf(requestedRAM), 0)),
      gpus: sum("requestedGPUCores"),
      flexible: these.filter(({ requestedRAM }) => amount.parse(requestedRAM ?? 0) === 0).length,
    };
  });
}

function show({ server, user, load, sessions }: z.infer<typeof statsSchema>): void {
  say(plain(`${server}${user === undefined ? "" : `, as ${user}`}`));
  if (load) print(loadTable(load));
  else
    say(
      "The server does not say how busy it is: it has no metrics, or they are not available just now.",
    );
  print();
  print(sessions.length === 0 ? "You have no headless sessions on it." : ownTable(sessions));
}

/** @param width of the terminal, in columns */
export function loadTable(
  load: NonNullable<z.infer<typeof statsSchema>["load"]>,
  width?: number,
): string {
  const rowOf = (name: string, { asked, available }: z.infer<typeof loadSchema>) => {
    const share = available > 0 ? `${Math.round((asked / available) * 100)} %` : "";
    return [name, String(asked), String(available), share];
  };
  const columns = ["ALL USERS", "ASKED FOR", "THERE ARE", ""].map((head) => ({ head }));
  return table(columns, [rowOf("cores", load.cores), rowOf("GiB", load.ram)], width);
}

/** @param width of the terminal, in columns */
export function ownTable(sessions: readonly Own[], width?: number): string {
  const heads = ["SESSIONS", "OF STACK", "CORES", "GiB", "GPUS"].map((head) => ({ head }));
  const columns = [{ head: "YOURS" }, ...heads, { head: "FLEXIBLE", spare: 1 }];
  const rows = sessions.map((own) => [
    { text: plain(own.status), paint: (text: string) => colouredStatus(own.status, text) },
    ...[own.sessions, own.ofThisStack, own.cores, own.ram, own.gpus, own.flexible].map(String),
  ]);
  return table(columns, rows, width);
}
