// Commands that a sentence suggests are about the stack and folder that were asked about, and such as work there: copied as they are, they
// must not act on the one that is selected.
import { type Invocation, runnable } from "./invocation";
import type { GlobalOptions } from "./project";
import { shellWord } from "./terminal";

const aboutStack =
  /\bpulumi-skaha (destroy|events|logs|manifest|preview|refresh|renew|report|rerun|save-logs|size|stats|status|up|wait|why)\b/g;

const aboutRecord = /\bpulumi-skaha (logs|manifest|report|size|status|why)\b/g;
/** What only a stack can do, as it is said of a job, and what is done instead where there is none. */
const ofStacks: readonly [RegExp, string][] = [
  [
    /(?:run it again(?: with|:)|to start it again:) pulumi-skaha rerun (?:'[^']*'|[^\s,;.)]+)/g,
    "submit it again with --rerun failed",
  ],
  [/, or declare retry: \{.*?\}\B/g, ""],
  [/pulumi-skaha refresh/g, "pulumi-skaha status"],
];

/** The same sentence, with `--stack` and `-C` in each of its commands where they were given, or with `--record`. */
export function suggested(
  text: string,
  { stack, cwd, record }: GlobalOptions,
  invocation?: Invocation,
): string {
  if (record !== undefined) {
    const without = ofStacks.reduce((said, [what, instead]) => said.replace(what, instead), text);
    const place = `--record ${shellWord(record)}`;
    return runnable(
      without.replace(aboutRecord, (command) => `${command} ${place}`),
      invocation,
    );
  }
  const words = [
    ...(stack === undefined ? [] : ["--stack", shellWord(stack)]),
    ...(cwd === undefined ? [] : ["-C", shellWord(cwd)]),
  ];
  return runnable(
    text.replace(aboutStack, (command) => [command, ...words].join(" ")),
    invocation,
  );
}
