// `pulumi-skaha submit`: one job outside any stack. What each way to call it needs is loaded then: workflow managers
// start it hundreds of times.
import { CommandError } from "../../commandError";
import { tellOfFailures } from "./handedOver";
import type { SubmitOptions } from "./options";

/** @returns the exit status */
export async function submit(words: readonly string[], options: SubmitOptions): Promise<number> {
  const { status, cancel, companion: pid } = options;
  if ([status, cancel].filter(Boolean).length > 1) {
    throw new CommandError("--status and --cancel exclude each other: give one of them");
  }
  tellOfFailures();
  if (pid !== undefined) return (await import("./companion.js")).companion(pid);
  if (status) return (await import("./statuses.js")).statuses(words, options);
  if (!cancel) return (await import("./launch.js")).launch(words, options);
  const { cancelAndWait, handOver } = await import("./cancel.js");
  return options.wait ? cancelAndWait(words, options) : handOver(words, options);
}
