// What a preview's changes would do now: judged with the stack's limits, and with what the server lists.

import { rerunIds } from "../../../provider/array/rerun";
import type { Price } from "../../../provider/cost/price";
import { messageOf } from "../../../provider/errors";
import type { LaunchPolicy } from "../../../provider/job/decisions/hold";
import { isAlive, statusOf } from "../../../provider/job/status";
import { realSessionId } from "../../../provider/packs/places";
import { releasedIn, SweepEnds } from "../../../provider/run/sweepEnds";
import type { JobAction } from "../../plan/jobActions";
import { plannedActions } from "../../plan/plannedActions";
import type { JobChange } from "../../plan/runEffects";
import type { Stack } from "../../stack/stack";
import { plain, say } from "../../terminal";

/**
 * @param stack undefined where it could not be opened
 * @param sessionIds those that the server listed before the preview; undefined where it was not asked
 * @param released sweeps that `stopAfter` holds, and that are to go on
 */
export async function planNow(
  changes: readonly JobChange[],
  stack: Stack | undefined,
  sessionIds: ReadonlySet<string> | undefined,
  released: readonly string[] = [],
): Promise<JobAction[]> {
  let policy: LaunchPolicy = {
    now: Date.now(),
    window: undefined,
    maxInFlight: undefined,
    stops: endsOf(changes, released),
  };
  let inFlight: number | undefined;
  let price: Price | undefined;
  try {
    const connection = stack?.connection();
    if (connection) {
      const { window, maxInFlight, maxCost } = connection.settings;
      policy = { ...policy, window, maxInFlight, maxCost };
      price = connection.settings.price;
      const unlimited = plannedActions(changes, policy, { inFlight: 0, price });
      if (maxInFlight !== undefined && unlimited.some(({ kind }) => kind === "launch")) {
        const { sessions } = await connection.client.list();
        const alive = sessions.filter(({ status }) => isAlive(statusOf(status)));
        inFlight = new Set(alive.map(({ id }) => realSessionId(id))).size;
      }
    }
  } catch (error) {
    say(plain(`It is not known how many sessions there are: ${messageOf(error)}`));
  }
  return plannedActions(changes, policy, { inFlight, sessionIds, price });
}

/** How the jobs of sweeps ended that stay what they are, as the provider will see it. */
function endsOf(changes: readonly JobChange[], names: readonly string[]): SweepEnds {
  const { env } = process;
  const released = new Set([...releasedIn(env), ...names]);
  const ends = new SweepEnds({ released, again: rerunIds(env) });
  for (const { op, oldId, before, inputs } of changes) {
    if (oldId === undefined || !before || !inputs || !["update", "same"].includes(op)) continue;
    const { stopAfter } = inputs;
    ends.note(oldId, before, stopAfter);
    if (typeof stopAfter === "object") ends.know(stopAfter.name);
  }
  return ends;
}
