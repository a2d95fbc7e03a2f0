// Why a job failed, or what became of one whose session is gone. Pure: exit status, cause, memory, missing
// outputs, events and the end of the log in, one finding out.
import { shellWord } from "../terminal";
import { type Complaint, complaintIn, lastLine } from "./complaint";
import type { Evidence, Finding } from "./evidence";
import { imageTrouble, oneLine } from "./image";

/** With so much of what it asked for at its peak, a job that was killed was killed for it. */
const nearlyAll = 0.9;

export function failed(evidence: Evidence): Finding {
  const found =
    byDeclaredLimit(evidence) ??
    byImage(evidence) ??
    byMemory(evidence) ??
    byMissingOutputs(evidence) ??
    byStart(evidence) ??
    byLog(evidence) ??
    bySignal(evidence) ??
    byEviction(evidence) ??
    byExitStatus(evidence);
  return { ...found, cause: `failed: ${found.cause}` };
}

export function lost({ job: { name, state } }: Evidence): Finding {
  return {
    kind: "lost",
    cause: `is Lost: the server forgot its session ${state.sessionId} before anybody saw how it ended, and there is no record of it`,
    remedy: `if its results are not there, run it again: pulumi-skaha rerun ${shellWord(name)}; with \`record\` declared the next end is known, however late it is looked for`,
  };
}

export function gone({ job: { name, state } }: Evidence): Finding {
  const record = state.recordedIn === undefined ? "" : ", and its record does not tell of an end";
  return {
    kind: "gone",
    cause: `was ${state.status}, and the server does not list its session ${state.sessionId} any more${record}`,
    remedy: `look once more and let the stack know: pulumi-skaha refresh (then pulumi-skaha why ${shellWord(name)})`,
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
      "declare renew: true, which puts the limit off, or split the work; with resumeArgs and retry on Deadline it can go on where it was",
    line: event && oneLine(event),
  };
}

function byImage({ job: { state }, events }: Evidence): Finding | undefined {
  return state.exitCode === undefined ? imageTrouble(events, state.image) : undefined;
}

function byMemory(evidence: Evidence): Finding | undefined {
  const { job, events } = evidence;
  const { state } = job;
  const { exitCode, signal, cause } = state;
  const event = events.findLast(({ reason, message }) =>
    /OOMKill|OutOfMemory/i.test(`${reason} ${message}`),
  );
  const share = shareUsed(evidence);
  const complaint = complaintOf(evidence);
  const wasKilled =
    exitCode === 137 || signal === "KILL" || signal === "SIGKILL" || cause === "Killed";
  const isMemory =
    cause === "OutOfMemory" ||
    event !== undefined ||
    complaint?.kind === "memory" ||
    (wasKilled && share !== undefined && share >= nearlyAll);
  if (!isMemory) return undefined;
  const { ram } = sizeOf(evidence);
  const peak = state.usage?.peakRamGiB;
  const asked = ram === undefined ? "" : ` of the ${ram} GiB that it asked for`;
  const used = peak === undefined ? "" : ` (its peak was ${round(peak)} GiB${asked})`;
  const more =
    ram === undefined
      ? "say how much it needs with ram"
      : `ask for more, like ram: ${larger(evidence, ram)}`;
  return {
    kind: "outOfMemory",
    cause: `it ran out of memory${used}`,
    remedy: `${more}, or let retry: { limit: 2, on: ["OutOfMemory"], ramFactor: 2 } do so (with \`record\`)`,
    line: event ? oneLine(event) : complaint?.kind === "memory" ? complaint.line : undefined,
  };
}

function byMissingOutputs({ job: { name, state } }: Evidence): Finding | undefined {
  const missing = state.missingOutputs ?? [];
  if (missing.length === 0) return undefined;
  const [first] = missing;
  const others = missing.length === 1 ? "" : ` and ${missing.length - 1} more`;
  return {
    kind: "missingOutputs",
    cause: `it ended well, but did not leave ${first}${others}`,
    remedy: `see what it did with pulumi-skaha logs ${shellWord(name)}, and whether \`outputs\` names the files that it writes`,
  };
}

/** What never began: no such program, or one that cannot be run. */
function byStart(evidence: Evidence): Finding | undefined {
  const { job, events } = evidence;
  const { exitCode, cause, cwd } = job.state;
  const event = events.findLast(({ message }) =>
    /exec: |executable file not found|failed to create (containerd|shim) task/.test(message),
  );
  const complaint = complaintOf(evidence);
  if (complaint && (complaint.kind === "noSuchProgram" || complaint.kind === "notExecutable")) {
    return ofComplaint(evidence, complaint);
  }
  const program = programOf(evidence);
  if (event || exitCode === 127) {
    return {
      kind: "noSuchProgram",
      cause: `there is no program ${program} in its image, or not on its PATH`,
      remedy: `check cmd, and that the image has it; a file on /arc is named by its whole path`,
      line: event ? oneLine(event) : tailLine(evidence),
    };
  }
  if (exitCode === 126) {
    return {
      kind: "notExecutable",
      cause: `${program} is there, but cannot be run`,
      remedy:
        "make it executable (chmod +x), or name its interpreter in cmd, like python script.py",
      line: tailLine(evidence),
    };
  }
  if (cause !== "NotStarted") return undefined;
  return {
    kind: "noSuchFile",
    cause: `its command was not started${cwd === undefined ? "" : ` in ${cwd}`}`,
    remedy: "check that cwd exists and is yours to enter",
    line: tailLine(evidence),
  };
}

function byLog(evidence: Evidence): Finding | undefined {
  const complaint = complaintOf(evidence);
  if (!complaint) return undefined;
  // A signal says more than a line that merely mentions an error.
  if (complaint.kind === "error" && (evidence.job.state.exitCode ?? 0) > 128) return undefined;
  return ofComplaint(evidence, complaint);
}

function ofComplaint(evidence: Evidence, { kind, line, what }: Complaint): Finding {
  const { name } = evidence.job;
  const log = `pulumi-skaha logs ${shellWord(name)}`;
  const again = `then run it again: pulumi-skaha rerun ${shellWord(name)}`;
  switch (kind) {
    case "noSuchProgram":
      return {
        ...{ kind, line },
        cause: `there is no program ${what ?? programOf(evidence)} in its image, or not on its PATH`,
        remedy:
          "check cmd or the script, and that the image has it; a file on /arc is named by its whole path",
      };
    case "notExecutable":
      return {
        ...{ kind, line },
        cause: `${what ?? programOf(evidence)} is there, but cannot be run`,
        remedy: /interpreter/.test(line)
          ? "correct the program's first line (#!): its interpreter is not in the image, or the line ends like on Windows"
          : /format/.test(line)
            ? "give it a first line like #!/bin/sh, or use one that was built for the server's machines"
            : "make it executable (chmod +x), or name its interpreter in cmd, like python script.py",
      };
    case "noSuchFile":
      return {
        ...{ kind, line },
        cause: `there is no ${what ?? "such file"}`,
        remedy: `check the path: a job sees /arc and /scratch, and starts in its home unless cwd says otherwise; ${again}`,
      };
    case "permission":
      return {
        ...{ kind, line },
        cause: `it may not use ${what ?? "a file"}`,
        remedy: `give yourself or your group access to it on /arc, or write elsewhere; ${again}`,
      };
    case "disk":
      return {
        ...{ kind, line },
        cause: "the disk is full, or your quota is used up",
        remedy: `make room on /arc, or write large temporary files to /scratch; ${again}`,
      };
    case "module":
      return {
        ...{ kind, line },
        cause: `${what ?? "a library"} is not installed in its image`,
        remedy:
          "use an image that has it, or install it on /arc and name that folder (PYTHONPATH, R_LIBS, JULIA_DEPOT_PATH)",
      };
    case "network":
      return {
        ...{ kind, line },
        cause: "it could not reach another machine",
        remedy: "run it again; where that happens now and then, declare retry: { limit: 2 }",
      };
    case "crash":
      return {
        ...{ kind, line },
        cause: "its program crashed",
        remedy: `see what it did before with ${log}; where it only happens with much data, ask for more ram`,
      };
    case "memory":
    case "exception":
    case "error":
      return {
        kind: "exception",
        line,
        cause:
          kind === "error"
            ? `its log ends with an error${exitText(evidence)}`
            : `its program ended with an error of its own${exitText(evidence)}`,
        remedy: `read the whole of it with ${log}, correct the program or its arguments, ${again}`,
      };
  }
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
    "with `record` declared its memory is known the next time; if that is at its limit, ask for more ram",
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
    line: rest.logTail === undefined ? undefined : lastLine(rest.logTail),
  };
}

function byEviction({ job: { name, state }, events }: Evidence): Finding | undefined {
  const event = events.findLast(({ reason }) =>
    /^(Evicted|Preempted|Preempting|NodeNotReady|NodeShutdown|TaintManagerEviction|Killing)$/.test(
      reason,
    ),
  );
  if (event && event.reason !== "Killing") {
    return {
      kind: "evicted",
      cause: "the cluster took it off its node",
      remedy: `it is not to blame: run it again with pulumi-skaha rerun ${shellWord(name)}, or declare retry: { limit: 2, on: ["Killed"] }`,
      line: oneLine(event),
    };
  }
  if (state.cause !== "Killed") return undefined;
  return {
    kind: "killed",
    cause:
      "it was killed from outside before it could write down its end: for memory, by the cluster, or by somebody who deleted its session",
    remedy: `run it again with pulumi-skaha rerun ${shellWord(name)}; if it comes to the same, ask for more ram`,
    line: event && oneLine(event),
  };
}

function byExitStatus(evidence: Evidence): Finding {
  const { name, state } = evidence.job;
  const log = `pulumi-skaha logs ${shellWord(name)}`;
  const line = tailLine(evidence);
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
  if (line !== undefined) {
    return {
      kind: "failed",
      cause: "the server says no more than that",
      remedy: `see what it did with ${log}; with \`record\` declared its exit status and memory are known the next time`,
      line,
    };
  }
  const isSilent = evidence.logTail !== undefined;
  return {
    kind: "failed",
    cause: isSilent
      ? "the server says no more than that, and it wrote nothing"
      : "the server says no more than that, and its log is gone",
    remedy: "declare `record`, which keeps log, exit status and memory, and run it again",
  };
}

function complaintOf({ logTail }: Evidence): Complaint | undefined {
  return logTail === undefined ? undefined : complaintIn(logTail);
}

function tailLine({ logTail }: Evidence): string | undefined {
  return logTail === undefined ? undefined : lastLine(logTail);
}

function exitText({ job: { state } }: Evidence): string {
  return state.exitCode === undefined ? "" : ` (exit status ${state.exitCode})`;
}

function programOf({ job: { state } }: Evidence): string {
  return state.cmd?.split(/\s+/)[0] ?? "of its command";
}

function sizeOf({ job: { state } }: Evidence): { readonly ram?: number | undefined } {
  return { ...state, ...state.attemptSize };
}

function shareUsed(evidence: Evidence): number | undefined {
  const { ram } = sizeOf(evidence);
  const peak = evidence.job.state.usage?.peakRamGiB;
  return ram === undefined || peak === undefined ? undefined : peak / ram;
}

/** Twice, as the server offers it. */
function larger({ offer }: Evidence, ram: number): number {
  const options = offer?.context?.memoryGB.options ?? [];
  return [...options].sort((a, b) => a - b).find((option) => option >= 2 * ram) ?? 2 * ram;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
