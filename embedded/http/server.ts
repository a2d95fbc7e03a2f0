// The server around the routes: keeping strangers out, faults, the journal, starting and stopping.
import { setTimeout as sleep } from "node:timers/promises";
import { reasonToRefuse } from "../auth";
import { type Config, type Settings, settle } from "../config";
import { Faults } from "../faults";
import { localRunner } from "../runners/localRunner";
import type { Runner } from "../sessions/runner";
import { Sessions } from "../sessions/sessions";
import { diskStore, memoryStore } from "../sessions/store";
import { plain } from "./answer";
import { currentDialect, type Dialect } from "./dialect";
import { type SessionSummary, sessionSummary } from "./inspection";
import { Journal, type JournalEntry } from "./journal";
import { type Listener, listen, type Serve } from "./listener";
import { misbehave, vanish } from "./misbehaviour";
import { type Api, createApi } from "./routes";
import { v0Dialect } from "./v0";

/** The configuration, and what only a program can give. */
export interface SkahaOptions extends Config {
  /** The time, in ms. @default Date.now */
  readonly clock?: () => number;
  /** What runs the sessions. @default local processes; needs `dataDir` */
  readonly runner?: Runner;
  /** Ids of new sessions. @default random, as the real server makes them */
  readonly newId?: () => string;
}

export interface Skaha {
  /** What `CANFAR_URL` gets: `http://127.0.0.1:PORT/skaha/v1`. */
  readonly url: string;
  readonly port: number;
  /** The first user's token. */
  readonly token: string;
  /** All users' tokens, by name. */
  readonly tokens: Readonly<Record<string, string>>;
  /** Every request since the start or the last `clearJournal`, but those to `/_embedded`. */
  journal(): JournalEntry[];
  clearJournal(): void;
  readonly faults: Faults;
  /** Every session ever launched on this data folder, the oldest first. */
  jobs(): SessionSummary[];
  /** Makes the API forget a session at once, and ends its processes. False: there is none. */
  vanish(id: string): boolean;
  /** Stops listening. Sessions go on running, and another server on the same folder finds them. */
  close(): Promise<void>;
  /** Ends all sessions, then closes. */
  stop(): Promise<void>;
}

/** How often a server with a real clock looks for what is due when nobody asks. */
const lookMs = 1_000;

/** What a running server consists of. */
interface Parts {
  readonly settings: Settings;
  readonly now: () => number;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly sessions: Sessions;
  readonly api: Api;
  readonly port: number;
}

/**
 * Starts an embedded Skaha server.
 *
 * Throws a sentence if the options make no sense, the port is taken, or the data folder is served by another living
 * server.
 */
export async function startSkaha(options: SkahaOptions = {}): Promise<Skaha> {
  const { clock, runner, newId, ...config } = options;
  const settings = settle(config);
  const { dataDir, capacity, lifetimes } = settings;
  if (dataDir === undefined && !runner) {
    throw new Error("without a dataDir a runner must be given: local processes need a folder");
  }
  const dialect: Dialect = settings.api === "v0" ? v0Dialect : currentDialect;
  const now = clock ?? Date.now;
  const journal = new Journal();
  const faults = new Faults(settings.faults);
  const store = dataDir === undefined ? memoryStore() : diskStore(dataDir);
  const serve: Serve = (asked, headers) => answerTo(parts, asked, headers);
  const listener = await listen(settings, serve).catch((error: unknown) => {
    store.close();
    throw error;
  });

  const { port } = listener;
  const sessions = new Sessions({
    clock: now,
    capacity,
    lifetimes,
    runner: runner ?? runnerFor(settings, port, now),
    store,
  });
  const base = `http://${settings.host.includes(":") ? `[${settings.host}]` : settings.host}:${port}/skaha`;
  const shared = { settings, sessions, journal, faults };
  const api = createApi({ ...shared, dialect, base: () => base, newId });
  const parts: Parts = { ...shared, now, api, port };
  const looking = clock ? undefined : setInterval(() => sessions.look(), lookMs).unref();
  return handleOf(parts, `${base}${dialect.prefix}`, listener, looking);
}

function runnerFor(settings: Settings, port: number, clock: () => number): Runner {
  return localRunner({
    dataDir: settings.dataDir ?? "",
    clock,
    hostname: `${settings.host}:${port}`,
    startDelayMs: settings.startDelayMs,
    entrypointOf: settings.images.entrypointOf,
  });
}

/** Refuses strangers; else does what is asked for, with the faults that are set, and notes it down. */
async function answerTo(
  { settings, now, journal, faults, sessions, api, port }: Parts,
  ...[asked, headers]: Parameters<Serve>
): ReturnType<Serve> {
  const { method, url: path } = asked;
  const reason = reasonToRefuse(headers, port, settings.allowRemote);
  if (reason) {
    journal.add({ time: now(), method, path, status: 403 });
    return plain(`${reason}\n`, 403);
  }
  if (path.startsWith("/_embedded")) return api.answer(asked);

  const time = now();
  const { delayMs, fault } = faults.meet(method, path);
  if (delayMs > 0) await sleep(delayMs);
  const { answer, user, sessionId } = misbehave(asked, fault, api.answer, sessions);
  journal.add({
    time,
    method,
    path,
    status: answer?.status ?? 0,
    ...(user !== undefined && { user }),
    ...(sessionId !== undefined && { sessionId }),
    ...(fault && { fault: fault.kind }),
  });
  return fault?.kind === "noAnswer" ? new Promise(() => {}) : answer;
}

function handleOf(
  { settings, journal, faults, sessions, port }: Parts,
  url: string,
  listener: Listener,
  looking: NodeJS.Timeout | undefined,
): Skaha {
  const { users } = settings;
  const stopListening = async () => {
    clearInterval(looking);
    await listener.close();
  };
  return {
    url,
    port,
    token: users[0]?.token ?? "",
    tokens: Object.fromEntries(users.map(({ name, token }) => [name, token])),
    journal: () => journal.entries(),
    clearJournal: () => journal.clear(),
    faults,
    jobs: () => sessions.all().map(sessionSummary),
    vanish: (id) => vanish(sessions, id),
    async close() {
      await stopListening();
      sessions.close();
    },
    async stop() {
      await stopListening();
      await sessions.stop();
    },
  };
}
