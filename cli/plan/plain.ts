// Whether the states before and after a run tell what it did (`states.ts`), judged before it begins. Pure.

export type Told = "refresh" | "destroy";

/** Where one of these is in a state file, what happens to a resource cannot be told from the states. */
const unusual = [
  "delete",
  "retainOnDelete",
  "deletedWith",
  "protect",
  "pendingReplacement",
  "pending_operations",
].map((key) => `"${key}":`);

/** Words of a command line that do not matter here, and how many values they take. */
const plainWords: Readonly<Record<string, number>> = {
  "--yes": 0,
  "--skip-preview": 0,
  "--non-interactive": 0,
  "--json": 0,
  "--debug": 0,
  "--stack": 1,
};

/** @returns the operation, where it is one whose effect can be told from the states; and its `--stack` */
export function toldByStates(
  words: readonly string[],
): { readonly operation: Told; readonly stack: string | undefined } | undefined {
  const [operation, ...rest] = words;
  if (operation !== "refresh" && operation !== "destroy") return undefined;
  let stack: string | undefined;
  for (let index = 0; index < rest.length; index += 1) {
    const word = rest[index] ?? "";
    const values = plainWords[word];
    if (values === undefined) return undefined;
    if (word === "--stack") stack = rest[index + 1];
    index += values;
  }
  const isInEarnest = rest.includes("--skip-preview");
  return isInEarnest ? { operation, stack } : undefined;
}

/** @param state the text of the file */
export function isPlain(state: string): boolean {
  return !unusual.some((key) => state.includes(key));
}
