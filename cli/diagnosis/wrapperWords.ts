// What the wrapper around a job's command said last in its log: of a job without a record nothing else tells why it was
// ended. Pure.
import { z } from "zod";
import type { JobState } from "../../provider/job/state";
import { asDeclared } from "../../provider/record/outputs";

const prefix = "pulumi-skaha: ";

/** @returns what a record would have of it; state that has a record's own goes before */
export function toldByWrapper(
  logTail: string | undefined,
): Partial<Pick<JobState, "cause" | "maxRunSeconds" | "missingOutputs">> {
  const lines = (logTail ?? "").split(/\r?\n/).filter((line) => line.startsWith(prefix));
  for (const line of lines.reverse()) {
    const words = line.slice(prefix.length);
    const seconds = /^was ended after (\d+) seconds \(maxRunSeconds\)$/.exec(words)?.[1];
    if (seconds !== undefined) return { cause: "Timeout", maxRunSeconds: Number(seconds) };
    const missing = /^missing outputs: (.+)$/.exec(words)?.[1];
    const outputs = missing === undefined ? undefined : pathsIn(missing);
    if (outputs !== undefined) return { cause: "MissingOutputs", missingOutputs: outputs };
    if (words.startsWith("cannot change to the folder ")) return { cause: "NotStarted" };
  }
  return {};
}

/** JSON without the brackets. */
function pathsIn(text: string): readonly string[] | undefined {
  try {
    return z
      .array(z.string().transform(asDeclared))
      .nonempty()
      .parse(JSON.parse(`[${text}]`));
  } catch {
    return undefined; // a line that the tail begins in the middle of, or the program's own
  }
}
