// What is done by a process that goes on after the command has returned: whoever waits for the command may have two
// seconds only. What it could not do is told by the next command.
import { spawn } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { ownTemporaryFolder } from "../../../provider/run/temporaryFolder";
import { plain, say } from "../../terminal";

const running = ".handed-over.log";
const failed = ".failed.log";

/** Runs this command with other words in a process group of its own. */
export function startApart(words: readonly string[]): void {
  const log = path.join(ownTemporaryFolder(), `${process.pid}-${Date.now()}${running}`);
  const opened = openSync(log, "w", 0o600);
  const script = process.argv[1] ?? "";
  const env = { ...process.env, [logVariable]: log };
  const stdio = ["ignore", opened, opened] as const;
  spawn(process.execPath, [script, ...words], { detached: true, stdio: [...stdio], env }).unref();
  closeSync(opened);
}

/** Names the file that such a process writes to. */
export const logVariable = "PULUMI_SKAHA_HANDED_OVER";

/** Tells what such processes could not do, once. */
export function tellOfFailures(): void {
  const folder = ownTemporaryFolder();
  for (const name of readdirSync(folder).filter((one) => one.endsWith(failed))) {
    const file = path.join(folder, name);
    try {
      const text = readFileSync(file, "utf8");
      rmSync(file);
      say(plain(text.trimEnd()));
    } catch {
      // Another command tells it.
    }
  }
}

/** The name of a log by which it is told of. */
export function failedName(log: string): string {
  return log.replace(running, failed);
}
