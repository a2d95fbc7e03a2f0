// What the SDK tells the engine while an array is declared, for debugging: the whole of the engine's answer about it,
// as one text. Of an array of 100,000 jobs that is 16 MB, which this process makes, sends and keeps for seconds, hundreds of
// megabytes in all, and which nobody is shown without `--debug`.
import * as pulumi from "@pulumi/pulumi";

/** Longer messages are cut. */
const longest = 100_000;
const kept = 1_000;

type Debug = typeof pulumi.log.debug;

let own: { readonly ours: Debug; readonly before: Debug; users: number } | undefined;

/** Cuts what is sent for debugging and too long, until `isOver` settles. */
export function shortenDebugLog(isOver: Promise<unknown>): void {
  const log = pulumi.log as { debug: Debug };
  if (own === undefined) {
    const before = log.debug;
    const ours: Debug = (message, ...rest) => before(shortened(message), ...rest);
    own = { ours, before, users: 0 };
    log.debug = ours;
  }
  own.users += 1;
  const leave = () => {
    if (own === undefined) return;
    own.users -= 1;
    if (own.users > 0) return;
    if (log.debug === own.ours) log.debug = own.before; // else somebody else has it by now
    own = undefined;
  };
  isOver.then(leave, leave);
}

function shortened(message: string): string {
  if (message.length <= longest) return message;
  return `${message.slice(0, kept)} ... (${message.length - kept} characters left out)`;
}
