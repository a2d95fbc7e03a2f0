// A number with the word for what it counts, in the singular or the plural. Pure.

/** @example counted(1, "job"); // "1 job" */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
