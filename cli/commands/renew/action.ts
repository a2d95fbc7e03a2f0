// `pulumi-skaha renew`: puts off the end that the server has set for the sessions of jobs that run.
import { messageOf } from "../../../provider/errors";
import { CommandError } from "../../commandError";
import type { JobOptions } from "../../project";
import { type ObservedJob, observe } from "../../stack/observe";
import { assertAsked, jobsChosen } from "../../stack/select";
import { openStack } from "../../stack/stack";
import { type Cell, table } from "../../table";
import { duration, plain, print, say } from "../../terminal";

/** @returns the exit status: 1 where one was not renewed */
export async function renew(names: readonly string[], options: JobOptions): Promise<number> {
  assertAsked(names, options.where);
  const stack = await openStack(options);
  const connection = stack.connection();
  const jobs = jobsChosen(await stack.jobs(), names, options.where);
  const before = (await observe(jobs, connection, Date.now())).jobs;
  const running = before.filter(({ state }) => state.status === "Running");
  const others = before.filter(({ state }) => state.status !== "Running");
  if (running.length === 0) {
    const [first] = others;
    throw new CommandError(
      others.length === 1 && first
        ? `${first.name} is ${first.state.status}: only a Running session can be renewed`
        : `none of these ${others.length} jobs is Running: only a Running session can be renewed`,
    );
  }
  const refused = await Promise.all(
    running.map(({ name, state }) =>
      connection.client.renew(state.sessionId ?? "").then(
        () => undefined,
        (error: unknown) => `${name} was not renewed: ${messageOf(error)}`,
      ),
    ),
  );
  // What the server made of it is seen in its list only.
  const now = Date.now();
  const after = (await observe(running, connection, now)).jobs;
  const rows = after.flatMap((job, index) => {
    if (refused[index] !== undefined) return [];
    return [
      [plain(job.name), job.state.sessionId ?? "", ends(job, now), changed(running[index], job)],
    ];
  });
  if (rows.length > 0) print(renewTable(rows));
  for (const why of refused) if (why !== undefined) say(plain(why));
  if (others.length > 0) {
    const which = others.length === 1 ? plain(others[0]?.name ?? "") : `${others.length} jobs`;
    say(`Not renewed, because they are not Running: ${which}.`);
  }
  return refused.some((why) => why !== undefined) ? 1 : 0;
}

/** @param width of the terminal, in columns */
export function renewTable(rows: readonly (readonly Cell[])[], width?: number): string {
  const columns = [
    { head: "JOB", kind: "name" as const },
    { head: "SESSION", spare: 2 },
    { head: "ENDS", kind: "text" as const },
    { head: "", kind: "text" as const, spare: 1 },
  ];
  return table(columns, rows, width);
}

function ends({ state: { expiryTime } }: ObservedJob, now: number): string {
  if (expiryTime === undefined) return "the server does not say";
  return `${plain(expiryTime)} (in ${duration(Date.parse(expiryTime) - now)})`;
}

function changed(before: ObservedJob | undefined, { state: { expiryTime } }: ObservedJob): string {
  const former = before?.state.expiryTime;
  if (former === undefined || expiryTime === undefined) return "";
  return former === expiryTime
    ? "as before: it has more time left than a renewal gives"
    : `was ${plain(former)}`;
}
