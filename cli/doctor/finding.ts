// What one check of `doctor` found, and how it becomes a line.
import { z } from "zod";

export const findingSchema = z.object({
  check: z.string().describe("what was looked at"),
  verdict: z
    .enum(["ok", "warning", "fault"])
    .describe("fault: jobs cannot be launched or watched; warning: they can, with a risk"),
  text: z.string().describe("what was found"),
  remedy: z.string().describe("what to do about it").optional(),
});
export type Finding = z.infer<typeof findingSchema>;

export function ok(check: string, text: string): Finding {
  return { check, verdict: "ok", text };
}

export function warning(check: string, text: string, remedy: string): Finding {
  return { check, verdict: "warning", text, remedy };
}

export function fault(check: string, text: string, remedy?: string): Finding {
  return { check, verdict: "fault", text, ...(remedy !== undefined && { remedy }) };
}

/** Passwords in the place of a URL's user are not for the terminal. */
export function withoutPassword(url: string): string {
  return url.replace(/\/\/[^/@]*@/, "//[...]@");
}
