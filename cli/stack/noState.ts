// What Pulumi means where it cannot read a stack: that its folder is not there, that none is selected or called so, that its
// passphrase is missing. Pure.
import { shellWord } from "../terminal";

export interface MissingFolder {
  readonly text: string;
  readonly remedy: string;
}

/** @param said Pulumi's words; those before 3.276 tell of a bucket */
export function missingFolderIn(said: string): MissingFolder | undefined {
  const [, folder] =
    /unable to open (?:bucket|state directory) .*: stat (.+): no such file or directory/.exec(
      said,
    ) ?? [];
  return folder === undefined
    ? undefined
    : { text: `its folder ${folder} does not exist`, remedy: `mkdir -p ${shellWord(folder)}` };
}

/** For a project that was there before `pulumi-skaha init`, which edits none. */
export const howToKeepStateHere =
  'add the line backend: { url: "file://./.pulumi-state" } to Pulumi.yaml and run pulumi-skaha init';

/** @param said Pulumi's words */
export function isWithoutStack(said: string): boolean {
  return said.includes("no stack selected");
}

/** @param names of the stacks that there are */
export function choose(names: readonly string[]): string {
  return names.length === 0
    ? "make one with pulumi stack init dev, or a whole project with pulumi-skaha init"
    : `choose one with --stack NAME, or once with pulumi stack select NAME; there are ${names.join(", ")}`;
}

/**
 * @param said Pulumi's words
 * @returns what is wrong and what to do about it; undefined where Pulumi's own words have to do
 */
export function inPlainWords(said: string): string | undefined {
  const missing = missingFolderIn(said);
  if (missing !== undefined) {
    return `there is no state: ${missing.text}. In a clone, the jobs are in the state of the folder that launched them; to start without any jobs, make the folder: ${missing.remedy}`;
  }
  if (/PULUMI_ACCESS_TOKEN must be set|requires logging in/.test(said)) {
    return `it is not known where the stack's state is kept: Pulumi.yaml names no backend, and nobody is logged in to Pulumi. To keep it in the project's folder, ${howToKeepStateHere}. To keep it elsewhere: pulumi login`;
  }
  const [, stack] = /no stack named '([^']+)' found/.exec(said) ?? [];
  if (stack !== undefined) {
    return `there is no stack named ${stack}: to see the names of all stacks: pulumi stack ls`;
  }
  if (said.includes("passphrase must be set")) {
    return "the stack has secrets, and their passphrase is missing: set PULUMI_CONFIG_PASSPHRASE_FILE to the file that has it, or put that file beside Pulumi.yaml as .pulumi-passphrase";
  }
  if (said.includes("incorrect passphrase")) {
    return "the passphrase is not the one that the stack's secrets were made with: set PULUMI_CONFIG_PASSPHRASE_FILE to the file that has it; pulumi-skaha doctor tells which one is taken now";
  }
  if (/failed to load checkpoint/.test(said)) {
    return "the file of the stack's state cannot be read: a run that was killed may have cut it. pulumi-skaha refresh looks, and offers to take the state before it";
  }
  return undefined;
}
