// The schema of a value in a sweep, from that of a job: text with placeholders may stand in any place of it.
import { z } from "zod";

/** What the other possibility of {@link templated} says; it explains nothing. */
export const noPlaceholder = "has no placeholder";

const placeholder = z
  .string(noPlaceholder)
  .regex(/\{/, { error: noPlaceholder, abort: true }) // else a union takes it for the one that was meant
  .describe('Text with placeholders: "{band}" is the value of the parameter `band`.');

/** The same schema, with text that has placeholders in any place of a value. */
export function templated(schema: z.ZodType): z.ZodType {
  const described = (made: z.ZodType) =>
    schema.description === undefined ? made : made.describe(schema.description);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    return described(templated(schema.unwrap() as z.ZodType).optional());
  }
  if (schema instanceof z.ZodObject) {
    const shape = Object.entries(schema.shape as Record<string, z.ZodType>);
    const inner = Object.fromEntries(shape.map(([key, one]) => [key, templated(one)]));
    return described(schema.clone({ ...schema.def, shape: inner }));
  }
  if (schema instanceof z.ZodArray) {
    const inner = templated(schema.element as z.ZodType);
    return described(schema.clone({ ...schema.def, element: inner }));
  }
  if (schema instanceof z.ZodRecord) {
    const inner = templated(schema.valueType as z.ZodType);
    return described(schema.clone({ ...schema.def, valueType: inner }));
  }
  if (schema instanceof z.ZodUnion) {
    const options = (schema.options as z.ZodType[]).map(templated);
    return described(schema.clone({ ...schema.def, options }));
  }
  if (schema instanceof z.ZodUnknown) return schema;
  return described(z.union([schema, placeholder]));
}
