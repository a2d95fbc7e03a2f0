// What a preview tells of a resource's outputs: what an `up` would certainly leave is known, so that resources which use
// it do not seem to change. Pure.
import { unknownValue } from "../engine/unknown";
import type { Step } from "../job/decisions/change";
import type { JobInputs } from "../job/inputs";
import { type Output, outputs, placeholders } from "../job/outputs";
import { type JobState, redeclared, remembered } from "../job/state";

type Props = Readonly<Record<string, unknown>>;

/** Of a job that the stack does not have yet: it may be launched, held, or found on the server. */
export function foreseenOfNew(inputs: JobInputs): Props {
  const { runs: _runs, ...kept } = remembered(inputs);
  return { ...kept, ...unknown(Object.keys(placeholders)) };
}

/** Of a job whose step was judged: only what another session or another hold would say is not known. */
export function foreseenOfKnown(state: JobState, inputs: JobInputs, step: Step): Props {
  const kept = { ...redeclared(state, inputs) };
  if (step.do === "nothing" || step.do === "forgive") return kept;
  if (step.do === "hold") {
    const { by, reason } = step.hold;
    return { ...kept, status: "Held", heldBy: by, reason };
  }
  const ofSession = Object.entries<Output>(outputs).flatMap(([name, { holdsFor, type }]) =>
    type !== undefined && holdsFor !== "job" ? [name] : [],
  );
  const more = ["status", "attempt", "attempts", "imageDigest", "gitCommit", "gitDirty"];
  return { ...kept, ...unknown([...ofSession, ...more]) };
}

/** Of an array that changes: which jobs it has, and their ids where they are known. */
export function foreseenOfArray(inputs: Props): Props {
  const { place, name, jobs, secretEnv, ownSecretEnv, registryAuth } = inputs;
  const kept = { place, name, jobs, secretEnv, ownSecretEnv, registryAuth };
  return { ...kept, ...unknown(["statuses", "version", "fields", "commonState"]) };
}

function unknown(names: readonly string[]): Props {
  return Object.fromEntries(names.map((name) => [name, unknownValue]));
}
