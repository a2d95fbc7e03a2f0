// The command line: serves a data folder in the foreground until it is interrupted.
//
//   npm run skaha -- [--port 8080] [--token T] [--data DIR] [--config FILE] [--api v1|v0] [--keep-sessions]
//
// On stdout only the lines to export, so that `eval` can take them; everything else on stderr.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Config, ownName } from "./config";
import { type Skaha, startSkaha } from "./server";

const usage = `npm run skaha -- [options]

  --port PORT       where to listen on 127.0.0.1 (default 8080)
  --token TOKEN     the token of the (first) user (default: a random one)
  --data DIR        where sessions, /arc and /scratch live (default .skaha)
  --config FILE     users, images, sizes, faults and more, as JSON
  --api v1|v0       v0: what servers before 0.30 answered (default v1)
  --keep-sessions   let sessions run on when the server is interrupted
`;

if (require.main === module) {
  main(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`skaha: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}

async function main(words: string[]): Promise<void> {
  const { values } = parseArgs({
    args: words,
    options: {
      port: { type: "string" },
      token: { type: "string" },
      data: { type: "string" },
      config: { type: "string" },
      api: { type: "string" },
      "keep-sessions": { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    process.stderr.write(usage);
    return;
  }
  const config = values.config === undefined ? {} : readConfig(values.config);
  const skaha = await startSkaha({
    ...config,
    ...withToken(config, values.token),
    port: values.port === undefined ? (config.port ?? 8080) : Number(values.port),
    dataDir: resolve(values.data ?? config.dataDir ?? ".skaha"),
    ...(values.api !== undefined && { api: values.api as "v1" }), // startSkaha checks it
  });
  process.stdout.write(`export CANFAR_URL=${skaha.url}\nexport CANFAR_TOKEN=${skaha.token}\n`);
  process.stderr.write(`skaha: serving ${skaha.url}; interrupt to stop\n`);
  await interrupted();
  await end(skaha, values["keep-sessions"] ?? false);
}

function readConfig(file: string): Config {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(`cannot read the configuration: ${(error as Error).message}`);
  }
  try {
    return JSON.parse(text) as Config; // startSkaha checks it
  } catch (error) {
    throw new Error(`the configuration ${file} is not JSON: ${(error as Error).message}`);
  }
}

/** Gives the first user the token of the command line. */
function withToken({ users }: Config, token: string | undefined): Pick<Config, "users"> {
  if (token === undefined) return {};
  const [first, ...others] = Object.entries(users ?? {});
  if (!first) return { users: { [ownName()]: { token } } };
  return { users: Object.fromEntries([[first[0], { ...first[1], token }], ...others]) };
}

async function interrupted(): Promise<void> {
  await new Promise<void>((resolveWait) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolveWait());
  });
}

async function end(skaha: Skaha, keepSessions: boolean): Promise<void> {
  if (keepSessions) {
    process.stderr.write("skaha: stopped; sessions run on\n");
    await skaha.close();
    return;
  }
  process.stderr.write("skaha: ending all sessions\n");
  await skaha.stop();
}
