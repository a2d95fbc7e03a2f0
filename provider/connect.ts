// Whom to ask, and as whom: reads settings and credentials and makes the clients of the server and of its
// files. For one run of the engine as well as for the command, which looks without the engine.
import os from "node:os";
import { PackedServer } from "./packs/packedServer";
import { type Arc, arcOf } from "./record/arc";
import { type Clock, systemClock } from "./run/clock";
import { readSettings, type Settings } from "./settings";
import { readCanfarConfig } from "./skaha/canfarConfig";
import { type SkahaClient, skahaClient } from "./skaha/client";
import { type Credentials, credentialsFrom } from "./skaha/credentials";
import { type Proxies, proxiesOf } from "./skaha/proxies";

export interface Connection {
  readonly settings: Settings;
  /** True where nobody named the server for this stack: it is printed then. */
  readonly isServerImplied: boolean;
  readonly credentials: Credentials;
  readonly proxies: Proxies;
  /** With jobs in packs as sessions of their own. */
  readonly client: SkahaClient;
  readonly arc: Arc;
  readonly packs: PackedServer;
}

export interface ConnectOptions {
  /** @default the system's */
  readonly clock?: Clock;
  /** @default the user's home */
  readonly home?: string | undefined;
  /** What relative paths of settings start from: the program's folder. @default the working directory */
  readonly folder?: string | undefined;
  /** Milliseconds without an answer after which a request counts as lost. @default 60_000 */
  readonly timeoutMs?: number | undefined;
  /** Milliseconds without a connection after which there is none. @default `timeoutMs`, at most 20_000 */
  readonly connectMs?: number | undefined;
  /** Whether a server that cannot be reached is asked again for some seconds. @default true */
  readonly isPatient?: boolean | undefined;
  /** Told each time that a server cannot be reached and is to be asked again. @param server its URL */
  readonly onUnreached?: ((server: string, error: NodeJS.ErrnoException) => void) | undefined;
  /** Told of each request that has had no answer for two seconds. @param server its URL */
  readonly onSilent?: ((server: string) => void) | undefined;
}

/**
 * @param config one value of the stack's configuration, like `skaha:serverUrl`
 * @throws an error that names the setting and what is wrong with it; nothing is sent yet
 */
export function connect(
  config: (key: string) => string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  {
    clock = systemClock,
    home = os.homedir(),
    folder = ".",
    timeoutMs,
    connectMs,
    isPatient,
    onUnreached,
    onSilent,
  }: ConnectOptions = {},
): Connection {
  const isServerImplied = !env.CANFAR_URL && !config("skaha:serverUrl");
  // A configuration file that is not needed must not be in the way.
  const canfarConfig = isServerImplied
    ? readCanfarConfig(home)
    : unbroken(() => readCanfarConfig(home));
  const settings = readSettings(config, env, canfarConfig);
  const { tokenCommand, stackToken, concurrency } = settings;
  const credentials = credentialsFrom({
    env,
    home,
    folder,
    tokenCommand,
    stackToken,
    canfarConfig: () => readCanfarConfig(home),
    now: () => clock.now(),
  });
  const proxies = proxiesOf(env);
  const askedOf = (server: string) => ({
    ...{ server, credentials, concurrency, timeoutMs, connectMs, proxies, isPatient },
    ...(onUnreached && {
      onUnreached: (error: NodeJS.ErrnoException) => onUnreached(server, error),
    }),
    ...(onSilent && { onSilent: () => onSilent(server) }),
  });
  const client = skahaClient(askedOf(settings.server));
  const packs = new PackedServer(client, arcOf(askedOf(settings.arc)), clock);
  return {
    ...{ settings, isServerImplied, credentials, proxies, packs },
    client: packs.client,
    arc: packs.arc,
  };
}

function unbroken<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined; // the credentials tell of it, if it is them that need the file
  }
}
