// The order in which a program declares an array's jobs: the engine hands on a map in the order of its keys' text, and
// jobs are launched as they are declared. Pure; programs load it.

/**
 * @param keys in the order of the program
 * @returns the same as text, short; undefined where it is that of the keys' text
 */
export function writtenOrder(keys: readonly string[]): string | undefined {
  const sorted = [...keys].sort();
  if (keys.every((key, index) => key === sorted[index])) return undefined;
  const places = new Map(sorted.map((key, index) => [key, index]));
  return keys.map((key) => places.get(key)).join(" ");
}

/** @param keys in any order */
export function inWrittenOrder(keys: readonly string[], order: string | undefined): string[] {
  const sorted = [...keys].sort();
  if (order === undefined) return sorted;
  return order.split(" ").flatMap((index) => sorted[Number(index)] ?? []);
}
