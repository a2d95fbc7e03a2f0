// What one run of the bench found, as `bench/results/*.json` keeps it.
import { z } from "zod";
import { contestantNames, scenarios } from "./scenario";
import { kinds } from "./stub/counted";

const cell = z.object({
  contestant: z.enum(contestantNames),
  scenario: z.enum(scenarios),
  jobs: z.number(),
  latencyMs: z.number(),
});

export const measurementSchema = cell.extend({
  /** Of the median round, like all that follows. */
  seconds: z.number(),
  /** Of each round. */
  rounds: z.array(z.number()),
  /** How often the engine goes through the jobs: previewing, refreshing, updating. */
  phases: z.number().optional(),
  /** How many jobs the engine works on at a time. */
  parallel: z.number().optional(),
  /** These two: not known without /proc. */
  cpuSeconds: z.number().optional(),
  peakMemoryBytes: z.number().optional(),
  requests: z.record(z.enum(kinds), z.number()),
  connections: z.number(),
  stateBytesPerJob: z.number().optional(),
  secondsToFirstLaunch: z.number().optional(),
});
export type Measurement = z.infer<typeof measurementSchema>;

export const omissionSchema = cell.extend({ why: z.string() });
/** A cell that was not measured. */
export type Omission = z.infer<typeof omissionSchema>;

export const resultsSchema = z.object({
  startedAt: z.string(),
  commit: z.string(),
  /** There were changes beside the commit. */
  isDirty: z.boolean(),
  machine: z.object({
    cpu: z.string(),
    cores: z.number(),
    memoryGiB: z.number(),
    platform: z.string(),
    /** The mean number of processes that ran or waited to, before and after. */
    load: z.tuple([z.number(), z.number()]),
  }),
  versions: z.record(z.string(), z.string()),
  measurements: z.array(measurementSchema),
  omissions: z.array(omissionSchema),
});
export type Results = z.infer<typeof resultsSchema>;
