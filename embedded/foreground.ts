// Serves in the foreground until it is interrupted: what `pulumi-skaha dev` and `npm run skaha` do.
import { resolve } from "node:path";
import { type Config, ownName } from "./config";
import { startSkaha } from "./http/server";

export interface ForegroundOptions {
  /** Let sessions run on when the server is interrupted. */
  readonly keepSessions: boolean;
  /** Gets the lines to export, and nothing else. */
  readonly print: (line: string) => void;
  /** Gets what a person reads. */
  readonly say: (line: string) => void;
}

/** @throws an error whose message names what is wrong with the configuration, the port or the data folder */
export async function serveInForeground(
  config: Config,
  { keepSessions, print, say }: ForegroundOptions,
): Promise<void> {
  const interrupted = interruption();
  const dataDir = resolve(config.dataDir ?? ".skaha");
  const skaha = await startSkaha({ ...config, port: config.port ?? 8080, dataDir });
  print(`export CANFAR_URL=${skaha.url}`);
  print(`export CANFAR_TOKEN=${quoted(skaha.token)}`);
  say(`skaha: serving ${skaha.url} from ${dataDir}; interrupt to stop`);
  await interrupted;
  if (keepSessions) {
    say("skaha: stopped; sessions run on");
    await skaha.close();
  } else {
    say("skaha: ending all sessions");
    await skaha.stop();
  }
}

/** The configuration with this token for its first user. */
export function withToken(config: Config, token: string): Config {
  const [first, ...others] = Object.entries(config.users ?? {});
  if (!first) return { ...config, users: { [ownName()]: { token } } };
  return { ...config, users: Object.fromEntries([[first[0], { ...first[1], token }], ...others]) };
}

/** As a shell takes it. */
function quoted(word: string): string {
  return /^[\w.-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function interruption(): Promise<void> {
  return new Promise<void>((resolveWait) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolveWait());
  });
}
