// `import "pulumi-skaha/fleet"`: a whole Pulumi program, which declares what fleet.yaml says.
import type * as pulumi from "@pulumi/pulumi";
import { declareFleet } from "./fleet/declare";
import type { SweepSummary } from "./sweep/manifest";

const declared = declareFleet();

/** Each job's status by its name. */
export const jobs: Readonly<Record<string, pulumi.Output<string>>> = Object.fromEntries(
  Object.entries(declared.jobs).map(([name, { status }]) => [name, status]),
);

/** Each sweep in numbers. */
export const sweeps: Readonly<Record<string, pulumi.Output<SweepSummary>>> = Object.fromEntries(
  Object.entries(declared.sweeps).map(([name, { summary }]) => [name, summary]),
);
