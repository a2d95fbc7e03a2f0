// The objects among a job's outputs (`job/attempts.ts`), as the package's schema has them.
import { type ObjectSpec, type PropertySpec, text } from "./specs";

const time = (what: string): PropertySpec => ({ ...text, description: `${what} ISO 8601.` });

export const outputTypes: Readonly<Record<string, ObjectSpec>> = {
  "skaha:index:Usage": {
    type: "object",
    description: "What a recorded job used.",
    properties: {
      peakRamGiB: { type: "number", description: "Its largest memory, in GiB." },
      meanCores: { type: "number", description: "The cores that it used on average." },
      samples: { type: "integer", description: "How many heartbeats that comes from." },
    },
  },
  "skaha:index:PastAttempt": {
    type: "object",
    description: "One session that stood for a job before.",
    properties: {
      sessionId: { ...text, description: "Skaha's id of it." },
      status: { ...text, description: "How it ended." },
      cause: { ...text, description: "Why it ended badly, where more is known than its status." },
      exitCode: { type: "integer", description: "Of a recorded job: its exit code." },
      launchTime: time("When it was launched; absent of one that was found."),
      startTime: time("When it started."),
      endTime: time("Of a recorded job: when it ended."),
      endSeenTime: time("Of a job without a record: when its end was first seen."),
      cores: { type: "number", description: "The cores that it was launched with." },
      ram: { type: "number", description: "The memory that it was launched with, in GiB." },
    },
    required: ["status"],
  },
};
