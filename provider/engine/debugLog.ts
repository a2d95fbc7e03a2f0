// What the SDK tells the engine of each resource for debugging, whether somebody is shown it or not: three messages, each of
// them a call of its own, and one has the whole of the engine's answer. Of a thousand jobs that was a tenth of all processor
// time of an `up`, and of an array of 100,000 jobs a text of 16 MB.
import * as pulumi from "@pulumi/pulumi";
import { arrayType, nativeArrayType, nativeSessionType, sessionType } from "../job/identity";

const types = [sessionType, nativeSessionType, arrayType, nativeArrayType];
const beginnings = types.flatMap((type) => [
  `Registering resource: t=${type}, `,
  `RegisterResource RPC prepared: t=${type}, `,
]);
/** With any name between; what failed is told. */
const finished = "RegisterResource RPC finished: resource:";
const endings = types.flatMap((type) => [`[${type}]; err: null, `, `[${type}]; err: undefined, `]);

type Debug = typeof pulumi.log.debug;

const quiet = new WeakSet<Debug>();

/** Leaves out what went as it should of jobs and arrays. What else is said for debugging stays, the program's own as well. */
export function leaveOutDebugLog(): void {
  const log = pulumi.log as { debug: Debug };
  const { debug } = log;
  if (quiet.has(debug)) return;
  const ours: Debug = (message, ...rest) =>
    isLeftOut(message) ? Promise.resolve() : debug(message, ...rest);
  quiet.add(ours);
  log.debug = ours;
}

function isLeftOut(message: string): boolean {
  if (beginnings.some((beginning) => message.startsWith(beginning))) return true;
  return message.startsWith(finished) && endings.some((ending) => message.includes(ending));
}
