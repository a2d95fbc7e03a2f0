// A place whose backend has an empty stack with a secret in its configuration, made once: each run gets a copy.
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Cli, Place, plain, stack } from "./place";
import type { ServerProcess } from "./server";

/** In the configuration of every run's stack; no output and no state file may show it. */
export const secret = "a-secret-that-nobody-may-read";

let template: Promise<Place> | undefined;

export function templateOf(cli: Cli, server: ServerProcess): Promise<Place> {
  template ??= makeTemplate(cli, server);
  return template;
}

async function makeTemplate(cli: Cli, server: ServerProcess): Promise<Place> {
  const folder = await mkdtemp(path.join(tmpdir(), "chaos-template-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const place = await Place.make(folder, cli, path.join(folder, "machine"), server);
  for (const words of [
    ["stack", "init", stack],
    ["config", "set", "--secret", "mark", "--stack", stack],
  ]) {
    const said = await place.run([...words, ...plain], { stdin: secret });
    if (said.status !== 0) throw new Error(`${words.join(" ")}: ${said.output}`);
  }
  return place;
}
