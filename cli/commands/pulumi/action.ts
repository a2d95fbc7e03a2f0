// `pulumi-skaha pulumi`: any command of Pulumi's own, with the CLI that there is and the project's passphrase.
import path from "node:path";
import { getPulumi } from "../../../toolchain/pulumiCli";
import { environmentOf, folderAbove, type GlobalOptions } from "../../project";
import { PulumiProcess } from "../../pulumiProcess";
import { say } from "../../terminal";

/** @returns Pulumi's exit status */
export async function runPulumi(
  words: readonly string[],
  { cwd = "." }: Pick<GlobalOptions, "cwd">,
): Promise<number> {
  const here = path.resolve(cwd);
  const project = folderAbove(here);
  const cli = await getPulumi({ say });
  // In a folder below the project's, Pulumi would take a backend like file://./.pulumi-state from there.
  const folder = project ?? here;
  return new PulumiProcess(cli.command, folder, environmentOf(cli, project)).run(words);
}
