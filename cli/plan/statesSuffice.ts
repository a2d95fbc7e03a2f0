// Whether the states before and after a run, with its report, tell what it did (`stateDiff.ts`), judged before it
// begins: then Pulumi need not write its event log. Pure.

export type StateOperation = "refresh" | "destroy";

/** Where one of these is in a state file, what happens to a resource cannot be told from the states. */
const unusual = [
  "delete",
  "retainOnDelete",
  "deletedWith",
  "protect",
  "pendingReplacement",
  "pending_operations",
].map((key) => `"${key}":`);

/** Arguments that do not matter here, and how many values they take. */
const harmlessArgs: Readonly<Record<string, number>> = {
  "--yes": 0,
  "--skip-preview": 0,
  "--non-interactive": 0,
  "--json": 0,
  "--debug": 0,
  "--stack": 1,
};

/** @returns the operation, where it is one whose effect can be told from the states; and its `--stack` */
export function knownFromStates(
  args: readonly string[],
): { readonly operation: StateOperation; readonly stack: string | undefined } | undefined {
  const plain = plainlyInEarnest(args);
  if (plain === undefined) return undefined;
  const { operation, stack } = plain;
  return operation === "refresh" || operation === "destroy" ? { operation, stack } : undefined;
}

/** @returns the operation and its `--stack`, where it is done without a preview and no argument changes what it is about */
export function plainlyInEarnest([operation = "", ...rest]: readonly string[]):
  | { readonly operation: string; readonly stack: string | undefined }
  | undefined {
  let stack: string | undefined;
  for (let index = 0; index < rest.length; index += 1) {
    const arg = rest[index] ?? "";
    const values = harmlessArgs[arg];
    if (values === undefined) return undefined;
    if (arg === "--stack") stack = rest[index + 1];
    index += values;
  }
  const isInEarnest = rest.includes("--skip-preview");
  return isInEarnest ? { operation, stack } : undefined;
}

/** @param state the text of the file */
export function isOrdinary(state: string): boolean {
  return !unusual.some((key) => state.includes(key));
}

/** The engine's own, ours, and how secrets are kept; components do nothing. */
const ownTypes =
  /^(pulumi:pulumi:Stack|pulumi:providers:(?:pulumi-nodejs|skaha)|pulumi-nodejs:dynamic\/skaha:\w+|skaha:index:\w+|passphrase)$/;

/**
 * Whether nothing but jobs is in a state: then nobody acts on a run but our provider. Each `type` counts, wherever it is
 * in the text: an input of that name may make it false, and never true.
 */
export function hasOnlyJobs(state: string): boolean {
  return [...state.matchAll(/"type":\s*"([^"]*)"/g)].every(([, type = ""]) => ownTypes.test(type));
}

/**
 * Pulumi's arguments for a run that needs no program. It starts the host of the program's language before a refresh
 * nevertheless, to warn of providers that the program would have in a newer version: of jobs alone there is nothing to warn.
 * As for a program that is within Pulumi's caller, it does without.
 */
export function withoutLanguageHost(args: readonly string[], state: string | undefined): string[] {
  const isRefresh = knownFromStates(args)?.operation === "refresh";
  return isRefresh && state !== undefined && hasOnlyJobs(state)
    ? ["--exec-kind", "auto.inline"]
    : [];
}
