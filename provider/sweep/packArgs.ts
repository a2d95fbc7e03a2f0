// How a sweep says that its jobs share sessions. Pure; programs load it.

/** How jobs share sessions. */
export interface PackArgs {
  /** How many a session runs in all, at most. */
  readonly jobs: number;
  /** How many of them at a time. */
  readonly parallel: number;
}

/** @returns what is wrong with it, in words */
export function faultOfPack(
  { jobs, parallel, ...more }: PackArgs,
  isArray: boolean,
): string | undefined {
  const [unknown] = Object.keys(more);
  if (unknown !== undefined) return `\`pack\` has jobs and parallel, and no ${unknown}`;
  if (!isArray) return "`pack` needs `array: true`";
  if (!isWhole(jobs, 1)) return `\`pack.jobs\` is ${jobs}, and has to be a whole number from 1 on`;
  if (!isWhole(parallel, 1) || parallel > jobs) {
    return `\`pack.parallel\` is ${parallel}, and has to be a whole number from 1 to pack.jobs, ${jobs}`;
  }
  return undefined;
}

function isWhole(value: unknown, least: number): boolean {
  return Number.isInteger(value) && Number(value) >= least;
}
