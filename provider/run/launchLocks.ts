// The launch locks of one run: one for each stack tag, made when the first job with that tag is seen. Of jobs outside
// any stack each name has its own.
import { tagIn, withoutHash } from "../job/identity";
import { LaunchLock, type LockOptions, launchKey } from "./launchLock";

export interface LaunchLocksOptions
  extends Pick<LockOptions, "clock" | "folder" | "onWaiting" | "run"> {
  readonly server: string;
  /** Whether jobs are launched one by one, each by a process of its own. @default false */
  readonly isByName?: boolean | undefined;
  /** As `LockOptions.onTaken`, of the lock with that key. */
  readonly onTaken: (key: string, last: string | undefined, wasAbandoned: boolean) => void;
}

export class LaunchLocks {
  readonly #locks = new Map<string, LaunchLock>();

  constructor(private readonly options: LaunchLocksOptions) {}

  /** @param id a job's id */
  of(id: string): LaunchLock {
    const { server, isByName, clock, folder, onTaken, onWaiting, run } = this.options;
    const key = launchKey(server, isByName ? withoutHash(id) : tagIn(id));
    const taken: LockOptions["onTaken"] = (last, wasAbandoned) => onTaken(key, last, wasAbandoned);
    const lock =
      this.#locks.get(key) ??
      new LaunchLock({ key, clock, folder, onWaiting, run, onTaken: taken });
    this.#locks.set(key, lock);
    return lock;
  }

  /** Who held each of them last, by the lock's key. */
  lastHolders(): Map<string, string | undefined> {
    return new Map([...this.#locks].map(([key, lock]) => [key, lock.lastHolder()]));
  }
}
