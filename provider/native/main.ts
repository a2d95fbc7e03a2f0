// The process of the native provider: `plugin/pulumi-resource-skaha` starts it, and the engine reads the port that it
// prints. A second Ctrl-C, or the end of a command, is a signal: what was begun is finished first.
import { readFileSync } from "node:fs";
import path from "node:path";
import "../run/compileCache";
import { nativeDoor } from "./door";
import { serve } from "./grpc/server";

const { version } = JSON.parse(
  readFileSync(path.join(__dirname, "../../../package.json"), "utf8"),
) as { readonly version: string };

async function main(): Promise<void> {
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
