// Whose a job is: state keeps server and user of the launch, and another one is an error, never `Lost`.
import { WrongOwnerError } from "../errors";
import type { JobState } from "../job/state";

/** @throws WrongOwnerError that names both servers */
export function assertServer(state: JobState, server: string): void {
  if (state.server === server) return;
  throw new WrongOwnerError(
    `this job was launched on ${state.server}, but this run is set to ${server}: set CANFAR_URL (or skaha:serverUrl) to ${state.server}, or use another stack; nothing was changed`,
  );
}

/** @throws WrongOwnerError that names both users */
export function assertUser(state: JobState, user: string | undefined): void {
  if (!state.userId || !user || state.userId === user) return;
  throw new WrongOwnerError(
    `this job was launched by ${state.userId}, but these credentials are ${user}'s: use ${state.userId}'s token, or a stack of your own; nothing was changed`,
  );
}
