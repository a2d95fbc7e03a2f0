// The Pulumi project that the command runs in, and the CLI with the environment for it.
import { existsSync } from "node:fs";
import path from "node:path";
import { getPulumi } from "../toolchain/pulumiCli";
import { CommandError } from "./commandError";
import { PulumiProcess } from "./pulumiProcess";
import { say } from "./terminal";

/** Written by `pulumi-skaha init`, mode 0600 and ignored by git: the passphrase of the stacks' secrets. */
export const passphraseFile = ".pulumi-passphrase";

/** The options that all commands know. */
export interface GlobalOptions {
  /** @default the stack that is selected */
  readonly stack?: string | undefined;
  /** @default the working directory */
  readonly cwd?: string | undefined;
  readonly debug?: boolean | undefined;
}

export interface Project {
  /** The folder of Pulumi.yaml. */
  readonly folder: string;
  readonly pulumi: PulumiProcess;
}

/** @throws CommandError where there is no project */
export async function openProject({ cwd = process.cwd() }: GlobalOptions): Promise<Project> {
  const folder = folderAbove(path.resolve(cwd));
  const cli = await getPulumi({ say });
  const env = { ...process.env, ...cli.env, ...passphrase(folder) };
  return { folder, pulumi: new PulumiProcess(cli.command, folder, env) };
}

function folderAbove(from: string): string {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const names = ["Pulumi.yaml", "Pulumi.yml"];
    if (names.some((name) => existsSync(path.join(folder, name)))) return folder;
    if (folder === path.dirname(folder)) {
      throw new CommandError(
        `there is no Pulumi.yaml in ${from} or above it: go to your project's folder, or make one with pulumi-skaha init`,
      );
    }
  }
}

function passphrase(folder: string): NodeJS.ProcessEnv {
  const file = path.join(folder, passphraseFile);
  const { PULUMI_CONFIG_PASSPHRASE, PULUMI_CONFIG_PASSPHRASE_FILE } = process.env;
  const isSet =
    PULUMI_CONFIG_PASSPHRASE !== undefined || PULUMI_CONFIG_PASSPHRASE_FILE !== undefined;
  return isSet || !existsSync(file) ? {} : { PULUMI_CONFIG_PASSPHRASE_FILE: file };
}
