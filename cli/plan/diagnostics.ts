// What Pulumi says of a run that failed. Pure.

/** What a failed run has to say, without what it shows of resources. */
export function diagnosticsIn(printed: string): string {
  const [, diagnostics = printed] =
    /^Diagnostics:\n([\s\S]*?)(?=^(?:Outputs|Resources|Duration):|$(?![\s\S]))/m.exec(printed) ??
    [];
  return diagnostics.trim() || "The up failed without a word.";
}
