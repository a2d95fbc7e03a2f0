// What sessions reserve, and for how long: the amounts that a cost is made of. Pure.
import type { Size } from "../job/attempts";

/** What was or will be reserved, whether it is used or not. */
export interface Amounts {
  readonly coreHours: number;
  readonly gibHours: number;
  readonly gpuHours: number;
  /** Of a session that jobs share, each has a part. */
  readonly sessions: number;
}

export const nothing: Amounts = { coreHours: 0, gibHours: 0, gpuHours: 0, sessions: 0 };

/** What the server reserves where a job says nothing (docs/skaha-api.md). Memory in GiB. */
export const serversChoice = { cores: 1, ram: 4 } as const;

/** What a session of that size reserves. Memory in GiB. */
export function reserved({ cores, ram, gpus }: Size): Required<{ [K in keyof Size]: number }> {
  return {
    cores: cores ?? serversChoice.cores,
    ram: ram ?? serversChoice.ram,
    gpus: gpus ?? 0,
  };
}

/** What one session of that size costs in so many hours. */
export function amountsOf(size: Size, hours: number, sessions = 1): Amounts {
  const { cores, ram, gpus } = reserved(size);
  return { coreHours: cores * hours, gibHours: ram * hours, gpuHours: gpus * hours, sessions };
}

export function sumOf(all: Iterable<Amounts>): Amounts {
  let { coreHours, gibHours, gpuHours, sessions } = nothing;
  for (const one of all) {
    coreHours += one.coreHours;
    gibHours += one.gibHours;
    gpuHours += one.gpuHours;
    sessions += one.sessions;
  }
  return { coreHours, gibHours, gpuHours, sessions };
}

/** A part of it, or a multiple: its hours and its sessions. */
export function times(
  { coreHours, gibHours, gpuHours, sessions }: Amounts,
  hours: number,
  ofSessions = hours,
): Amounts {
  return {
    coreHours: coreHours * hours,
    gibHours: gibHours * hours,
    gpuHours: gpuHours * hours,
    sessions: sessions * ofSessions,
  };
}
