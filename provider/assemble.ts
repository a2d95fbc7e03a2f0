// Puts one run together: settings, credentials, the server, the lifecycle. The only place that knows all
// of them; what each does is in its own file.
import type { Announcement } from "./actions/actions";
import { Announcer } from "./actions/announcer";
import { JobNames, namesFile } from "./actions/jobNames";
import { ReportWriter, reportFile } from "./actions/runReport";
import { rerunIds } from "./array/rerun";
import { type Connection, connect } from "./connect";
import { groupIn } from "./cost/expected";
import { engineOfThisProcess } from "./engine/engineLog";
import { type EngineWatch, interruptible, noEngine, watchEngine } from "./engine/engineWatch";
import type { PendingJob } from "./engine/pendingJobs";
import { askForPendingJobs } from "./engine/pendingJobsClient";
import { type Provenance, provenanceOf } from "./engine/provenance";
import { JobFiles } from "./files/jobFiles";
import type { LaunchPolicy } from "./job/decisions/hold";
import { Budget } from "./lifecycle/budget";
import { Launcher } from "./lifecycle/launcher";
import { Lifecycle } from "./lifecycle/lifecycle";
import { Outcomes } from "./lifecycle/outcomes";
import { PostOnce } from "./lifecycle/postOnce";
import { Preflight } from "./lifecycle/preflight";
import { SessionLookup } from "./lifecycle/sessionLookup";
import { Slots } from "./lifecycle/slots";
import type { PackedServer } from "./packs/packedServer";
import type { Arc } from "./record/arc";
import { type AskedOfProvider, askedIn } from "./run/asked";
import { type Clock, systemClock } from "./run/clock";
import { firstListFile, takeFirstList, whoseList } from "./run/firstList";
import { lockName } from "./run/launchLock";
import { LaunchLocks } from "./run/launchLocks";
import { SeenJobs, storedJobs } from "./run/storedJobs";
import { endsFile, releasedIn, SweepEnds } from "./run/sweepEnds";
import { ownTemporaryFolder } from "./run/temporaryFolder";
import { LogKeeper } from "./server/logKeeper";
import { Records } from "./server/records";
import { type ServerFacts, sharedFacts } from "./server/serverFacts";
import { type EarlierList, SessionList } from "./server/sessionList";
import { SharedList } from "./server/sharedList";
import type { Settings } from "./settings";
import { readNotify } from "./settings/notifySettings";
import type { SkahaClient } from "./skaha/client";

export interface Run extends AskedOfProvider {
  readonly announce: Announcer;
  readonly client: SkahaClient;
  readonly preflight: Preflight;
  readonly lifecycle: Lifecycle;
  readonly slots: Slots;
  readonly sweepEnds: SweepEnds;
  readonly budget: Budget;
  readonly packs: PackedServer;
  readonly arc: Arc;
  readonly facts: Pick<ServerFacts, "get">;
  readonly files: Pick<JobFiles, "contentsOf">;
  /** The stack's `skaha:record`. */
  readonly record: string | undefined;
  /** How many jobs of an array are launched at a time. */
  readonly launchesAtOnce: number;
  readonly policy: () => LaunchPolicy;
  /**
   * Refuses wrong settings of who is told. Asked for what a program declares only: they are no reason not to look or cancel.
   * @throws an error that names the setting and what is wrong with it
   */
  readonly checkNotify: () => void;
  /** The jobs of the program that the engine has not answered about. */
  readonly pendingJobs: () => Promise<readonly PendingJob[]>;
}

export interface AssembleOptions {
  /** @default the system's */
  readonly clock?: Clock;
  /** What was done so far. @default the one that the environment names */
  readonly report?: ReportWriter;
  /** Where announcements go. @default the host's stdout */
  readonly write?: (line: string) => void;
  /** The program's folder. @default the working directory */
  readonly folder?: string;
  /** @default the user's home */
  readonly home?: string;
  /** Where locks and shared answers are kept. @default this user's own temporary folder */
  readonly temporary?: string;
  /** Where a refresh leaves what it saw for the update after it. @default in `temporary`, named after the engine */
  readonly handedOn?: string;
  /** @default the one that started this process, if one did */
  readonly engine?: EngineWatch;
  /** Whether the user ended the run: nothing is launched any more. @default never */
  readonly isInterrupted?: () => boolean;
  /** Milliseconds without an answer after which a request counts as lost. @default 60_000 */
  readonly timeoutMs?: number;
  /**
   * Whether this is about jobs outside any stack: each is launched by a process of its own, which shares the server's list
   * with the others, and nobody keeps which commit it came from. @default false
   */
  readonly isOutsideStacks?: boolean;
  /** Which version of the program launches the jobs. @default what git says of `folder`, if there is a stack */
  readonly provenance?: () => Promise<Provenance>;
}

/** One is prepared while the one before it is answered. */
const launchesPerConnection = 2;

/**
 * @param config one value of the stack's configuration, like `skaha:serverUrl`
 * @throws an error that names the setting and what is wrong with it
 */
export function assemble(
  config: (key: string) => string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  options: AssembleOptions = {},
): Run {
  const { clock = systemClock, write, folder = process.cwd(), home, timeoutMs } = options;
  const { report = new ReportWriter(env[reportFile]), temporary = ownTemporaryFolder() } = options;
  const connection = connect(config, env, {
    ...{ clock, home, folder, timeoutMs },
    onUnreached: (where, error) => announce.say(unreached(where, error)),
  });
  const { settings, isServerImplied, credentials, arc, packs } = connection;
  const { server, maxInFlight, maxCost, window, registryAuth, record } = settings;
  const { isOutsideStacks = false, isInterrupted } = options;
  const { provenance = async () => (isOutsideStacks ? {} : provenanceOf(folder)) } = options;
  const shared = isOutsideStacks ? sharedListOf(connection, { clock, temporary }) : undefined;
  const { client } = shared ?? connection;
  const announce = new Announcer(write, undefined, report, new JobNames(env[namesFile]));
  if (isServerImplied) announce.say({ kind: "server", server, from: settings.serverFrom });
  const address = engineOfThisProcess();
  const locks = new LaunchLocks({
    ...{ server, clock, folder: temporary, isByName: isOutsideStacks, run: address },
    onTaken: (key, last, wasAbandoned) => {
      sessions.forgetBefore(key, last);
      if (wasAbandoned) shared?.forget();
    },
    onWaiting: (pid, isThisRun) => announce.say({ kind: "wait", pid, isThisRun }),
  });
  const sessions: SessionList = new SessionList(
    client,
    clock,
    (listed, askedAt) => report.list(listed, askedAt),
    () => locks.lastHolders(),
    earlierList(env, packs, async () => whoseList(server, await credentials.current())),
  );
  packs.whenMissed(() => sessions.forget());
  const slots = new Slots(maxInFlight, sessions, clock);
  const onAway = (why: string) => announce.say(unchecked(server, why));
  const facts = sharedFacts({ server, client, credentials }, { clock, temporary }, onAway);
  const handedOn = options.handedOn ?? endsFile(temporary, address);
  const budget = budgetOf(settings, { clock, names: announce.names, env, handedOn });
  const sweepEnds = sweepEndsIn(env, handedOn);
  const policy = () => ({ now: clock.now(), window, maxInFlight, maxCost, stops: sweepEnds });
  const watch = options.engine ?? (address === undefined ? noEngine : watchEngine(address));
  const engine = isInterrupted ? interruptible(watch, isInterrupted) : watch;
  const records = new Records(arc, announce, clock);
  const files = new JobFiles(arc, announce, folder);
  const logs = new LogKeeper(client, folder, clock);
  const lifecycle = new Lifecycle({
    ...{ client, sessions },
    ...{ slots, budget, records, record, clock, announce, policy },
    lookup: new SessionLookup(sessions, clock, announce, server),
    outcomes: new Outcomes(sessions, logs, records, clock, announce, client),
    launcher: new Launcher({
      postOnce: new PostOnce(sessions, clock, engine, announce),
      ...{ slots, budget, facts, records, files },
      ...{ clock, announce, policy, record, registryAuth },
      provenance: once(provenance),
    }),
    attend: (id) => {
      locks.of(id);
    },
    isUnbegun: (sessionId) => packs.isUnbegun(sessionId),
    askAnew: () => shared?.askAnew(),
    alone: (id, work) => locks.of(id).hold(work),
  });
  const preflight = new Preflight(facts, announce, {
    hasRegistryAuth: registryAuth !== undefined,
    ...{ maxInFlight, record },
  });
  return {
    ...{ announce, client, preflight, lifecycle, slots, budget, sweepEnds, policy, packs },
    ...{ arc, facts, files, record },
    launchesAtOnce: launchesPerConnection * settings.concurrency,
    ...askedIn(env),
    checkNotify: () => void readNotify(config),
    pendingJobs: () => askForPendingJobs(address),
  };
}

function budgetOf(
  { maxCost, price }: Pick<Settings, "maxCost" | "price">,
  from: {
    readonly clock: Clock;
    readonly names: JobNames;
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly handedOn: string | undefined;
  },
): Budget {
  if (maxCost === undefined || price === undefined) return new Budget(undefined);
  const { clock, names, env, handedOn } = from;
  const seen = new SeenJobs(handedOn);
  const groupOf = (id: string) => {
    const name = names.of(id);
    return name === id ? undefined : groupIn(name);
  };
  const stored = () => {
    const jobs = storedJobs(env[namesFile]);
    for (const { id, name } of jobs) names.know(id, name);
    return [...jobs, ...seen.all()];
  };
  return new Budget({ maxCost, price, clock, groupOf, stored, seen });
}

/** The server's list as the processes of one user share it. */
export function sharedListOf(
  { client, settings, credentials }: Pick<Connection, "client" | "settings" | "credentials">,
  options: {
    readonly clock: Clock;
    readonly temporary: string;
    readonly takesFailures?: boolean;
  },
): SharedList {
  const { temporary: folder, ...rest } = options;
  const whose = async () => whoseList(settings.server, await credentials.current());
  return new SharedList(client, { folder, whose, ...rest });
}

function unchecked(server: string, why: string): Announcement {
  const text = `warning: sizes and images were not checked against ${server}: ${why}`;
  return { kind: "warning", text };
}

function unreached(server: string, { code }: NodeJS.ErrnoException): Announcement {
  const text = `warning: ${server} cannot be reached (${code}); asking again for some seconds`;
  return { kind: "warning", text };
}

function sweepEndsIn(
  env: Readonly<Record<string, string | undefined>>,
  file: string | undefined,
): SweepEnds {
  return new SweepEnds({ released: releasedIn(env), again: rerunIds(env), file });
}

/** What `pulumi-skaha` was answered before it began this run. */
function earlierList(
  env: Readonly<Record<string, string | undefined>>,
  packs: PackedServer,
  whose: () => Promise<string>,
): EarlierList | undefined {
  const first = takeFirstList(env[firstListFile]);
  if (first === undefined) return undefined;
  return {
    askedAt: first.askedAt,
    lastHolder: (key) => first.holders[lockName(key)],
    listing: async () => {
      const { user, sessions } = first;
      return (await whose()) === first.whose ? packs.shown({ user, sessions }) : undefined;
    },
  };
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
