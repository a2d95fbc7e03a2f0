// Warns of settings in a stack's configuration that pulumi-skaha does not know: a misspelt one would be ignored without a word. Their names
// are plain in the stack's file, also where a value is secret.
import path from "node:path";
import { unknownSettings } from "../../provider/settings/unknownSetting";
import type { Project } from "../project";
import { plain, say } from "../terminal";
import { stateFileOf, textOf } from "./ownState";

export interface ConfigPlace {
  /** Of Pulumi.yaml. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** As `--stack` has it. */
  readonly stack?: string | undefined;
  /** As `--config-file` has it. */
  readonly configFile?: string | undefined;
}

/** Each in a line. */
export function warnOfUnknownSettings(
  { pulumi: { folder, env } }: Pick<Project, "pulumi">,
  about: Pick<ConfigPlace, "stack" | "configFile">,
): void {
  for (const problem of unknownSettingsOf({ folder, env, ...about })) {
    say(plain(`Warning: ${problem}.`.replace("?.", "?")));
  }
}

/** @returns a sentence of each; none where it cannot be told which file is the stack's */
export function unknownSettingsOf(place: ConfigPlace): readonly string[] {
  const project = textOf(path.join(place.folder, "Pulumi.yaml")) ?? "";
  const keys = [project, textOf(fileOf(place, project)) ?? ""].flatMap(keysIn);
  const name = /^name: *["']?([\w.-]+)/m.exec(project)?.[1];
  return unknownSettings([...new Set(keys)], { project: name });
}

function fileOf({ folder, env, stack, configFile }: ConfigPlace, project: string): string {
  if (configFile !== undefined) return path.resolve(folder, configFile);
  const state = stateFileOf({ folder, env, stack });
  const named = state === undefined ? (stack ?? env.PULUMI_STACK) : path.basename(state, ".json");
  const place = /^stackConfigDir: *["']?([^"'#\s]+)/m.exec(project)?.[1] ?? "";
  return path.join(folder, place, `Pulumi.${named?.split("/").at(-1)}.yaml`);
}

function keysIn(text: string): readonly string[] {
  if (!text.includes("skaha:")) return [];
  const { parse } = require("yaml") as typeof import("yaml");
  try {
    return Object.keys(parse(text)?.config ?? {});
  } catch {
    return []; // Pulumi says what is wrong with it
  }
}
