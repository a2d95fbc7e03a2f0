// Commands that a sentence suggests are about the stack and folder that were asked about, and such as work there: copied as they are, they
// must not act on the one that is selected.
import { type Invocation, runnable } from "./invocation";
import type { GlobalOptions } from "./project";
import { shellWord } from "./terminal";

const aboutStack =
  /\bpulumi-skaha (destroy|events|logs|manifest|preview|refresh|renew|report|rerun|save-logs|size|stats|status|up|wait|why)\b/g;

/** The same sentence, with `--stack` and `-C` in each of its commands where they were given. */
export function suggested(
  text: string,
  { stack, cwd }: GlobalOptions,
  invocation?: Invocation,
): string {
  const words = [
    ...(stack === undefined ? [] : ["--stack", shellWord(stack)]),
    ...(cwd === undefined ? [] : ["-C", shellWord(cwd)]),
  ];
  return runnable(
    text.replace(aboutStack, (command) => [command, ...words].join(" ")),
    invocation,
  );
}
