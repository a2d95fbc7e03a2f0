// Settings of the stack that nobody reads, because they are misspelt.
import type { GlobalOptions, Project } from "../project";
import { unknownSettingsOf } from "../stack/unknownSettings";
import { type Finding, warning } from "./finding";

export function unknownFindings(
  { pulumi: { folder, env } }: Pick<Project, "pulumi">,
  { stack }: Pick<GlobalOptions, "stack">,
): Finding[] {
  return unknownSettingsOf({ folder, env, stack }).map((problem) => {
    const [key = ""] = problem.split(" ");
    const remedy = `to take it out: pulumi-skaha pulumi config rm ${key}`;
    return warning("settings", problem, remedy);
  });
}
