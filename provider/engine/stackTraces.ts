// What the SDK spends on stacks while a resource is declared. For each property it makes four promises, and
// takes a stack for each of them that only its search for leaked promises shows; with source maps these
// were three quarters of what a job cost the program. One more is stored with the job: whole, with Node's and
// the SDK's own frames, it was a sixth of the job's state.
import path from "node:path";

/** `callsites`, `stackTrace`, `Resource`, `CustomResource` and the class itself, which the SDK takes off again. */
const framesTakenOff = 5;
const ownFolder = `${path.dirname(__dirname)}${path.sep}`;

/** Declares a resource: from here to the restoring, stacks hold the frames of the user's program only. */
export function leaveOutStacks(): () => void {
  if (process.env.PULUMI_DEBUG_PROMISE_LEAKS) return () => {};
  const { stackTraceLimit, prepareStackTrace } = Error;
  Error.stackTraceLimit = 0;
  // The SDK lifts the limit for the stack that it stores.
  if (prepareStackTrace) {
    Error.prepareStackTrace = (error, sites) => {
      if (sites.length === 0) return `${error}`;
      const [header = "", ...lines] = `${prepareStackTrace(error, sites.filter(isOfUser))}`.split(
        /\n(?= {4}at )/,
      );
      return [header, ...Array(framesTakenOff).fill("    at the SDK"), ...lines].join("\n");
    };
  }
  return () => {
    Error.stackTraceLimit = stackTraceLimit;
    if (prepareStackTrace) Error.prepareStackTrace = prepareStackTrace;
  };
}

function isOfUser(site: NodeJS.CallSite): boolean {
  const file = site.getFileName();
  if (!file || file.startsWith("node:") || file.startsWith(ownFolder)) return false;
  return !file.split(/[\\/]/).includes("node_modules");
}
