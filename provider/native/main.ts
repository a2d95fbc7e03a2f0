// The process of the native provider: `plugin/pulumi-resource-skaha` starts it, and the engine reads the port that it
// prints. A second Ctrl-C, or the end of a command, is a signal: what was begun is finished first.
import { readFileSync } from "node:fs";
import nodeModule from "node:module";
import path from "node:path";
import "../run/compileCache";
import { nativeDoor } from "./door";
import { serve } from "./grpc/server";

const { version } = JSON.parse(
  readFileSync(path.join(__dirname, "../../../package.json"), "utf8"),
) as { readonly version: string };

/** The engine may kill this process, and Node writes what it compiled at the end: so it is told to, now and then. */
const writeAfterMs = [1_000, 5_000];

async function main(): Promise<void> {
  // Only what was not kept yet is written: nothing, as a rule.
  for (const ms of writeAfterMs) setTimeout(() => nodeModule.flushCompileCache?.(), ms).unref();
  const door = nativeDoor(version);
  const port = await serve(door);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => door.leave(() => process.exit(0)));
  }
  // One line, and nothing else: the engine takes it for the port.
  process.stdout.write(`${port}\n`);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
