// A job for tests that call the provider directly.
import { checkInputs, type JobInputs, trustedInputs } from "../../provider/job/inputs";

export const image = "images.canfar.net/skaha/terminal:1.1.2";

/** Inputs as `check` stores them. */
export function job(input: Record<string, unknown> = {}, logicalName = "night"): JobInputs {
  const { inputs, failures } = checkInputs(
    {},
    {
      identity: `organization/urn:pulumi:dev::survey::skaha:HeadlessSession::${logicalName}`,
      image,
      cmd: "sleep 600",
      ...input,
    },
  );
  if (failures.length > 0) throw new Error(JSON.stringify(failures));
  return trustedInputs(inputs);
}

/** The name under which `job()` runs. */
export const nightId = job().jobName;
