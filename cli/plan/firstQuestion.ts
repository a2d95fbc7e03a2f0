// Asks the server before the engine begins, as every run does first: what fails there would fail each job, and is
// told once here, within ten seconds. The answer serves as the run's first list.
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Connection, connect } from "../../provider/connect";
import { messageOf } from "../../provider/errors";
import { tagOf } from "../../provider/job/identity";
import { systemClock } from "../../provider/run/clock";
import { type FirstList, whoseList } from "../../provider/run/firstList";
import { becomeLastHolder, lastHolders, launchKey } from "../../provider/run/launchLock";
import { ownTemporaryFolder } from "../../provider/run/temporaryFolder";
import { sharedFacts } from "../../provider/server/serverFacts";
import { skahaClient } from "../../provider/skaha/client";
import { connect as exchange } from "../../provider/skaha/exchange";
import { CommandError, UnansweredError } from "../commandError";
import { existing, type Project } from "../project";
import { stateFileOf } from "../stack/ownState";
import { plainConfigOf } from "../stack/plainConfig";
import type { Stack } from "../stack/stack";
import { once, plain, say } from "../terminal";
import { configFile, leavesOutRefresh, type Operation, setsConfig } from "./pulumiArgs";

/** Of all stacks whose state is in files. */
const ofFiles = "organization";
/** Without a connection after this time there will be none. */
const connectMs = 4_000;
/** For so long the list waits for sizes and images. */
const offersMs = 2_000;
/** A list may take long: then the server is asked something quick besides. */
const patienceMs = 5_000;
const quickMs = 4_000;

/**
 * @param stackName undefined for the one that is selected
 * @param stack opens it, for its configuration; undefined where it cannot be opened, which Pulumi tells
 * @returns undefined where it cannot be known whom the run will ask
 * @throws CommandError with the cause, where no run could do anything
 */
export async function askFirst(
  operation: Operation,
  args: readonly string[],
  project: Project,
  stackName: string | undefined,
  stack: () => Promise<Stack | undefined>,
): Promise<FirstList | undefined> {
  if (setsConfig(args) || args.some((arg) => arg.startsWith("--remote"))) return undefined;
  // It needs no server: sizes and images are not checked then.
  if (operation === "preview" && leavesOutRefresh(args)) return undefined;
  const config = isKnownBy(process.env)
    ? () => undefined
    : (plainConfig(args, project, stackName) ?? (await stack())?.config);
  if (config === undefined) return undefined;
  // Refresh and destroy see the stack's configuration as it was at the last `up`.
  const isEarlier = operation === "refresh" || operation === "destroy";
  const keys = ["skaha:serverUrl", "skaha:tokenCommand", "skaha:token"];
  if (isEarlier && keys.some((key) => config(key))) return undefined;
  try {
    const onUnreached = once((server: string, { code }: NodeJS.ErrnoException) =>
      say(plain(`${server} cannot be reached (${code}); asking again for some seconds.`)),
    );
    const folder = existing(project);
    const connection = connect(config, process.env, { folder, connectMs, onUnreached });
    if (operation !== "preview") beginLocks(connection, project, stackName);
    const offered = isEarlier ? undefined : askedOffers(connection);
    const first = await listed(connection);
    await Promise.race([offered, sleep(offersMs, undefined, { ref: false })]);
    return first;
  } catch (error) {
    if (error instanceof UnansweredError) throw error;
    throw new CommandError(`${messageOf(error)}. Nothing was done.`, 1, { cause: error });
  }
}

/** Server and credential that the environment names go before what the stack's configuration has. */
function isKnownBy({ CANFAR_URL, CANFAR_TOKEN, CANFAR_CERTIFICATE }: NodeJS.ProcessEnv): boolean {
  return Boolean(CANFAR_URL && (CANFAR_TOKEN?.trim() || CANFAR_CERTIFICATE?.trim()));
}

/** @returns undefined where Pulumi has to be asked, also for what its file has in a form that only Pulumi reads */
function plainConfig(args: readonly string[], project: Project, stack: string | undefined) {
  if (configFile(args) !== undefined) return undefined;
  const { folder, pulumi } = project;
  const config = plainConfigOf({ folder, env: pulumi.env, stack });
  try {
    if (config) connect(config, process.env, { folder: existing(project) });
    return config;
  } catch {
    return undefined;
  }
}

async function listed(connection: Connection): Promise<FirstList> {
  const { client, credentials, settings } = connection;
  const holders = lastHolders(ownTemporaryFolder()); // before the list is asked for
  const askedAt = Date.now();
  const listing = client.list();
  const alive = new AbortController();
  try {
    const { user, sessions } = await Promise.race([listing, silence(connection, alive.signal)]);
    const whose = whoseList(settings.server, await credentials.current());
    return { askedAt, whose, user, sessions: [...sessions], holders };
  } finally {
    alive.abort();
  }
}

/**
 * Where the stack's state is a file here, it is known which lock the run's launches take. Whether another process launched
 * after the list is known from its holders, and the first run on a machine has none.
 */
function beginLocks(
  { settings }: Connection,
  { folder, pulumi: { env } }: Project,
  stackName: string | undefined,
): void {
  const state = stateFileOf({ folder, env, stack: stackName });
  if (state === undefined) return;
  const stack = path.basename(state, ".json");
  const project = path.basename(path.dirname(state));
  const tag = tagOf({ organization: ofFiles, project, stack, logicalName: "" });
  try {
    becomeLastHolder(ownTemporaryFolder(), launchKey(settings.server, tag));
  } catch {
    // A folder that cannot be written to: the run says so, and it only saves a list.
  }
}

/** Sizes and images, which the run's provider finds in this user's folder then. Whatever fails here it asks, and tells, itself. */
async function askedOffers({ settings, proxies, credentials }: Connection): Promise<void> {
  const { server } = settings;
  const timeoutMs = offersMs; // a request that nobody waits for any more keeps no command from ending
  const client = skahaClient({
    ...{ server, credentials, proxies, timeoutMs },
    ...{ concurrency: 2, isPatient: false },
  });
  const at = { clock: systemClock, temporary: ownTemporaryFolder() };
  await sharedFacts({ server, client, credentials }, at, () => {}).get();
}

/** @returns never, unless the server is found to be silent: then it throws */
async function silence({ settings, proxies }: Connection, over: AbortSignal): Promise<never> {
  const never = new Promise<never>(() => {});
  try {
    await sleep(patienceMs, undefined, { signal: over });
  } catch {
    return never; // it has answered
  }
  const ask = exchange({ concurrency: 1, timeoutMs: quickMs, tls: undefined, proxies });
  const url = `${settings.server}/context`;
  const asked = { url, method: "GET", headers: {}, body: null } as const;
  try {
    await ask({ ...asked, isRepeated: false, isStreamed: false });
    return await never; // whatever it says: it is there, and only slow
  } catch (error) {
    throw new UnansweredError(
      `${settings.server} (${settings.serverFrom}) does not answer (${messageOf(error)}): see whether it can be reached from here, then run the command again. Nothing was done.`,
      1,
      { cause: error },
    );
  }
}
