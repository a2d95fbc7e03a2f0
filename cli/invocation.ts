// How this command, and Pulumi's, are started where the user is: what a sentence suggests has to work as it is printed.
import { accessSync, constants } from "node:fs";
import path from "node:path";
import { shellWord } from "./shellWord";

export interface Invocation {
  /** @example "npx pulumi-skaha" */
  readonly skaha: string;
  /** Pulumi's, where it is on PATH. */
  readonly pulumi?: string;
}

export interface InvocationContext {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** What Node runs: `process.argv[1]`. */
  readonly script: string | undefined;
}

const own = "pulumi-skaha";
const binFolder = path.join("node_modules", ".bin");

export function invocationIn({ env, cwd, script }: InvocationContext): Invocation {
  const folders = foldersOfUser(env);
  const isOnPath = (name: string) => folders.some((folder) => isProgram(path.join(folder, name)));
  return {
    skaha: isOnPath(own) ? own : (byNpx(env, cwd) ?? byPath(script, cwd) ?? own),
    ...(isOnPath("pulumi") && { pulumi: "pulumi" }),
  };
}

/** npm and npx put folders first on PATH that the user's shell does not have. */
function foldersOfUser({ PATH = "", npm_command: byNpm }: NodeJS.ProcessEnv): string[] {
  const folders = PATH.split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  if (byNpm === undefined) return folders;
  return folders.filter((folder) => !/[\\/]node_modules[\\/]\.bin[\\/]?$/.test(folder));
}

function byNpx({ npm_command: byNpm }: NodeJS.ProcessEnv, cwd: string): string | undefined {
  if (byNpm === "exec") return `npx ${own}`;
  for (let folder = path.resolve(cwd); ; folder = path.dirname(folder)) {
    if (isProgram(path.join(folder, binFolder, own))) return `npx ${own}`;
    if (folder === path.dirname(folder)) return undefined;
  }
}

/** As it was called from another folder. */
function byPath(script: string | undefined, cwd: string): string | undefined {
  if (script === undefined || path.basename(script) !== own) return undefined;
  const relative = path.relative(cwd, script);
  return shellWord(relative.startsWith("..") ? script : `./${relative}`);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // it is not there
  }
}

let here: Invocation | undefined;

const ownCommand = /(?<![\w./-]|npx )pulumi-skaha (?=(?:[a-z]+-)?[a-z]+\b|--)/g;
const sameOfOurs = /(?<![\w./-]|pulumi-skaha )pulumi (?=(?:up|preview|refresh|destroy)\b)/g;
const pulumisOwn =
  /(?<![\w./-]|pulumi-skaha )pulumi (?=(?:cancel|config|import|login|logout|stack|state|whoami)\b)/g;

/** The same sentence, with each command as it works where the user is. */
export function runnable(text: string, invocation?: Invocation): string {
  if (!text.includes("pulumi")) return text;
  here ??= invocationIn({ env: process.env, cwd: process.cwd(), script: process.argv[1] });
  const { skaha, pulumi } = invocation ?? here;
  const ours = text.replace(ownCommand, `${skaha.replaceAll("$", "$$$$")} `);
  if (pulumi !== undefined) return ours;
  const start = skaha.replaceAll("$", "$$$$");
  return ours.replace(sameOfOurs, `${start} `).replace(pulumisOwn, `${start} pulumi `);
}
