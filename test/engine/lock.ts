// How the launches of a stack's last run ended: a run that follows keeps the list of its refresh only where they ended
// well, and asks for one more where the engine killed the provider before it let go of its lock.
import { existsSync } from "node:fs";
import path from "node:path";
import { tagIn } from "../../provider/job/identity";
import { systemClock } from "../../provider/run/clock";
import { LaunchLock, launchKey, lockName } from "../../provider/run/launchLock";
import { ownTemporaryFolder } from "../../provider/run/temporaryFolder";
import type { Bench } from "./harness";

/**
 * Whether the last run of a stack that has a live job left the lock of its launches behind, because it was killed while it held
 * it. One that ended by itself, as the native provider does, leaves nothing: then `pulumi-skaha` becomes its last holder before
 * it asks for its first list.
 */
export function isLeftLocked(bench: Bench): boolean {
  return existsSync(path.join(ownTemporaryFolder(), lockName(keyOf(bench, bench.skaha.url))));
}

/**
 * Whether the last run of a stack that has a live job let go of the lock of its launches.
 * @param url of the server, as the run was told it
 */
export function letGo(bench: Bench, url = bench.skaha.url): boolean {
  const lock = new LaunchLock({
    key: keyOf(bench, url),
    folder: ownTemporaryFolder(),
    clock: systemClock,
    onTaken: () => {},
    onWaiting: () => {},
  });
  return lock.lastHolder() !== undefined;
}

function keyOf(bench: Bench, url: string): string {
  return launchKey(url, tagIn(bench.alive()[0] ?? ""));
}
