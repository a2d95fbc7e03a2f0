// What the server has: its images, and how much of its capacity is taken.
import type { Settings } from "../config";
import { refuse } from "../refusal";
import type { Sessions } from "../sessions/sessions";
import { type Answer, json } from "./answer";
import { pretty } from "./sessionJson";

/** @param type only those for sessions of this type */
export function images(settings: Settings, type: string | undefined): Answer {
  const known = [
    "carta",
    "contributed",
    "desktop",
    "notebook",
    "headless",
    "desktop-app",
    "firefly",
  ];
  if (type !== undefined && !known.includes(type)) throw refuse(400, `unknown type: ${type}`);
  // Empty where any image will do: a list would say that others will not.
  const rows = settings.images.listed;
  return json(pretty(rows.filter((row) => type === undefined || row.types.includes(type))));
}

/** `ResourceStats`: cores as numbers, memory as text in G. */
export function stats({ capacity, context, stats: kind }: Settings, sessions: Sessions): Answer {
  if (kind === "unavailable") {
    throw refuse(503, "temporarily unavailable: null", { "retry-after": "30" });
  }
  const taken = sessions.taken();
  const gigabytes = (bytes: number) => `${Number((bytes / 1e9).toFixed(2))}G`;
  const maxRam = `${context.memoryGB.defaultLimit}Gi`;
  const maxCores = context.cores.defaultLimit;
  return json(
    pretty({
      cores: {
        requestedCPUCores: taken.cores,
        cpuCoresAvailable: capacity.cores,
        maxCPUCores: { cpuCores: maxCores, withRam: maxRam },
      },
      ram: {
        requestedRAM: gigabytes(taken.ramBytes),
        ramAvailable: gigabytes(capacity.ramBytes),
        maxRAM: { ram: maxRam, withCPUCores: maxCores },
      },
    }),
  );
}
