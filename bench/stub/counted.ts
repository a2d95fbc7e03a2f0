// What the stub counts, as it travels from its process to the bench.
import { z } from "zod";

export const kinds = [
  "list",
  "create",
  "get",
  "delete",
  "context",
  "images",
  "logs",
  "events",
  "renew",
  "other",
] as const;

export type Kind = (typeof kinds)[number];

export const countedSchema = z.object({
  requests: z.record(z.enum(kinds), z.number()),
  /** How many were opened. */
  connections: z.number(),
  /** How many there are now. */
  sessions: z.number(),
  /** Milliseconds since 1970. */
  firstCreateAt: z.number().optional(),
});
export type Counted = z.infer<typeof countedSchema>;
