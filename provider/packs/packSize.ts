// How large the session of a pack is. Pure.
import type { Context } from "../api";
import type { Size } from "../job/attempts";

/** A pack's session: how many of its jobs run at a time, and what it asks for, so that they can. */
export interface PackSize extends Size {
  readonly parallel: number;
}

/**
 * A session for no more jobs than run at a time in it. Where the server has no such size the next larger one is asked
 * for, and where it has none fewer jobs run at a time.
 * @param job what one job asks for
 * @param most how many are to run at a time
 * @param offered undefined where the server did not say
 */
export function packSize(job: Size, most: number, offered?: Context): PackSize {
  for (let parallel = most; parallel > 1; parallel -= 1) {
    const size = sizeFor(job, parallel, offered);
    if (size !== undefined) return { parallel, ...size };
  }
  return { parallel: 1, ...(sizeFor(job, 1, offered) ?? job) };
}

/** @returns undefined where the server has nothing so large */
function sizeFor(job: Size, parallel: number, offered: Context | undefined): Size | undefined {
  const cores = times(job.cores, parallel, offered?.cores.options);
  const ram = times(job.ram, parallel, offered?.memoryGB.options);
  const gpus = times(job.gpus, parallel, offered?.gpus.options);
  if ([cores, ram, gpus].includes("too large")) return undefined;
  return { ...known("cores", cores), ...known("ram", ram), ...known("gpus", gpus) };
}

function times(
  size: number | undefined,
  parallel: number,
  options: readonly number[] = [],
): number | undefined | "too large" {
  if (size === undefined) return undefined;
  const wanted = size * parallel;
  // The server compares the whole part.
  if (wanted === 0 || options.length === 0 || options.includes(Math.trunc(wanted))) return wanted;
  const enough = options.filter((option) => option >= wanted);
  return enough.length === 0 ? "too large" : Math.min(...enough);
}

function known(key: keyof Size, size: number | string | undefined): Size {
  return typeof size === "number" ? { [key]: size } : {};
}
