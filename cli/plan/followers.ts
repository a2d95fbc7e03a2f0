// Which jobs run again because others do, although nothing of them was edited: those that merge them, and with
// `--dependents` all that come after them. Pure.
import type { Job } from "../../provider/job/deployment";

type Follower = Pick<Job, "id" | "inputs" | "state">;

/**
 * Those that are Held are not among them: they have not run yet. Nor are those that stay as they are with `staleAfter: "keep"`.
 * @param all jobs of the stack
 * @param again those that run again
 * @param takesAll not only those that merge them
 * @returns in the order of `all`
 */
export function followersOf<J extends Follower>(
  all: readonly J[],
  again: readonly Pick<Job, "id">[],
  takesAll: boolean,
): readonly J[] {
  const running = new Set(again.map(({ id }) => id));
  let rest = all.filter(
    ({ id, inputs, state }) =>
      !running.has(id) &&
      (takesAll || inputs.members === true) &&
      state.status !== "Held" &&
      state.staleAfter !== "keep" &&
      state.after !== undefined,
  );
  const found = new Set<J>();
  for (;;) {
    const next = rest.filter(({ state }) => state.after?.some((id) => running.has(id)));
    if (next.length === 0) return all.filter((job) => found.has(job));
    for (const job of next) {
      found.add(job);
      running.add(job.id);
    }
    rest = rest.filter((job) => !found.has(job));
  }
}
