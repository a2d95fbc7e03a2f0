// What the commands print with --json, for schema/cli.schema.json. `up`, `preview`, `refresh` and `destroy` print
// Pulumi's own, all but `refresh` with what happens to the jobs.
import { z } from "zod";
import { doctorSchema } from "./commands/doctor/action";
import { eventsSchema } from "./commands/events/action";
import { manifestSchema } from "./commands/manifest/action";
import { lastLineSchema, previewSchema } from "./commands/operations/schema";
import { publishSchema } from "./commands/publish/action";
import { replaySchema } from "./commands/replay/action";
import { sizeSchema } from "./commands/size/action";
import { statsSchema } from "./commands/stats/action";
import { statusSchema } from "./commands/status/action";
import { submitSchema } from "./commands/submit/statuses";
import { whySchema } from "./commands/why/action";

/** By command. */
export const outputs: Readonly<Record<string, z.ZodType>> = {
  destroy: lastLineSchema,
  doctor: doctorSchema,
  events: eventsSchema,
  manifest: manifestSchema,
  preview: previewSchema,
  publish: publishSchema,
  replay: replaySchema,
  size: sizeSchema,
  stats: statsSchema,
  status: statusSchema,
  submit: submitSchema,
  up: lastLineSchema,
  why: whySchema,
};

export function outputsSchema(): object {
  const definitions = Object.entries(outputs).map(([command, schema]) => {
    const { $schema: _, ...definition } = z.toJSONSchema(schema, { target: "draft-7" });
    return [command, definition];
  });
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "What the commands of pulumi-skaha print with --json, by command",
    definitions: Object.fromEntries(definitions),
  };
}
