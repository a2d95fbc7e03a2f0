// What Pulumi means where it finds no state: that the folder is not there, or that no stack is selected. Pure.
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
