// A run of the provider for jobs outside any stack.
import { type AssembleOptions, assemble, type Run } from "../../../provider/assemble";
import { messageOf } from "../../../provider/errors";
import { CommandError } from "../../commandError";
import { say } from "../../terminal";

/** @param record the folder for the records of jobs */
export function runOutsideStacks(record: string | undefined, options: AssembleOptions = {}): Run {
  const config = (key: string) => (key === "skaha:record" ? record : undefined);
  try {
    return assemble(config, process.env, { isOutsideStacks: true, write: say, ...options });
  } catch (error) {
    throw new CommandError(messageOf(error), 1, { cause: error });
  }
}
