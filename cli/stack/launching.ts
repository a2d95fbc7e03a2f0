// Whether a provider that outlives its killed engine may still be launching for a stack.
import { placeOf, tagOf } from "../../provider/job/identity";
import { isHeld, launchKey } from "../../provider/lifecycle/launchLock";
import { ownTemporaryFolder } from "../../provider/lifecycle/temporaryFolder";
import type { Run } from "../plan/events";

/** Whether another process launches for the stack, or nobody can tell. */
export function isStillLaunching({ identity, changes, refreshed }: Run): boolean {
  const states = [
    ...changes.map(({ after, before }) => after ?? before),
    ...refreshed.map(({ after }) => after),
  ];
  const server = states.find((state) => state !== undefined)?.server;
  if (server === undefined || identity === undefined) return true;
  const tag = tagOf({ ...placeOf(identity), logicalName: "" });
  return isHeld(ownTemporaryFolder(), launchKey(server, tag));
}
