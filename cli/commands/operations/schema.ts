// What `up`, `preview` and `destroy` add to Pulumi's own JSON, for schema/cli.schema.json.
import { z } from "zod";
import { meanings } from "../../plan/jobActions";
import { foreseenSchema } from "./costSchema";

const names = z.array(z.string());

const jobsSchema = z
  .strictObject(
    Object.fromEntries(
      Object.entries(meanings).map(([kind, means]) => [kind, names.optional().describe(means)]),
    ),
  )
  .describe(
    "the names of all jobs in the program, by what happens to them; each is in one list, or with `replace` in three",
  );

/** Of `preview --json`. */
export const previewSchema = z
  .looseObject({ jobs: jobsSchema, cost: foreseenSchema.optional() })
  .describe("Pulumi's own object, with the jobs and what their launches would cost");

/** Of `up --json` and `destroy --json`. */
export const lastLineSchema = z
  .strictObject({ jobs: jobsSchema, cost: foreseenSchema.optional() })
  .describe("the last line, after Pulumi's own, each of which is one of its events");
