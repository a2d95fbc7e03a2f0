// What is done by a process that goes on after the command has returned: whoever waits for the command may have two
// seconds only. What it could not do is told by the next command. Which jobs it cancels is known to all commands on this
// machine, so that none takes a job that is being cancelled for one that goes on.
import { spawn } from "node:child_process";
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { z } from "zod";
import { isRunning, startOf } from "../../../machine/processes";
import { withoutHash } from "../../../provider/job/identity";
import { ownTemporaryFolder } from "../../../provider/run/temporaryFolder";
import { type SubmittedId, textOf } from "../../../provider/submitted/submittedId";
import { CommandError } from "../../commandError";
import { plain, say } from "../../terminal";

const running = ".handed-over.log";
const failed = ".failed.log";
const noted = ".handed-over.json";

/** Of a process that cancels: which one it is, and which jobs. */
const note = z.object({
  pid: z.int(),
  started: z.string().optional(),
  /** The jobs' names on the server. */
  jobs: z.array(z.string()),
  /** As submit printed them. */
  ids: z.array(z.string()),
});

/** Runs this command with other words in a process group of its own, to cancel these jobs. */
export function startApart(words: readonly string[], ids: readonly SubmittedId[]): void {
  const log = path.join(ownTemporaryFolder(), `${process.pid}-${Date.now()}${running}`);
  const opened = openSync(log, "w", 0o600);
  const script = process.argv[1] ?? "";
  const env = { ...process.env, [logVariable]: log };
  const stdio = ["ignore", opened, opened] as const;
  const child = spawn(process.execPath, [script, ...words], {
    ...{ detached: true, stdio: [...stdio], env },
  });
  closeSync(opened);
  const { pid } = child;
  if (pid === undefined) {
    child.once("error", () => {}); // is told here
    rmSync(log, { force: true });
    throw new CommandError(
      "nothing was cancelled: no other process could be started for it; give --wait to cancel without one",
    );
  }
  child.unref();
  const about = { pid, started: startOf(pid), jobs: ids.map(({ id }) => id), ids: ids.map(textOf) };
  const file = log.replace(running, noted);
  writeFileSync(`${file}.new`, JSON.stringify(about), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Names the file that such a process writes to. */
export const logVariable = "PULUMI_SKAHA_HANDED_OVER";

/** Ends what such a process does; does nothing in another one. */
export function endHandedOver(isGood: boolean): void {
  const log = process.env[logVariable];
  if (log === undefined) return;
  if (isGood) rmSync(log, { force: true });
  else renameSync(log, log.replace(running, failed));
  rmSync(log.replace(running, noted), { force: true });
}

/** Whether a process of this machine is about to cancel what runs under a job's name, or does so. */
export function isBeingCancelled(job: string): boolean {
  return notes().some(
    ({ about }) =>
      isGoing(about) && about.jobs.some((one) => withoutHash(one) === withoutHash(job)),
  );
}

/** Tells what such processes could not do, once. */
export function tellOfFailures(): void {
  const folder = ownTemporaryFolder();
  for (const { file, about } of notes()) {
    if (isGoing(about)) continue;
    rmSync(file, { force: true });
    // One that has done its work took its log away.
    const log = file.replace(noted, running);
    if (!existsSync(log)) continue;
    rmSync(log, { force: true });
    const ids = about.ids.join(" ");
    say(
      plain(
        `perhaps not cancelled: ${about.ids.join(", ")}: the process that was to do it has been ended. To try again: pulumi-skaha submit --cancel --wait ${ids}`,
      ),
    );
  }
  for (const name of readdirSync(folder).filter((one) => one.endsWith(failed))) {
    const file = path.join(folder, name);
    try {
      const text = readFileSync(file, "utf8");
      rmSync(file);
      process.stderr.write(`${plain(text.trimEnd())}\n`); // its commands are such as work here
    } catch {
      // Another command tells it.
    }
  }
}

function isGoing({ pid, started }: z.infer<typeof note>): boolean {
  return isRunning({ pid, started });
}

function notes(): { readonly file: string; readonly about: z.infer<typeof note> }[] {
  const folder = ownTemporaryFolder();
  const names = readdirSync(folder).filter((name) => name.endsWith(noted));
  return names.flatMap((name) => {
    const file = path.join(folder, name);
    try {
      return [{ file, about: note.parse(JSON.parse(readFileSync(file, "utf8"))) }];
    } catch {
      return []; // it has just been taken away
    }
  });
}
