// What the server tells of one session that it was asked for: what it asks for besides what a list has. Pure.
import { z } from "zod";
import { sessionSchema } from "../api";

const number = z.coerce.number().optional().catch(undefined);

export const sessionDetailsSchema = sessionSchema.extend({
  /** Decimal GB, to two digits. */
  requestedRAM: number,
  requestedCPUCores: number,
  requestedGPUCores: number,
});
export type SessionDetails = z.infer<typeof sessionDetailsSchema>;

/** The server rounds to 0.01 GB. */
const roundingGB = 0.006;
/** Above it may be a thousand times what is meant (docs/skaha-api.md). */
const largestGB = 1_000;

/**
 * What a job that asks for the same declares. Of a session that leaves its size to the server the server tells none.
 * @returns memory in GiB, where it is a multiple of 0.5
 */
export function sizeOfSession({
  requestedRAM,
  requestedCPUCores,
  requestedGPUCores,
}: SessionDetails): { readonly cores?: number; readonly ram?: number; readonly gpus?: number } {
  const ram = requestedRAM === undefined ? undefined : gibOf(requestedRAM);
  return {
    ...(requestedCPUCores && { cores: requestedCPUCores }),
    ...(ram && { ram }),
    ...(requestedGPUCores && { gpus: requestedGPUCores }),
  };
}

function gibOf(decimalGB: number): number | undefined {
  if (decimalGB > largestGB) return undefined;
  const nearest = Math.round((decimalGB * 1e9 * 2) / 2 ** 30) / 2;
  const told = (nearest * 2 ** 30) / 1e9;
  return Math.abs(told - decimalGB) <= roundingGB ? nearest : undefined;
}
