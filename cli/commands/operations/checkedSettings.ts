// What is wrong with the settings of the stack, before a run: the provider would say it of each job, or at the end of a night.
import { messageOf } from "../../../provider/errors";
import { readSettings } from "../../../provider/settings";
import { CommandError } from "../../commandError";
import { checkNotifyBefore } from "../../notice/checked";
import { mayNotify } from "../../notice/mayNotify";
import { configFile, type Operation, setsConfig } from "../../plan/pulumiArgs";
import type { GlobalOptions, Project } from "../../project";
import { plainConfigOf } from "../../stack/plainConfig";
import { warnOfUnknownSettings } from "../../stack/unknownSettings";

/**
 * What is not plain in the stack's file the provider reads, and says the same of it.
 * @throws CommandError for a setting that is wrong
 */
export async function checkSettingsBefore(
  operation: Operation,
  args: readonly string[],
  options: GlobalOptions,
  project: Project,
): Promise<void> {
  const { stack } = options;
  // A refresh and a destroy go by the settings of the last `up`.
  const isAboutProgram = operation === "up" || operation === "preview";
  if (isAboutProgram) warnOfUnknownSettings(project, { stack, configFile: configFile(args) });
  const mayTell = operation !== "destroy" && mayNotify(project.folder);
  if (setsConfig(args) || !(isAboutProgram || mayTell)) return;
  const { folder, env } = project.pulumi;
  const config = plainConfigOf({ folder, env, stack });
  if (isAboutProgram && config !== undefined) checkSettings(config);
  if (mayTell) await checkNotifyBefore(operation, config, options, project);
}

/** @throws CommandError for one that is wrong */
export function checkSettings(config: (key: string) => string | undefined): void {
  try {
    readSettings(config, process.env, undefined);
  } catch (error) {
    throw new CommandError(`${messageOf(error)}. Nothing was done.`, 1, { cause: error });
  }
}
