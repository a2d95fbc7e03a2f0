// What is left of a fleet without what the schema refuses, so that the rest can be checked all the same. Pure.
import type { z } from "zod";
import { unknownValue } from "../engine/unknown";
import { type JobSpec, type SweepSpec, sweepKeys } from "./schema/schema";

/**
 * A fleet without what the schema refuses, so that the rest can be checked all the same. An input that was
 * refused is not known; a sweep without rows, or what is no job at all, is undefined.
 */
export interface SoundFleet {
  /** Undefined if there is something wrong with them. */
  readonly defaults: JobSpec | undefined;
  readonly jobs: Readonly<Record<string, JobSpec | undefined>>;
  readonly sweeps: Readonly<Record<string, SweepSpec | undefined>>;
}

export function soundFleet(value: unknown, issues: readonly z.core.$ZodIssue[]): SoundFleet {
  const those = (kind: string): Record<string, JobSpec & SweepSpec> => {
    const specs = isMap(value) ? (value as Record<string, unknown>)[kind] : undefined;
    return (isMap(specs) ? specs : {}) as Record<string, JobSpec & SweepSpec>; // where no issue is
  };
  const soundOf = (kind: string) =>
    Object.fromEntries(
      Object.entries(those(kind)).map(([name, spec]) => [
        name,
        soundSpec(spec, below(issues, [kind, name])),
      ]),
    );
  const ofDefaults = below(issues, ["defaults"]);
  return {
    defaults: ofDefaults.length > 0 ? undefined : (those("defaults") as JobSpec),
    jobs: soundOf("jobs"),
    sweeps: soundOf("sweeps"),
  };
}

interface IssueBelow {
  readonly issue: z.core.$ZodIssue;
  /** From there on. */
  readonly rest: readonly PropertyKey[];
}

function below(issues: readonly z.core.$ZodIssue[], path: readonly string[]): IssueBelow[] {
  return issues
    .filter((issue) => path.every((step, index) => String(issue.path[index]) === step))
    .map((issue) => ({ issue, rest: issue.path.slice(path.length) }));
}

function soundSpec<T extends JobSpec | SweepSpec>(
  spec: T,
  issues: readonly IssueBelow[],
): T | undefined {
  const left: Record<string, unknown> = { ...spec };
  for (const { issue, rest } of issues) {
    const [key] = rest.map(String);
    if (key === undefined) {
      if (issue.code !== "unrecognized_keys") return undefined;
      for (const unknown of issue.keys) delete left[unknown];
      left.image ??= unknownValue; // it may be what is misspelt
    } else if (sweepKeys.includes(key) && key !== "canary") return undefined;
    else if (["after", "canary", "env", "untrackedEnv"].includes(key)) delete left[key];
    else left[key] = unknownValue;
  }
  return left as T;
}

export function isMap(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
