// Where a stack's state is, and whether it can be had.
import { z } from "zod";
import { CommandError } from "../commandError";
import type { Project } from "../project";
import { folderOf } from "../stack/fileBackend";
import { choose, howToKeepStateHere, isWithoutStack, missingFolderIn } from "../stack/noState";
import { onlyStack, stackNames } from "../stack/otherStacks";
import { type Finding, fault, ok, warning, withoutPassword } from "./finding";
import { isIgnoredByGit } from "./git";

const whoami = z.looseObject({ user: z.string(), url: z.string() });
const deployment = z.looseObject({
  deployment: z.looseObject({
    secrets_providers: z
      .looseObject({ type: z.string(), state: z.looseObject({ salt: z.string().optional() }) })
      .optional(),
    resources: z.array(z.unknown()).nullish(),
  }),
});

export async function backendFinding({ pulumi, folder }: Project): Promise<Finding> {
  const check = "backend";
  const { status, stdout, stderr } = await pulumi.ask(["whoami", "--json", "--verbose"]);
  if (status !== 0) {
    const said = stderr.replace(/^error: /, "").trim();
    const missing = missingFolderIn(said);
    if (said.includes("could not unmarshal")) return fault(check, said, "correct that file");
    return missing === undefined
      ? fault(check, said, `pulumi login, or set PULUMI_BACKEND_URL, or ${howToKeepStateHere}`)
      : fault(check, missing.text, missing.remedy);
  }
  const { url, user } = whoami.parse(JSON.parse(stdout));
  const text = `${withoutPassword(url)} as ${user}`;
  const state = folderOf(url, folder);
  if (state === undefined || (await isIgnoredByGit(state)) !== false) return ok(check, text);
  return warning(
    check,
    `${text} is in a git work tree: two clones would each believe their own state`,
    "add its folder to .gitignore, and keep it in one place",
  );
}

export interface StackFacts {
  readonly finding: Finding;
  /** What state has of the passphrase; undefined where it has none, as with Pulumi Cloud. */
  readonly salt: string | undefined;
}

/** @throws CommandError where there is no stack */
export async function stackFacts(
  project: Project,
  selection: readonly string[],
): Promise<StackFacts> {
  const { pulumi } = project;
  let text: string;
  try {
    text = await pulumi.read(["stack", "export", ...selection]);
  } catch (error) {
    if (error instanceof CommandError && isWithoutStack(error.message)) {
      const only = await onlyStack(project);
      if (only !== undefined) return stackFacts(project, ["--stack", only]);
      const remedy = choose(await stackNames(project));
      return { finding: fault("stack", "none is selected", remedy), salt: undefined };
    }
    throw error;
  }
  const { secrets_providers: provider, resources } = deployment.parse(JSON.parse(text)).deployment;
  return {
    finding: ok("stack", `${resources?.length ?? 0} resources in its state`),
    salt: provider?.type === "passphrase" ? provider.state.salt : undefined,
  };
}
