// Sessions that a stack launched and has lost sight of, as when an `up` was killed and the program edited
// before the next one: named after a run, and cancelled where that was asked for.
import type { Session } from "../../provider/api";
import { messageOf } from "../../provider/errors";
import { parseName, placeOf, tagOf } from "../../provider/job/identity";
import { statusOf } from "../../provider/job/status";
import { cancelAndSee } from "../../provider/lifecycle/cancelling";
import { baseOfPack, packBase, tagOfSession } from "../../provider/packs/places";
import { systemClock } from "../../provider/run/clock";
import { LaunchLock, launchKey } from "../../provider/run/launchLock";
import { ownTemporaryFolder } from "../../provider/run/temporaryFolder";
import { SessionList } from "../../provider/server/sessionList";
import { canAsk, confirm, longRunMs } from "../ask";
import { otherStacksOf, placeOfStack, type StackPlace } from "../stack/otherStacks";
import type { Stack } from "../stack/stack";
import { suggested } from "../suggested";
import { duration, plain, say } from "../terminal";
import { runEngine } from "./engineRun";
import { type Belongings, belongingsOf, orphansAmong } from "./orphans";
import type { Operation } from "./pulumiArgs";
import type { RunEffects } from "./runEffects";

export interface OrphanOptions {
  /** @default the stack that is selected */
  readonly stackName: string | undefined;
  /** As it was given. */
  readonly cwd: string | undefined;
  readonly isCancelling: boolean;
  /** Nobody is to be asked. */
  readonly isAgreed: boolean;
}

const mostLines = 20;

/** A name on the server tells project and stack, and neither folder nor machine. */
export const foreignWarning =
  "If another folder or machine has a project and stack of these names, they are its jobs, and cancelling would end them: give this project another name (name: in Pulumi.yaml) instead.";

/**
 * @param run of an operation that ended well: what is in neither program nor state then
 * @returns the exit status
 */
export async function reportOrphans(
  stack: Stack,
  operation: Operation,
  run: RunEffects,
  options: OrphanOptions,
): Promise<number> {
  try {
    const place = run.identity
      ? placeOf(run.identity)
      : await placeOfStack(stack.project, options.stackName);
    const belongings = belongingsOf(run, tagOf({ ...place, logicalName: "" }));
    const found = await orphansOf(stack, belongings, place);
    if (found.length === 0) return 0;
    return await namedOrCancelled(stack, operation, found, options);
  } catch (error) {
    const problem = `Orphans were not ${options.isCancelling ? "cancelled" : "looked for"}: ${messageOf(error)}`;
    say(plain(problem));
    return options.isCancelling ? 1 : 0;
  }
}

/** Sessions, and jobs in packs, that live, carry a tag of the stack, and belong neither to it nor to another one of the project. */
export async function orphansOf(
  stack: Stack,
  belongings: Belongings,
  place: StackPlace,
): Promise<Session[]> {
  const { client, packs } = stack.connection();
  for (const [id, state] of belongings.states) packs.know(id, state);
  // A provider that outlives its killed engine may still be launching.
  const { sessions } = await afterLaunches(client.server, [...belongings.tags], () =>
    client.list(),
  );
  const orphans = orphansAmong(sessions, belongings);
  if (orphans.length === 0) return [];
  // After a stack was renamed or copied, a name does not tell whose a session is.
  const others = await otherStacksOf(stack.project, place);
  return orphans.filter(
    ({ name }) =>
      !others.tags.has(tagOfSession(name) ?? "") && !others.ids.has(parseName(name)?.id ?? ""),
  );
}

function afterLaunches<T>(
  server: string,
  tags: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  const [tag, ...rest] = tags;
  if (tag === undefined) return work();
  const lock = new LaunchLock({
    key: launchKey(server, tag),
    clock: systemClock,
    folder: ownTemporaryFolder(),
    onTaken: () => {},
    onWaiting: (pid) => say(`Waiting for the launches of an earlier run (process ${pid}) to end.`),
  });
  return lock.hold(() => afterLaunches(server, rest, work));
}

async function namedOrCancelled(
  stack: Stack,
  operation: Operation,
  orphans: readonly Session[],
  options: OrphanOptions,
): Promise<number> {
  const one = orphans.length === 1;
  const where =
    operation === "refresh" ? "not in its state" : "in neither its program nor its state";
  say(
    `${orphans.length} ${one ? "session" : "sessions"} of this stack ${one ? "is" : "are"} ${where}:`,
  );
  for (const session of orphans.slice(0, mostLines)) {
    const { name, id, status } = session;
    const running = runningMs(session);
    const since = running > 0 ? `, ${duration(running)} in` : "";
    say(plain(`  ${name} (session ${id}, ${statusOf(status)}${since})`));
  }
  if (orphans.length > mostLines) say(`  and ${orphans.length - mostLines} more`);
  if (!options.isCancelling) {
    const it = one ? "it" : "them";
    const advice =
      operation === "refresh"
        ? `The next pulumi-skaha up takes over what the program declares; up --cancel-orphans cancels the rest.`
        : `pulumi-skaha ${operation} --cancel-orphans cancels ${it}.`;
    say(suggested(advice, { stack: options.stackName, cwd: options.cwd }));
    say(foreignWarning);
    return 0;
  }
  return cancelled(stack, operation, orphans, options);
}

async function cancelled(
  stack: Stack,
  operation: Operation,
  orphans: readonly Session[],
  { isAgreed }: OrphanOptions,
): Promise<number> {
  const undeclared = operation === "refresh" ? await notInProgram(stack, orphans) : orphans;
  if (undeclared === undefined) {
    say(
      "Nothing was cancelled: only pulumi-skaha up --cancel-orphans knows which of them the program declares.",
    );
    return 1;
  }
  if (undeclared.length === 0) {
    say("All of them are in the program: the next pulumi-skaha up takes them over.");
    return 0;
  }
  const long = undeclared.filter((session) => runningMs(session) > longRunMs);
  if (long.length > 0 && !isAgreed && canAsk()) {
    const some = `${long.length} of them ${long.length === 1 ? "has" : "have"} been running for over an hour.`;
    if (!(await confirm(`${some} Cancel all ${undeclared.length}?`))) return 1;
  }
  const { client } = stack.connection();
  const sessions = new SessionList(client, systemClock);
  await cancelAndSee("orphans", undeclared, sessions, systemClock, client.server);
  say(`${undeclared.length} cancelled.`);
  return 0;
}

/** @returns undefined where a preview cannot tell */
async function notInProgram(
  { project, selection }: Stack,
  orphans: readonly Session[],
): Promise<Session[] | undefined> {
  const args = ["preview", "--refresh=false", ...selection];
  const { status, changes } = await runEngine(project.pulumi, args, { stdout: "ignore" });
  const declared = new Set<string>();
  for (const { op, id, inputs } of changes) {
    if (op === "delete") continue;
    if (id === undefined || parseName(id) === undefined) return undefined; // not known yet
    declared.add(id);
    // Which jobs a pack holds only its ledger says, which up reads: it may hold those of its sweep.
    if (inputs?.pack) declared.add(packBase(inputs.pack.name, id));
  }
  if (status !== 0) return undefined;
  const standsFor = (name: string) => baseOfPack(name) ?? parseName(name)?.id ?? "";
  return orphans.filter(({ name }) => !declared.has(standsFor(name)));
}

function runningMs({ status, startTime }: Session): number {
  if (statusOf(status) !== "Running" || !startTime) return 0;
  return Math.max(0, Date.now() - Date.parse(startTime));
}
