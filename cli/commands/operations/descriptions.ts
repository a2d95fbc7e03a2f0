// How an operation tells what it would do and has done: one line under a heading.
import { coloured, colouredStatus, plain, say } from "../../terminal";

/** Loaded once there is something to tell, so that Pulumi begins sooner. */
export async function loadDescriptions() {
  const [actions, { completedActions }, orphans, { describeRefresh }, { countByStatus }] =
    await Promise.all([
      import("../../plan/jobActions.js"),
      import("../../plan/completedActions.js"),
      import("../../plan/orphans.js"),
      import("../../plan/describeRefresh.js"),
      import("../../../provider/job/status.js"),
    ]);
  return { ...actions, ...orphans, completedActions, describeRefresh, countByStatus };
}

export function heading(title: string, text: string, others = 0): void {
  const more = others > 0 ? `; ${others} other ${others === 1 ? "resource" : "resources"}` : "";
  say(`${coloured("bold", `${title}:`, process.stderr)} ${text}${more}`);
}

export function countsInWords(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([status, count]) => colouredStatus(status, `${count} ${plain(status)}`, process.stderr))
    .join(", ");
}
