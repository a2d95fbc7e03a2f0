// Whose a job is: state keeps server and user of the launch, and another one is an error, never `Lost`.
import { WrongOwnerError } from "../errors";
import { withoutHash } from "../job/identity";
import type { JobState } from "../job/state";
import type { View } from "../server/sessionList";

/** @throws WrongOwnerError that names both servers */
export function assertServer(state: JobState, server: string): void {
  if (state.server === server) return;
  throw new WrongOwnerError(
    `this job was launched on ${state.server}, but this run is set to ${server}: set CANFAR_URL (or skaha:serverUrl) to ${state.server}, or use another stack; nothing was changed`,
  );
}

/**
 * Of jobs outside any stack: what lives under a name is the job of that name.
 * @param name what the user calls it
 * @throws WrongOwnerError where that runs another command
 */
export function assertNoOther(id: string, name: string, view: Pick<View, "inFlight">): void {
  const start = withoutHash(id);
  const other = (one = "") => one !== id && withoutHash(one) === start;
  if (view.inFlight(other) === 0) return;
  throw new WrongOwnerError(
    `${name} was not launched: it runs or waits already, with another command, script or image; cancel that first (pulumi-skaha submit --cancel), or choose another --name`,
  );
}

/** @throws WrongOwnerError that names both users */
export function assertUser(state: JobState, user: string | undefined): void {
  if (!state.userId || !user || state.userId === user) return;
  throw new WrongOwnerError(
    `this job was launched by ${state.userId}, but these credentials are ${user}'s: use ${state.userId}'s token, or a stack of your own; nothing was changed`,
  );
}
