// The words of a command line that are Pulumi's: which of them a preview takes, and which leave so much to
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

/** The words for a look at what an operation would do. */
export function previewOf(operation: Operation, words: readonly string[]): string[] {
  if (operation === "preview") return ["preview", ...words];
  if (operation !== "up") {
    const without = ["--preview-only", "--remove"];
    return [operation, "--preview-only", ...words.filter((word) => !without.includes(word))];
  }
  const kept: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    const values = ofUpOnly[word.replace(/=.*$/, "")];
    if (values === undefined) kept.push(word);
    else if (!word.includes("=")) index += values;
  }
  return ["preview", ...kept];
}

/** The words for doing it, after a preview or without one. */
export function updateOf(operation: Operation, words: readonly string[]): string[] {
  return operation === "preview"
    ? ["preview", ...words]
    : [operation, "--yes", "--skip-preview", ...words];
}

/**
 * The words for doing it again, as `--until-done` does: what was to be replaced has been, and how jobs ended is
 * asked even where Pulumi.yaml does not say so.
 */
export function againOf(words: readonly string[]): string[] {
  const isReplacing = /^--(target-)?replace$/;
  const kept = words.filter(
    (word, index) =>
      !/^--(target-)?replace(=|$)/.test(word) && !isReplacing.test(words[index - 1] ?? ""),
  );
  return updateOf("up", kept.some((word) => refresh.test(word)) ? kept : ["--refresh", ...kept]);
}

/** Whether it is not to be asked how jobs stand. */
export function leavesOutRefresh(words: readonly string[]): boolean {
  return words.some((word) => noRefresh.test(word));
}

/** Whether nothing is to follow the preview. */
export function isPreviewOnly(operation: Operation, words: readonly string[]): boolean {
  return operation === "preview" || (operation !== "up" && words.includes("--preview-only"));
}

/** Whether only a part of the program or of state is looked at: what is left out is no orphan. */
export function isPartial(words: readonly string[]): boolean {
  return words.some((word) => partial.test(word));
}

/** Whether preview and update hang together in a way that only one `pulumi` can keep. */
export function isPulumisOwn(words: readonly string[]): boolean {
  return words.some((word) => own.test(word));
}

/** Whether the stack's configuration is not the one that other commands see, or is changed by this one. */
export function setsConfig(words: readonly string[]): boolean {
  return words.some((word) => /^(-c|--config|--config-file|--config-path)(=|$)/.test(word));
}

/** The value of `--config-file`, for other commands about the stack. */
export function configFile(words: readonly string[]): string | undefined {
  const index = words.findIndex((word) => /^--config-file(=|$)/.test(word));
  if (index < 0) return undefined;
  const word = words[index] ?? "";
  return word.includes("=") ? word.slice(word.indexOf("=") + 1) : words[index + 1];
}
