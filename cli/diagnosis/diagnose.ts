// Why a job is as it is, and what to do about it: one sentence each. Pure.
import { cancelledCause } from "../../provider/job/cause";
import { retryDue } from "../../provider/job/decisions/retry";
import { isAlive, isFinished } from "../../provider/job/status";
import type { Diagnosis, Evidence, Finding } from "./evidence";
import { cancelled, failed, gone, lost } from "./failed";
import { running } from "./running";
import { held, pending } from "./waiting";

export function diagnose(evidence: Evidence): Diagnosis {
  const { name, id, state } = evidence.job;
  const { kind, cause, remedy, line } = judge(evidence);
  return {
    ...{ name, id, status: state.status, attempt: state.attempt, kind },
    cause: `${name} ${cause}.`,
    ...(remedy !== undefined && { remedy: `${capital(remedy)}.` }),
    ...(line !== undefined && { line }),
  };
}

function judge(evidence: Evidence): Finding {
  const { job } = evidence;
  const { status } = job.state;
  if (!job.isKnown) return gone(evidence);
  switch (status) {
    case "Completed":
      return {
        kind: "completed",
        cause: job.state.skipped
          ? "is Completed: its outputs existed already, so nothing ran"
          : "is Completed: there is nothing wrong with it",
      };
    case "Failed":
      if (job.state.cause === cancelledCause) return cancelled();
      return withRetry(evidence, failed(evidence));
    case "Lost":
      return withRetry(evidence, lost(evidence));
    case "Held":
      return held(evidence);
    case "Pending":
      return pending(evidence);
    case "Running":
      return running(evidence);
    case "Terminating":
      return {
        kind: "terminating",
        cause: "is being taken down by the server",
        remedy: "look again in a minute: pulumi-skaha status",
      };
    default:
      return {
        kind: "unknown",
        cause: `is "${status}", a word of the server's that this release does not know`,
        remedy:
          isAlive(status) && !isFinished(status)
            ? "it counts as unfinished: look again later"
            : undefined,
      };
  }
}

/** What would be done without the user goes first. */
function withRetry({ job: { state } }: Evidence, finding: Finding): Finding {
  const due = retryDue(state, state.retry);
  if (due === undefined) return finding;
  const then = finding.remedy === undefined ? "" : `; if that fails as well: ${finding.remedy}`;
  return {
    ...finding,
    remedy: `the next pulumi-skaha up launches it again by itself (${due})${then}`,
  };
}

function capital(sentence: string): string {
  if (sentence.startsWith("pulumi")) return sentence; // a command is copied as it is
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
