// `pulumi-skaha dev`: the embedded server in the foreground, set up by options or a file.
import { readFileSync } from "node:fs";
import type { Config, FaultRule } from "../../../embedded";
import { contextWithin } from "../../../embedded/config";
import { serveInForeground, withToken } from "../../../embedded/foreground";
import { messageOf } from "../../../provider/errors";
import { CommandError } from "../../commandError";
import { parseFault } from "../../faultWord";
import { print, say } from "../../terminal";

export interface DevOptions {
  readonly port?: number | undefined;
  readonly token?: string | undefined;
  readonly cores?: number | undefined;
  /** GiB. */
  readonly ram?: number | undefined;
  /** Seconds that ended sessions stay known. */
  readonly expire?: number | undefined;
  /** Seconds that each session takes to start. */
  readonly startDelay?: number | undefined;
  /** Milliseconds. */
  readonly latency?: number | undefined;
  readonly fault?: readonly string[] | undefined;
  readonly data?: string | undefined;
  readonly config?: string | undefined;
  readonly api?: "v1" | "v0" | undefined;
  readonly keepSessions?: boolean | undefined;
}

export async function dev(options: DevOptions): Promise<void> {
  await serveInForeground(configOf(options), {
    keepSessions: options.keepSessions ?? false,
    print,
    say,
  });
}

/** The file's configuration, with what the options say instead or besides. */
function configOf(options: DevOptions): Config {
  const file = options.config === undefined ? {} : readConfig(options.config);
  const { port, token, cores, ram, expire, latency, startDelay, fault = [], data, api } = options;
  const slow: FaultRule[] = latency === undefined ? [] : [{ kind: "slow", ms: latency }];
  const faults = [...slow, ...fault.map(ruleOf)];
  const config: Config = {
    ...file,
    ...(port !== undefined && { port }),
    ...(data !== undefined && { dataDir: data }),
    ...(api !== undefined && { api }),
    ...(expire !== undefined && { expireSeconds: expire }),
    ...(startDelay !== undefined && { startDelaySeconds: startDelay }),
    ...((cores !== undefined || ram !== undefined) && {
      context: { ...contextWithin({ cores, ramGiB: ram }), ...file.context },
      capacity: {
        ...file.capacity,
        ...(cores !== undefined && { cores }),
        ...(ram !== undefined && { ramGiB: ram }),
      },
    }),
    ...(faults.length > 0 && { faults: [...(file.faults ?? []), ...faults] }),
  };
  return token === undefined ? config : withToken(config, token);
}

function ruleOf(word: string): FaultRule {
  const rule = parseFault(word);
  if ("problem" in rule) throw new CommandError(`--fault ${word}: ${rule.problem}`);
  return rule;
}

function readConfig(file: string): Config {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new CommandError(`cannot read the configuration: ${messageOf(error)}`);
  }
  try {
    return JSON.parse(text) as Config; // startSkaha checks it
  } catch (error) {
    throw new CommandError(`the configuration ${file} is not JSON: ${messageOf(error)}`);
  }
}
