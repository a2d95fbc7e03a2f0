// By which ids a program's jobs would be launched in a stack that has none yet: known from a preview that asks no server.
import { DeclaredJobs, trustedArray } from "../../provider/array/declaredJobs";
import { hasUnknown } from "../../provider/engine/unknown";
import { isArrayType, isJobType, nameIn } from "../../provider/job/identity";
import { idsFor } from "../../provider/run/namingAsked";
import type { PulumiProcess } from "../pulumiProcess";
import { type Declared, declaredIn, namingPreview } from "./programJobs";

/** A job that a program declares, with the id that it would get. */
export interface IdentifiedJob {
  readonly name: string;
  /** Undefined where it is not known before other jobs are launched, or the job would be refused. */
  readonly id: string | undefined;
  /** Why it would be refused. */
  readonly refused?: string | undefined;
  /** As checked; what is secret is masked. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/**
 * @param args Pulumi's, for a preview
 * @param organization that ids are made for
 * @throws CommandError with what Pulumi said, where the program fails
 */
export async function programIds(
  pulumi: PulumiProcess,
  args: readonly string[],
  organization: string,
): Promise<readonly IdentifiedJob[]> {
  return idsInLog(await namingPreview(pulumi, args, { [idsFor]: organization }));
}

/** @param log the event log of a preview of the provider that gives ids */
export function idsInLog(log: string): readonly IdentifiedJob[] {
  return [...declaredIn(log).values()].flatMap((one) => {
    if (isJobType(one.type)) return [single(one)];
    return isArrayType(one.type) ? members(one) : [];
  });
}

function single({ urn, inputs }: Declared): IdentifiedJob {
  const { jobName, refused, ...rest } = { ...inputs };
  const id = typeof jobName === "string" && !hasUnknown(jobName) ? jobName : undefined;
  return {
    name: nameIn(urn),
    id,
    ...(typeof refused === "string" && { refused }),
    inputs: rest,
  };
}

function members({ urn, inputs }: Declared): IdentifiedJob[] {
  const array = trustedArray({ ...inputs });
  if (typeof array.jobs !== "object") return []; // which rows there are is not known
  const sweep = nameIn(urn);
  return [...new DeclaredJobs().trusted(array)].map(([key, job]) => {
    const refused = array.refused?.[key];
    const isKnown = refused === undefined && !hasUnknown(job.id);
    return {
      name: `${sweep}/${key}`,
      id: isKnown ? job.id : undefined,
      ...(refused !== undefined && { refused }),
      inputs: job.inputs,
    };
  });
}
