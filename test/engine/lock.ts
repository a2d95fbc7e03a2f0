// How the launches of a stack's last run ended: a run that follows keeps the list of its refresh only where they ended
// well, and asks for one more where the engine killed the provider before it let go of its lock.
import { tagIn } from "../../provider/job/identity";
import { systemClock } from "../../provider/run/clock";
import { LaunchLock, launchKey } from "../../provider/run/launchLock";
import { ownTemporaryFolder } from "../../provider/run/temporaryFolder";
import type { Bench } from "./harness";

/**
 * Whether the last run of a stack that has a live job let go of the lock of its launches.
 * @param url of the server, as the run was told it
 */
export function letGo(bench: Bench, url = bench.skaha.url): boolean {
  const lock = new LaunchLock({
    key: launchKey(url, tagIn(bench.alive()[0] ?? "")),
    folder: ownTemporaryFolder(),
    clock: systemClock,
    onTaken: () => {},
    onWaiting: () => {},
  });
  return lock.lastHolder() !== undefined;
}
