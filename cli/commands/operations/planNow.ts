// What a preview's changes would do now: judged with the stack's limits, and with what the server lists.
import { messageOf } from "../../../provider/errors";
import type { LaunchPolicy } from "../../../provider/job/decisions/hold";
import { isAlive, statusOf } from "../../../provider/job/status";
import { realSessionId } from "../../../provider/packs/places";
import type { JobAction } from "../../plan/jobActions";
import { plannedActions } from "../../plan/plannedActions";
import type { JobChange } from "../../plan/runEffects";
import type { Stack } from "../../stack/stack";
import { plain, say } from "../../terminal";

/**
 * @param stack undefined where it could not be opened
 * @param sessionIds those that the server listed before the preview; undefined where it was not asked
 */
export async function planNow(
  changes: readonly JobChange[],
  stack: Stack | undefined,
  sessionIds: ReadonlySet<string> | undefined,
): Promise<JobAction[]> {
  let policy: LaunchPolicy = {
    now: Date.now(),
    window: undefined,
    maxInFlight: undefined,
  };
  let inFlight: number | undefined;
  try {
    const connection = stack?.connection();
    if (connection) {
      const { window, maxInFlight } = connection.settings;
      policy = { ...policy, window, maxInFlight };
      const unlimited = plannedActions(changes, policy, { inFlight: 0 });
      if (maxInFlight !== undefined && unlimited.some(({ kind }) => kind === "launch")) {
        const { sessions } = await connection.client.list();
        const alive = sessions.filter(({ status }) => isAlive(statusOf(status)));
        inFlight = new Set(alive.map(({ id }) => realSessionId(id))).size;
      }
    }
  } catch (error) {
    say(plain(`It is not known how many sessions there are: ${messageOf(error)}`));
  }
  return plannedActions(changes, policy, { inFlight, sessionIds });
}
