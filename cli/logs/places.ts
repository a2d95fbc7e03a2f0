// Where the logs of a stack's jobs can be asked for, after a look at them or without one.
import type { Session } from "../../provider/api";
import type { Connection } from "../../provider/connect";
import type { Job } from "../../provider/job/deployment";
import { type ObservedJob, observe } from "../stack/observe";
import type { Stack } from "../stack/stack";
import { plain, say } from "../terminal";
import type { LogPlaces } from "./source";

/** How jobs stand now, and where their logs are then. */
export async function observeWithLogs(
  stack: Stack,
  jobs: readonly Job[],
): Promise<{
  readonly jobs: readonly ObservedJob[];
  readonly places: LogPlaces;
  /** The user's, as the server listed them. */
  readonly sessions: readonly Session[];
}> {
  const connection = stack.connection();
  const { jobs: found, listing, problems } = await observe(jobs, connection, Date.now());
  for (const problem of problems) say(plain(problem));
  const listed = new Set(listing.sessions.map(({ id }) => id));
  const places = placesOf(stack, connection, (id) => listed.has(id));
  return { jobs: found, places, sessions: listing.sessions };
}

function placesOf(
  { project }: Stack,
  { client, arc }: Connection,
  isListed: LogPlaces["isListed"],
): LogPlaces {
  return { client, arc, program: project.program, isListed };
}

/** Asks for a list only where one is needed, and connects only then. */
export function onDemand(stack: Stack): LogPlaces {
  let listed: Promise<ReadonlySet<string>> | undefined;
  const isListed = async (sessionId: string) => {
    listed ??= stack
      .connection()
      .client.list()
      .then(({ sessions }) => new Set(sessions.map(({ id }) => id)));
    return (await listed).has(sessionId);
  };
  return {
    client: { log: (sessionId) => stack.connection().client.log(sessionId) },
    arc: { stream: (file) => stack.connection().arc.stream(file) },
    program: stack.project.program,
    isListed,
  };
}
