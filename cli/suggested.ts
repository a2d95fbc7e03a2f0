// Commands that a sentence suggests are about the stack and folder that were asked about: copied as they are, they
// must not act on the one that is selected.
import type { GlobalOptions } from "./project";
import { shellWord } from "./terminal";

const aboutStack =
  /\bpulumi-skaha (destroy|logs|preview|refresh|renew|rerun|save-logs|stats|status|up|wait|why)\b/g;

/** The same sentence, with `--stack` and `-C` in each of its commands where they were given. */
export function suggested(text: string, { stack, cwd }: GlobalOptions): string {
  const words = [
    ...(stack === undefined ? [] : ["--stack", shellWord(stack)]),
    ...(cwd === undefined ? [] : ["-C", shellWord(cwd)]),
  ];
  return text.replace(aboutStack, (command) => [command, ...words].join(" "));
}
