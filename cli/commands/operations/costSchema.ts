// What `preview --json` says of costs, for schema/cli.schema.json.
import { z } from "zod";

const amountsSchema = z.strictObject({
  coreHours: z.number(),
  gibHours: z.number(),
  gpuHours: z.number(),
  sessions: z.number(),
  price: z.number().describe("by the stack's skaha:price, where it has one").optional(),
});

const estimateSchema = z.strictObject({
  jobs: z.int().describe("of whose sweep jobs were measured"),
  samples: z.int().describe("how many those are"),
  expected: amountsSchema.describe("at their mean duration"),
  least: amountsSchema.describe("95 % of such sums are between this and `most`"),
  most: amountsSchema,
  isMost: z
    .boolean()
    .describe("true where ends were only seen: it will be less rather than more")
    .optional(),
  unmeasured: z
    .strictObject({
      jobs: z.int(),
      perHour: amountsSchema.describe("in each hour that they run"),
      most: amountsSchema.describe("where maxRunSeconds limits all of them").optional(),
    })
    .describe("jobs of a sweep of which none was measured")
    .optional(),
});

/** What `preview --json` says of costs. */
export const foreseenSchema = z
  .strictObject({
    launched: estimateSchema.describe("of the jobs that are launched"),
    withHeld: estimateSchema.describe("of these and of those that are Held").optional(),
  })
  .describe("what sessions would reserve; absent where nothing is launched or Held");
