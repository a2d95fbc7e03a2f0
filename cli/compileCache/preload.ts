// Preloaded into each Node that Pulumi starts for `pulumi-skaha` (`ofPulumi.ts`), before the SDK: what Node compiles of
// it is kept for the next run, and TypeScript, which the SDK loads with itself, is loaded when it is used. Of each process
// that takes half off until it is ready, and 40 MiB of memory. Nothing but Node is imported, and any other process is left
// as it is: this is in the user's processes.
import { existsSync, realpathSync } from "node:fs";
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

/**
 * The engine kills its hosts, and Node would write at the end of a process: so it is told to, now and then. A language host may
 * be gone in a moment; the others have jobs to launch first, and writing takes 0.2 to 0.4 s.
 */
const writeAfterMs = { language: [0, 500, 2_000], other: [500, 2_000] } as const;

const folder = process.env.PULUMI_SKAHA_COMPILE_CACHE;
const [kind] = kinds.find(([, script]) => script.test(process.argv[1] ?? "")) ?? [];
if (folder && kind) keep(path.join(folder, kind), kind);
// The native provider keeps what it compiles itself (`provider/run/compileCache.ts`), and may start the user's `tokenCommand`.
else if (folder && /\/provider\/native\/main\.js$/.test(process.argv[1] ?? ""))
  restoreEnvironment();

function keep(place: string, kind: string): void {
  // What a program or the provider starts gets the environment that the user gave; the language host starts the program.
  if (kind !== "language") {
    restoreEnvironment();
    loadTypeScriptLate(process.argv[1] ?? "");
  }
  try {
    // An older Node has no such function: nothing is kept then, nor where the folder cannot be written.
    nodeModule.enableCompileCache?.(place);
  } catch {
    return;
  }
  // Only what was not kept yet is written: nothing, as a rule.
  const times = writeAfterMs[kind === "language" ? kind : "other"];
  for (const ms of times) setTimeout(() => nodeModule.flushCompileCache?.(), ms).unref();
}

function restoreEnvironment(): void {
  const { PULUMI_SKAHA_NODE_OPTIONS: before } = process.env;
  delete process.env.PULUMI_SKAHA_NODE_OPTIONS;
  delete process.env.PULUMI_SKAHA_COMPILE_CACHE;
  if (before) process.env.NODE_OPTIONS = before;
  else delete process.env.NODE_OPTIONS;
}

/**
 * The SDK asks for TypeScript by one file of its own, and uses it for a program's tsconfig.json and for functions that are
 * stored in a state: none of ours is.
 *
 * @param script of the SDK
 */
function loadTypeScriptLate(script: string): void {
  const shim = shimOf(script);
  if (shim === undefined) return;
  let loaded: object | undefined;
  const typeScript = (): object => {
    if (loaded === undefined) {
      delete require.cache[shim];
      loaded = require(shim) as object; // a module's exports
    }
    return loaded;
  };
  const standIn = new nodeModule.Module(shim);
  standIn.filename = shim;
  standIn.loaded = true;
  standIn.exports = new Proxy(
    {},
    {
      get: (_, name) => Reflect.get(typeScript(), name),
      has: (_, name) => Reflect.has(typeScript(), name),
      ownKeys: () => Reflect.ownKeys(typeScript()),
      // An exotic object may not tell of fixed properties that it does not have.
      getOwnPropertyDescriptor(_, name) {
        const found = Reflect.getOwnPropertyDescriptor(typeScript(), name);
        return found && { ...found, configurable: true };
      },
    },
  );
  require.cache[shim] = standIn;
}

/** @returns undefined where an SDK has no such file */
function shimOf(script: string): string | undefined {
  const [root] = /^.*\/@pulumi\/pulumi(?=\/cmd\/)/.exec(script) ?? [];
  if (root === undefined) return undefined;
  const shim = path.join(root, "typescript-shim.js");
  return existsSync(shim) ? realpathSync(shim) : undefined;
}
