// The launch locks of one run, one for each stack tag: made when the first job with that tag is seen.
import { tagIn } from "../job/identity";
import { LaunchLock, type LockOptions, launchKey } from "./launchLock";

export interface LaunchLocksOptions extends Pick<LockOptions, "clock" | "folder" | "onWaiting"> {
  readonly server: string;
  /** As `LockOptions.onTaken`, of the lock with that key. */
  readonly onTaken: (key: string, last: string | undefined) => void;
}

export class LaunchLocks {
  readonly #locks = new Map<string, LaunchLock>();

  constructor(private readonly options: LaunchLocksOptions) {}

  /** @param id a job's id */
  of(id: string): LaunchLock {
    const { server, clock, folder, onTaken, onWaiting } = this.options;
    const key = launchKey(server, tagIn(id));
    const lock =
      this.#locks.get(key) ??
      new LaunchLock({ key, clock, folder, onWaiting, onTaken: (last) => onTaken(key, last) });
    this.#locks.set(key, lock);
    return lock;
  }

  /** Who held each of them last, by the lock's key. */
  lastHolders(): Map<string, string | undefined> {
    return new Map([...this.#locks].map(([key, lock]) => [key, lock.lastHolder()]));
  }
}
