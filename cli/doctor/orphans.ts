// Sessions that a killed `up` left behind. Which of them the program declares, only a run of it can tell.
import { tagIn, tagOf } from "../../provider/job/identity";
import { orphansOf } from "../plan/cancelOrphans";
import type { GlobalOptions } from "../project";
import { placeOfStack } from "../stack/otherStacks";
import type { Stack } from "../stack/stack";
import { suggested } from "../suggested";
import { type Finding, ok, warning } from "./finding";

const mostNames = 5;

export async function orphansFinding(stack: Stack, options: GlobalOptions): Promise<Finding> {
  const place = await placeOfStack(stack.project, options.stack);
  const jobs = await stack.jobs();
  const orphans = await orphansOf(
    stack,
    {
      tags: new Set([tagOf({ ...place, logicalName: "" }), ...jobs.map(({ id }) => tagIn(id))]),
      ids: new Set(jobs.map(({ id }) => id)),
      sessionIds: new Set(jobs.flatMap(({ state }) => state.sessionId ?? [])),
      states: new Map(jobs.map(({ id, state }) => [id, state])),
    },
    place,
  );
  if (orphans.length === 0)
    return ok("orphans", "none: each live session of this stack is in its state");
  const names = orphans.slice(0, mostNames).map((session) => session.name);
  const more = orphans.length > mostNames ? `, and ${orphans.length - mostNames} more` : "";
  const advice =
    jobs.length === 0
      ? "if another folder or machine has a project and stack of these names, they are its: give this one another name (name: in Pulumi.yaml) before any up. Otherwise pulumi-skaha up takes over what the program declares"
      : "pulumi-skaha up takes over what the program declares; with --cancel-orphans it cancels the rest";
  return warning(
    "orphans",
    `${orphans.length} live ${orphans.length === 1 ? "session" : "sessions"} of this stack not in its state: ${names.join(", ")}${more}`,
    suggested(advice, options),
  );
}
