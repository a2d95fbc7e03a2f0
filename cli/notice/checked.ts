// Whether those who are to be told of an ending can be, as far as that is seen before a run: a wrong setting would only be found
// at the end of a night.
import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";
import { messageOf } from "../../provider/errors";
import { readNotify } from "../../provider/settings/notifySettings";
import { CommandError } from "../commandError";
import type { Operation } from "../plan/pulumiArgs";
import { existing, type GlobalOptions, type Project } from "../project";
import type { plainConfigOf } from "../stack/plainConfig";
import { plain, say } from "../terminal";
import { wordsOf } from "./command";

/**
 * Of a run of Pulumi's. A refresh sees the settings of the last `up` only; in an `up` the provider refuses what is wrong of
 * those that only Pulumi reads.
 * @param plainly the stack's configuration, where it is read without Pulumi
 * @throws CommandError for a setting that is wrong
 */
export async function checkNotifyBefore(
  operation: Operation,
  plainly: ReturnType<typeof plainConfigOf>,
  options: GlobalOptions,
  project: Project,
): Promise<void> {
  const asked = async () => {
    const { openStack } = await import("../stack/stack.js");
    try {
      return (await openStack(options, project)).config;
    } catch {
      return undefined; // the run itself says why it cannot be opened
    }
  };
  const config = plainly ?? (operation === "refresh" ? await asked() : undefined);
  if (config !== undefined) checkNotify(config, existing(project));
}

/**
 * Says what keeps the program from being run here; another machine may have it.
 * @param folder what a program with a relative path starts from
 * @param consequence what a wrong setting means for the command, as a sentence
 * @throws CommandError for a setting that is wrong
 */
export function checkNotify(
  config: (key: string) => string | undefined,
  folder: string,
  consequence = "Nothing was done.",
): void {
  let line: string | undefined;
  try {
    line = readNotify(config).command;
  } catch (error) {
    throw new CommandError(`${messageOf(error)}. ${consequence}`, 1, { cause: error });
  }
  const problem = line === undefined ? undefined : problemOfProgram(line, folder);
  if (problem !== undefined)
    say(plain(`Warning: ${problem}: it can tell nobody how the jobs end.`));
}

/** @returns why the program cannot be run on this machine, if that is seen */
export function problemOfProgram(
  line: string,
  folder: string,
  searchPath: string = process.env.PATH ?? "",
): string | undefined {
  const [command = ""] = wordsOf(line);
  const folders = command.includes("/") ? [folder] : searchPath.split(path.delimiter);
  const places = folders.map((one) => path.resolve(one, command));
  if (places.some((place) => isFile(place) && mayRun(place))) return undefined;
  const what = `skaha:notifyCommand: ${command}`;
  const found = places.find(isFile);
  if (found !== undefined) return `${what} may not be executed (chmod +x ${found})`;
  return command.includes("/")
    ? `${what} is not in ${folder}`
    : `${what} is on no folder of PATH; a program of yours is named by its path, such as ./${command}`;
}

function isFile(place: string): boolean {
  return statSync(place, { throwIfNoEntry: false })?.isFile() === true;
}

function mayRun(place: string): boolean {
  try {
    accessSync(place, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
