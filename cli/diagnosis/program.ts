// What the program of a job that failed complained of, in its log or before it began, as a finding. Pure.
import { shellWord } from "../terminal";
import { type Complaint, complaintIn, lastLine } from "./complaint";
import type { Evidence, Finding } from "./evidence";
import { oneLine } from "./image";

/** What never began: no such program, or one that cannot be run. */
export function byStart(evidence: Evidence): Finding | undefined {
  const { job, events } = evidence;
  const { exitCode, cause } = job.state;
  const { cwd } = job.inputs;
  const event = events.findLast(({ message }) =>
    /exec: |executable file not found|failed to create (containerd|shim) task/.test(message),
  );
  const complaint = complaintIn(evidence.logTail);
  if (complaint && (complaint.kind === "noSuchProgram" || complaint.kind === "notExecutable")) {
    return ofComplaint(evidence, complaint);
  }
  const program = programOf(evidence);
  if (event || exitCode === 127) {
    return {
      kind: "noSuchProgram",
      cause: `there is no program ${program} in its image, or not on its PATH`,
      remedy: `check cmd, and that the image has it; a file on /arc is named by its whole path`,
      line: event ? oneLine(event) : lastLine(evidence.logTail),
    };
  }
  if (exitCode === 126) {
    return {
      kind: "notExecutable",
      cause: `${program} is there, but cannot be run`,
      remedy:
        "make it executable (chmod +x), or name its interpreter in cmd, like python script.py",
      line: lastLine(evidence.logTail),
    };
  }
  if (cause !== "NotStarted") return undefined;
  return {
    kind: "noSuchFile",
    cause: `its command was not started${cwd === undefined ? "" : ` in ${cwd}`}`,
    remedy: "check that cwd exists and is yours to enter",
    line: lastLine(evidence.logTail),
  };
}

export function byLog(evidence: Evidence): Finding | undefined {
  const complaint = complaintIn(evidence.logTail);
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
        cause: `it has no permission to use ${what ?? "a file"}`,
        remedy: `give yourself or your group access to it on /arc, or write to another place; ${again}`,
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

function exitText({ job: { state } }: Evidence): string {
  return state.exitCode === undefined ? "" : ` (exit status ${state.exitCode})`;
}

function programOf({ job: { inputs } }: Evidence): string {
  return inputs.cmd?.split(/\s+/)[0] ?? "of its command";
}
