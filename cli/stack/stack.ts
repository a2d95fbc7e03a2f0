// A stack as the commands see it: its configuration, its jobs in state, and the server that runs them. Where configuration
// and state are plain files, they are read as such: Pulumi takes half a second for each.
import { z } from "zod";
import type { Connection } from "../../provider/connect";
import { deploymentIn, type Job, jobsOf } from "../../provider/job/deployment";
import { CommandError, StackError } from "../commandError";
import { existing, type GlobalOptions, openProject, type Project } from "../project";
import { suggested } from "../suggested";
import { plain, say } from "../terminal";
import { connected } from "./connection";
import { withNamedReasons } from "./namedReasons";
import { choose, inPlainWords, isWithoutStack } from "./noState";
import { deploymentOf, stateFileOf } from "./ownState";
import { plainConfigOf } from "./plainConfig";

export interface Stack {
  readonly project: Project;
  /** The words that make any Pulumi command be about this stack. */
  readonly selection: readonly string[];
  readonly config: (key: string) => string | undefined;
  /**
   * Whom to ask about it. Made at the first call.
   * @param tell says to the person at a terminal that an answer takes its time. @default in a line
   * @throws where a setting is wrong
   */
  readonly connection: (tell?: (sentence: string) => void) => Connection;
  /** Its jobs as state has them now. */
  readonly jobs: () => Promise<readonly Job[]>;
  /** What `pulumi stack export` has under `deployment`. */
  readonly deployment: () => Promise<unknown>;
}

const configuration = z.record(z.string(), z.looseObject({ value: z.string().optional() }));

/**
 * @param opened the project, where it is open already
 * @throws CommandError where there is no project or no stack
 */
export async function openStack(
  options: GlobalOptions & {
    /** @default Pulumi.<stack>.yaml */
    readonly configFile?: string | undefined;
  },
  opened?: Project,
): Promise<Stack> {
  if (options.record !== undefined) {
    const { openRecord } = await import("./recordStack.js");
    return openRecord(options.record, options);
  }
  const project = opened ?? (await openProject(options));
  const plainly = plainStack(project, options);
  const named = options.stack === undefined ? [] : ["--stack", options.stack];
  const { configFile } = options;
  const file = configFile === undefined ? [] : ["--config-file", configFile];
  const { config, selection } = plainly
    ? { config: plainly.config, selection: named }
    : await configured(project, named, file, options);
  let connection: Connection | undefined;
  const deployment = async () => {
    const read = plainly && deploymentOf(plainly.stateFile);
    const words = ["stack", "export", ...selection];
    return read ?? deploymentIn(await asked(project, words, options));
  };
  return {
    project,
    selection,
    config,
    connection(tell = say) {
      connection ??= connected(config, existing(project), tell);
      return connection;
    },
    deployment,
    jobs: async () => withNamedReasons(jobsOf(await deployment())),
  };
}

/** @returns undefined where Pulumi has to be asked */
function plainStack(
  { folder, pulumi }: Project,
  { stack, configFile }: Parameters<typeof openStack>[0],
): { readonly stateFile: string; readonly config: Stack["config"] } | undefined {
  if (configFile !== undefined) return undefined;
  const selection = { folder, env: pulumi.env, stack };
  const config = plainConfigOf(selection);
  const stateFile = config && stateFileOf(selection);
  return stateFile === undefined || config === undefined ? undefined : { stateFile, config };
}

/** Where no stack is selected, the only one there is is meant. */
async function configured(
  project: Project,
  selection: readonly string[],
  file: readonly string[],
  about: GlobalOptions,
): Promise<Pick<Stack, "config" | "selection">> {
  try {
    return { config: await readConfig(project, [...selection, ...file], about), selection };
  } catch (error) {
    if (!(error instanceof CommandError) || !isWithoutStack(error.message)) throw error;
    const { onlyStack, stackNames } = await import("./otherStacks.js");
    const only = await onlyStack(project);
    if (only === undefined) {
      const advice = choose(await stackNames(project));
      throw new StackError(`no stack is selected: ${advice}`, error.exitStatus);
    }
    say(`No stack is selected: ${plain(only)} is used, because it is the only one.`);
    project.pulumi.takeStack(only);
    const own = ["--stack", only];
    return { config: await readConfig(project, [...own, ...file], about), selection: own };
  }
}

async function readConfig(
  project: Project,
  words: readonly string[],
  about: GlobalOptions,
): Promise<(key: string) => string | undefined> {
  const text = await asked(project, ["config", "--json", "--show-secrets", ...words], about);
  const values = configuration.parse(JSON.parse(text));
  return (key) => values[key]?.value;
}

async function asked(
  project: Project,
  words: readonly string[],
  about: GlobalOptions,
): Promise<string> {
  try {
    return await project.pulumi.read(words);
  } catch (error) {
    const sentence = error instanceof CommandError ? inPlainWords(error.message) : undefined;
    if (sentence === undefined) throw error;
    throw new StackError(suggested(sentence, about), 1, { cause: error });
  }
}
