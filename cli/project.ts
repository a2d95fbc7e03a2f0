// The Pulumi project that the command runs in, and the CLI with the environment for it.
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { getPulumi, type Pulumi } from "../toolchain/pulumiCli";
import { CommandError } from "./commandError";
import { PulumiProcess } from "./pulumiProcess";
import { say } from "./terminal";

/** Written by `pulumi-skaha init`, mode 0600 and ignored by git: the passphrase of the stacks' secrets. */
export const passphraseFile = ".pulumi-passphrase";

const projectFiles = ["Pulumi.yaml", "Pulumi.yml"];

/** The options that all commands know. */
export interface GlobalOptions {
  /** @default the stack that is selected */
  readonly stack?: string | undefined;
  /** @default the working directory */
  readonly cwd?: string | undefined;
  /** A folder of records, whose jobs are meant in place of a stack's. */
  readonly record?: string | undefined;
  readonly debug?: boolean | undefined;
}

/** The options of commands that are about some of the jobs. */
export interface JobOptions extends GlobalOptions {
  /** Conditions like `sigma=5`. */
  readonly where?: readonly string[] | undefined;
}

export interface Project {
  /** The folder of Pulumi.yaml. */
  readonly folder: string;
  /** The folder that the program runs in: what its relative paths start from. */
  readonly program: string;
  readonly pulumi: PulumiProcess;
}

/**
 * @param cliOf what gets the Pulumi CLI
 * @throws CommandError where there is no project
 */
export async function openProject(
  { cwd = process.cwd() }: GlobalOptions,
  cliOf: () => Promise<Pulumi> = () => getPulumi({ say }),
): Promise<Project> {
  const from = path.resolve(cwd);
  const folder = folderAbove(from);
  if (!existsSync(from)) throw new CommandError(`there is no folder ${from}`);
  if (folder === undefined) {
    throw new CommandError(
      `there is no Pulumi.yaml in ${from} or above it: go to your project's folder, or make one with pulumi-skaha init`,
    );
  }
  const cli = await cliOf();
  return {
    folder,
    get program() {
      return programFolder(folder); // where it is not asked for, Pulumi begins sooner
    },
    pulumi: new PulumiProcess(cli.command, folder, environmentOf(cli, folder)),
  };
}

/** @returns the folder of the Pulumi.yaml in `from` or above it; undefined where there is none */
export function folderAbove(from: string): string | undefined {
  for (let folder = from; ; folder = path.dirname(folder)) {
    if (projectFiles.some((name) => existsSync(path.join(folder, name)))) return folder;
    if (folder === path.dirname(folder)) return undefined;
  }
}

/** @param folder of a project, whose passphrase goes with it */
export function environmentOf(cli: Pulumi, folder: string | undefined): NodeJS.ProcessEnv {
  return { ...process.env, ...cli.env, ...(folder !== undefined && passphrase(folder)) };
}

/** The language of a project's program, as Pulumi.yaml has it; undefined where it cannot be told. */
export function runtimeOf(folder: string): unknown {
  const { runtime } = projectIn(projectTextIn(folder));
  return typeof runtime === "object" ? runtime?.name : runtime;
}

/** `main` names the program or its folder. */
function programFolder(folder: string): string {
  const text = projectTextIn(folder);
  // Most have none, and loading a parser takes longer than all else here.
  const { main } = text.includes("main") ? projectIn(text) : {};
  const program = path.resolve(folder, typeof main === "string" ? main : ".");
  return statSync(program, { throwIfNoEntry: false })?.isFile() ? path.dirname(program) : program;
}

/** The program's folder, or the project's: what is to be built first may not be there yet. */
export function existing({ program, folder }: Project): string {
  return existsSync(program) ? program : folder;
}

interface ProjectFile {
  readonly main?: unknown;
  readonly runtime?: string | { readonly name?: unknown } | null;
}

/** One that cannot be read is Pulumi's to complain about. */
function projectTextIn(folder: string): string {
  const file = projectFiles.map((name) => path.join(folder, name)).find((name) => existsSync(name));
  try {
    return file === undefined ? "" : readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function projectIn(text: string): ProjectFile {
  const { parse } = require("yaml") as typeof import("yaml");
  try {
    return parse(text) ?? {};
  } catch {
    return {};
  }
}

function passphrase(folder: string): NodeJS.ProcessEnv {
  const file = path.join(folder, passphraseFile);
  const { PULUMI_CONFIG_PASSPHRASE, PULUMI_CONFIG_PASSPHRASE_FILE } = process.env;
  const isSet =
    PULUMI_CONFIG_PASSPHRASE !== undefined || PULUMI_CONFIG_PASSPHRASE_FILE !== undefined;
  return isSet || !existsSync(file) ? {} : { PULUMI_CONFIG_PASSPHRASE_FILE: file };
}
