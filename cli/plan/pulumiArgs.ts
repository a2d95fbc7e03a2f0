// The arguments of a command line that are Pulumi's: which of them a preview takes, and which leave so much to
// Pulumi that it must do all by itself. Pure.

export type Operation = "up" | "preview" | "refresh" | "destroy";

/** Options of `pulumi up` that `pulumi preview` does not know, with how many values they take. */
const ofUpOnly: Readonly<Record<string, number>> = {
  "--continue-on-error": 0,
  "--secrets-provider": 1,
  "--show-secrets": 0,
};

/** `-t` and `-x` may follow other letters, and be followed by their value. */
const partial = /^(-[fjry]*[tx]|--(target|target-replace|exclude|exclude-protected)(=|$))/;
const refresh = /^(-r|--refresh)(=|$)/;
const noRefresh = /^(-r|--refresh)=(false|f|0)$/i;
const own = /^(--strict|--plan|--remote.*|--watch)(=|$)/;

/** The arguments for a look at what an operation would do. */
export function previewOf(operation: Operation, args: readonly string[]): string[] {
  if (operation === "preview") return ["preview", ...args];
  if (operation !== "up") {
    const without = ["--preview-only", "--remove"];
    return [operation, "--preview-only", ...args.filter((arg) => !without.includes(arg))];
  }
  const kept: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? "";
    const values = ofUpOnly[arg.replace(/=.*$/, "")];
    if (values === undefined) kept.push(arg);
    else if (!arg.includes("=")) index += values;
  }
  return ["preview", ...kept];
}

/** The arguments for doing it, after a preview or without one. */
export function updateOf(operation: Operation, args: readonly string[]): string[] {
  return operation === "preview"
    ? ["preview", ...args]
    : [operation, "--yes", "--skip-preview", ...args];
}

/**
 * The arguments for doing it again, as `--until-done` does: what was to be replaced has been, and how jobs ended is
 * asked even where Pulumi.yaml does not say so.
 */
export function repeatedUpOf(args: readonly string[]): string[] {
  const isReplacing = /^--(target-)?replace$/;
  const kept = args.filter(
    (arg, index) =>
      !/^--(target-)?replace(=|$)/.test(arg) && !isReplacing.test(args[index - 1] ?? ""),
  );
  return updateOf("up", kept.some((arg) => refresh.test(arg)) ? kept : ["--refresh", ...kept]);
}

/** Whether it is not to be asked how jobs stand. */
export function leavesOutRefresh(args: readonly string[]): boolean {
  return args.some((arg) => noRefresh.test(arg));
}

/** Whether Pulumi is told to preview: then it locks no stack and writes no state. */
export function isPreview([operation]: readonly string[]): boolean {
  return operation === "preview";
}

/** Whether nothing is to follow the preview. */
export function isPreviewOnly(operation: Operation, args: readonly string[]): boolean {
  return operation === "preview" || (operation !== "up" && args.includes("--preview-only"));
}

/** Whether only a part of the program or of state is looked at: what is left out is no orphan. */
export function isPartial(args: readonly string[]): boolean {
  return args.some((arg) => partial.test(arg));
}

/** Whether preview and update hang together in a way that only one `pulumi` can keep. */
export function isPulumisOwn(args: readonly string[]): boolean {
  return args.some((arg) => own.test(arg));
}

/** Whether the stack's configuration is not the one that other commands see, or is changed by this one. */
export function setsConfig(args: readonly string[]): boolean {
  return args.some((arg) => /^(-c|--config|--config-file|--config-path)(=|$)/.test(arg));
}

/** The value of `--stack`, which the command writes so. */
export function stackIn(args: readonly string[]): string | undefined {
  const index = args.indexOf("--stack");
  return index < 0 ? undefined : args[index + 1];
}

/** The value of `--config-file`, for other commands about the stack. */
export function configFile(args: readonly string[]): string | undefined {
  const index = args.findIndex((arg) => /^--config-file(=|$)/.test(arg));
  if (index < 0) return undefined;
  const arg = args[index] ?? "";
  return arg.includes("=") ? arg.slice(arg.indexOf("=") + 1) : args[index + 1];
}
