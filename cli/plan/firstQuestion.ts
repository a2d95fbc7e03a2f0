// Asks the server before the engine begins, as every run does first: what fails there would fail each job, and is
// told once here, within ten seconds. The answer serves as the run's first list.
import { setTimeout as sleep } from "node:timers/promises";
import { type Connection, connect } from "../../provider/connect";
import { messageOf } from "../../provider/errors";
import { type FirstList, whoseList } from "../../provider/run/firstList";
import { lastHolders } from "../../provider/run/launchLock";
import { ownTemporaryFolder } from "../../provider/run/temporaryFolder";
import { connect as exchange } from "../../provider/skaha/exchange";
import { CommandError, UnansweredError } from "../commandError";
import { existing, type Project } from "../project";
import { plainConfigOf } from "../stack/plainConfig";
import type { Stack } from "../stack/stack";
import { once, plain, say } from "../terminal";
import { configFile, leavesOutRefresh, type Operation, setsConfig } from "./pulumiArgs";

/** Without a connection after this time there will be none. */
const connectMs = 4_000;
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
    return await listed(connection);
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
