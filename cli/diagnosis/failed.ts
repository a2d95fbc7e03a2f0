// Why a job failed, or what became of one whose session is gone. Pure: exit status, cause, memory, missing
// outputs, events and the end of the log in, one finding out.
import { shellWord } from "../terminal";
import { lastLine } from "./complaint";
import type { Evidence, Finding } from "./evidence";
import { imageTrouble, oneLine } from "./image";
import { byMemory } from "./memory";
import { byLog, byStart } from "./program";
import { toldByWrapper } from "./wrapperWords";

export function failed(seen: Evidence): Finding {
  const { job } = seen;
  // Without a record the log tells it.
  const isTold = job.state.cause !== undefined || job.state.exitCode !== undefined;
  const state = isTold ? job.state : { ...job.state, ...toldByWrapper(seen.logTail) };
  const evidence = { ...seen, job: { ...job, state } };
  const found =
    byDeclaredLimit(evidence) ??
    byImage(evidence) ??
    byMemory(evidence) ??
    byMissingOutputs(evidence) ??
    byStart(evidence) ??
    byPreemption(evidence) ??
    byLog(evidence) ??
    bySignal(evidence) ??
    byEviction(evidence) ??
    byExitStatus(evidence);
  return { ...found, cause: `failed: ${found.cause}` };
}

/** Of a job outside any stack: what its program said as it ended does not matter. */
export function cancelled(): Finding {
  return {
    kind: "cancelled",
    cause: "was cancelled with pulumi-skaha submit --cancel",
    remedy: "to run it, submit it again as it was: that launches its next attempt",
  };
}

export function lost({ job: { name, state } }: Evidence): Finding {
  const [record, advice] =
    state.recordedIn === undefined
      ? [
          "there is no record of it",
          "; with `record` you will learn of the next end, however late you look",
        ]
      : ["its record does not tell of an end", ""];
  return {
    kind: "lost",
    cause: `is Lost: the server forgot its session ${state.sessionId} before anybody saw how it ended, and ${record}`,
    remedy: `if its results are not there, run it again: pulumi-skaha rerun ${shellWord(name)}${advice}`,
  };
}

export function gone({ job: { name, state } }: Evidence): Finding {
  const record = state.recordedIn === undefined ? "" : ", and its record does not tell of an end";
  return {
    kind: "gone",
    cause: `was ${state.status}, and the server does not list its session ${state.sessionId} any more${record}`,
    remedy: `look once more, and update the stack: pulumi-skaha refresh (then pulumi-skaha why ${shellWord(name)})`,
  };
}

function byDeclaredLimit({ job: { state }, events }: Evidence): Finding | undefined {
  if (state.cause === "Timeout") {
    return {
      kind: "timeout",
      cause: `it was ended after ${state.maxRunSeconds ?? "its"} seconds, which is its own maxRunSeconds`,
      remedy:
        "raise maxRunSeconds, give it less to do, or let it go on where it was with resumeArgs and retry on Timeout",
    };
  }
  const event = events.findLast(({ reason }) => reason === "DeadlineExceeded");
  if (state.cause !== "Deadline" && !event) return undefined;
  const when = state.expiryTime === undefined ? "" : ` (${state.expiryTime})`;
  return {
    kind: "deadline",
    cause: `the server ended it at its limit${when}`,
    remedy:
      "declare renew: true, which extends the time, or split the work; with resumeArgs and retry on Deadline it can go on where it was",
    line: event && oneLine(event),
  };
}

function byImage({ job: { state }, events }: Evidence): Finding | undefined {
  return state.exitCode === undefined ? imageTrouble(events, state.image) : undefined;
}

function byMissingOutputs({ job: { name, state } }: Evidence): Finding | undefined {
  const missing = state.missingOutputs ?? [];
  if (missing.length === 0) return undefined;
  const [first] = missing;
  const others = missing.length === 1 ? "" : ` and ${missing.length - 1} more`;
  const isShort = /: .* (files|bytes|start|status)/.test(first ?? "");
  const what = isShort ? "its outputs are not as they have to be:" : "did not write";
  return {
    kind: "missingOutputs",
    cause: `it ended well, but ${what} ${first}${others}`,
    remedy: `see what it did with pulumi-skaha logs ${shellWord(name)}, and whether \`outputs\` names the files that it writes; an edit of \`outputs\` alone runs nothing, so then run it again: pulumi-skaha rerun ${shellWord(name)}`,
  };
}

const signals: Readonly<Record<number, readonly [name: string, remedy: string]>> = {
  2: ["INT", "somebody interrupted it"],
  4: [
    "ILL",
    "the program was built for other processors: build it without -march=native, or use another image",
  ],
  6: ["ABRT", "the program gave up: its log says why"],
  7: ["BUS", "a file that it had mapped was cut, or memory ran out: see its log"],
  8: ["FPE", "the program divided by zero, or the like"],
  9: [
    "KILL",
    "the kernel ends a program so for want of memory, and others may: if it comes to the same again, ask for more ram",
  ],
  11: [
    "SEGV",
    "the program has a fault, or was built against other libraries than the image has; where it only happens with much data, ask for more ram",
  ],
  15: ["TERM", "it was asked to end, by itself, by you or by the cluster"],
  24: ["XCPU", "it used more CPU time than its limit"],
  25: ["XFSZ", "it wrote a larger file than its limit"],
};

function bySignal({ job: { state }, ...rest }: Evidence): Finding | undefined {
  const { exitCode = 0 } = state;
  if (exitCode <= 128 || exitCode > 192) return undefined;
  const number = exitCode - 128;
  const [name, remedy] = signals[number] ?? [state.signal ?? String(number), "see its log"];
  return {
    kind: [4, 6, 7, 8, 11].includes(number) ? "crash" : "killed",
    cause: `its program was ended by the signal ${name} (exit status ${exitCode})`,
    remedy,
    line: lastLine(rest.logTail),
  };
}

/** It gets TERM then, and what it says of that is not why it ended. */
function byPreemption(evidence: Evidence): Finding | undefined {
  return evidence.job.state.cause === "Preempted" ? byEviction(evidence) : undefined;
}

function byEviction({ job: { name, state }, events, pack }: Evidence): Finding | undefined {
  const event = events.findLast(({ reason }) =>
    /^(Evicted|Preempted|Preempting|NodeNotReady|NodeShutdown|TaintManagerEviction|Killing)$/.test(
      reason,
    ),
  );
  const isPreempted = state.cause === "Preempted";
  if (isPreempted || (event && event.reason !== "Killing")) {
    return {
      kind: "evicted",
      cause: isPreempted
        ? "the cluster took its place for work of a higher priority"
        : "the cluster took it off its node",
      remedy: `it is not to blame: run it again with pulumi-skaha rerun ${shellWord(name)}, or declare retry: { limit: 2, on: ["${isPreempted ? "Preempted" : "Killed"}"] }`,
      line: event && oneLine(event),
    };
  }
  if (state.cause !== "Killed") return undefined;
  const whole = pack && `its session ${pack.session}, which it shared with other jobs,`;
  return {
    kind: "killed",
    cause: `${whole ?? "it"} was killed from outside before it could write down its end: for memory, by the cluster, or by somebody who deleted ${pack ? "it" : "its session"}`,
    remedy: `run it again with pulumi-skaha rerun ${shellWord(name)}; if it comes to the same, ask for more ram`,
    line: event && oneLine(event),
  };
}

function byExitStatus(evidence: Evidence): Finding {
  const { name, state } = evidence.job;
  const log = `pulumi-skaha logs ${shellWord(name)}`;
  const line = lastLine(evidence.logTail);
  if (state.exitCode !== undefined && state.exitCode !== 0) {
    return {
      kind: "exitStatus",
      cause: `its program ended with status ${state.exitCode}${line === undefined ? " and wrote nothing" : ""}`,
      remedy:
        line === undefined
          ? "let it say what is wrong, or look up that status in its manual"
          : `see what it did with ${log}`,
      line,
    };
  }
  const isRecorded = state.recordedIn !== undefined;
  const untold = `the server says no more than that${isRecorded ? ", and nor does its record" : ""}`;
  if (line !== undefined) {
    const advice = "; with `record` you will know its exit status and memory the next time";
    return {
      kind: "failed",
      cause: untold,
      remedy: `see what it did with ${log}${isRecorded ? "" : advice}`,
      line,
    };
  }
  const silence = evidence.logTail === undefined ? "its log is gone" : "it wrote nothing";
  if (isRecorded) {
    return {
      kind: "failed",
      cause: `${untold}: it may never have begun; ${silence}`,
      remedy: `see what the cluster says of it with pulumi-skaha events ${shellWord(name)}, then run it again: pulumi-skaha rerun ${shellWord(name)}`,
    };
  }
  return {
    kind: "failed",
    cause: `${untold}, and ${silence}`,
    remedy: "declare `record`, which keeps log, exit status and memory, and run it again",
  };
}
