// Preloaded into each Node that Pulumi starts for `pulumi-skaha` (`ofPulumi.ts`), before the SDK: what Node compiles of
// it, TypeScript included, is kept for the next run. Of each process that takes a third to a half off until it is ready.
// Nothing but Node is imported, and any other process is left as it is: this is in the user's processes.
import nodeModule from "node:module";
import path from "node:path";

/**
 * Each kind has a folder of its own: the SDK changes V8's flags while it is loaded (`--allow-natives-syntax`), and what
 * was compiled under other flags is refused. Within a kind a module is loaded at the same point each time.
 */
const kinds: readonly (readonly [kind: string, script: RegExp])[] = [
  ["language", /\/pulumi-language-nodejs\.js$/],
  ["program", /\/@pulumi\/pulumi\/cmd\/run(\/index\.js)?$/],
  ["provider", /\/@pulumi\/pulumi\/cmd\/dynamic-provider(\/index\.js)?$/],
];

/** The engine kills its hosts, and Node would write at the end of a process: so it is told to, now and then. */
const writeAfterMs = [0, 500, 2_000];

const folder = process.env.PULUMI_SKAHA_COMPILE_CACHE;
const [kind] = kinds.find(([, script]) => script.test(process.argv[1] ?? "")) ?? [];
if (folder && kind) keep(path.join(folder, kind), kind);

function keep(place: string, kind: string): void {
  // What a program or the provider starts gets the environment that the user gave; the language host starts the program.
  if (kind !== "language") restoreEnvironment();
  try {
    // An older Node has no such function: nothing is kept then, nor where the folder cannot be written.
    nodeModule.enableCompileCache?.(place);
  } catch {
    return;
  }
  // Only what was not kept yet is written: nothing, as a rule.
  for (const ms of writeAfterMs) setTimeout(() => nodeModule.flushCompileCache?.(), ms).unref();
}

function restoreEnvironment(): void {
  const { PULUMI_SKAHA_NODE_OPTIONS: before } = process.env;
  delete process.env.PULUMI_SKAHA_NODE_OPTIONS;
  delete process.env.PULUMI_SKAHA_COMPILE_CACHE;
  if (before) process.env.NODE_OPTIONS = before;
  else delete process.env.NODE_OPTIONS;
}
