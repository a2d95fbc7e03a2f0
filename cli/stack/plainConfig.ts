// The configuration of the stack that Pulumi would take, read from its file without asking Pulumi, which takes half a
// second. Only what is plain is read; for all else, as for secrets, there is Pulumi itself.
import { existsSync } from "node:fs";
import path from "node:path";
import { type StackSelection, stateFileOf, textOf } from "./ownState";

/** What only a launch needs. */
const ofLaunches = "skaha:registryAuth";

/** @returns undefined where Pulumi has to be asked; a secret that only a launch or the program needs is left out */
export function plainConfigOf(
  selection: StackSelection,
): ((key: string) => string | undefined) | undefined {
  const state = stateFileOf(selection);
  if (state === undefined || !existsSync(state)) return undefined;
  const project = textOf(path.join(selection.folder, "Pulumi.yaml")) ?? "";
  // Values of the project's own, or another folder for those of stacks.
  if (/^(config|stackConfigDir)\b/m.test(project)) return undefined;
  const file = path.join(selection.folder, `Pulumi.${path.basename(state, ".json")}.yaml`);
  return plainValuesIn(textOf(file) ?? "");
}

/** @param text of a Pulumi.<stack>.yaml */
export function plainValuesIn(text: string): ((key: string) => string | undefined) | undefined {
  const { parse } = require("yaml") as typeof import("yaml");
  try {
    const { config = {}, environment } = parse(text, { schema: "failsafe" }) ?? {}; // each scalar is the text that it is
    if (environment !== undefined || typeof config !== "object") return undefined; // Pulumi's service has more of it
    const values: Readonly<Record<string, unknown>> = config ?? {};
    const plain = ([, value]: [string, unknown]) => typeof value === "string";
    const hidden = Object.entries(values).filter((entry) => !plain(entry));
    if (hidden.some(([key]) => key.startsWith("skaha:") && key !== ofLaunches)) return undefined;
    const known = new Map(Object.entries(values).filter(plain) as [string, string][]);
    return (key) => known.get(key);
  } catch {
    return undefined; // Pulumi says what is wrong with it
  }
}
