// The project's other stacks, and the place of this one: whose a session is when its name alone does not tell.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { deploymentIn, jobsOf } from "../../provider/job/deployment";
import { type Place, tagOf } from "../../provider/job/identity";
import { CommandError } from "../commandError";
import type { Project } from "../project";

const listed = z.array(
  z.looseObject({
    name: z.string(),
    current: z.boolean().default(false),
    url: z.string().optional(),
  }),
);
const projectFile = z.looseObject({ name: z.string() });

/** The stack's own name; this works also where a state file is broken. */
export async function stackName(project: Project, wanted?: string): Promise<string> {
  const name = wanted ?? (await project.pulumi.read(["stack", "--show-name"])).trim();
  return name.split("/").at(-1) ?? name;
}

/** What all jobs of a stack have in common. */
export type StackPlace = Omit<Place, "logicalName">;

/** @param wanted the stack's name; the selected one where it is left out */
export async function placeOfStack(project: Project, wanted?: string): Promise<StackPlace> {
  const stacks = await listStacks(project);
  const only = stacks.length === 1 ? stacks[0] : undefined;
  const stack =
    stacks.find(({ name, current }) => (wanted === undefined ? current : isCalled(name, wanted))) ??
    (wanted === undefined ? only : undefined);
  if (stack === undefined) throw new CommandError("the stack is not in the list of stacks");
  return placeOf(stack, await projectName(project));
}

/** The tags of the project's other stacks, and the ids of the jobs in their states. */
export async function otherStacksOf(
  project: Project,
  own: StackPlace,
): Promise<{ tags: Set<string>; ids: Set<string> }> {
  const tags = new Set<string>();
  const ids = new Set<string>();
  const name = await projectName(project);
  for (const stack of await listStacks(project)) {
    const place = placeOf(stack, name);
    if (place.stack === own.stack && place.organization === own.organization) continue;
    tags.add(tagOf({ ...place, logicalName: "" }));
    const text = await project.pulumi.read(["stack", "export", "--stack", stack.name]);
    for (const { id } of jobsOf(deploymentIn(text))) ids.add(id);
  }
  return { tags, ids };
}

export async function stackNames(project: Project): Promise<string[]> {
  return (await listStacks(project)).map(({ name }) => name);
}

/** The stack that is meant where none is selected: @returns undefined where there is none, or more than one. */
export async function onlyStack(project: Project): Promise<string | undefined> {
  const names = await stackNames(project);
  return names.length === 1 ? names[0] : undefined;
}

async function listStacks({ pulumi }: Project): Promise<z.infer<typeof listed>> {
  return listed.parse(JSON.parse(await pulumi.read(["stack", "ls", "--json"])));
}

function placeOf(
  { name, url }: { readonly name: string; readonly url?: string | undefined },
  project: string,
): StackPlace {
  const parts = name.split("/");
  const stack = parts.at(-1) ?? name;
  // A backend without organizations has one, of this name.
  const organization =
    (parts.length > 1 ? parts[0] : url && URL.parse(url)?.pathname.split("/")[1]) || "organization";
  return { organization, project, stack };
}

function isCalled(name: string, wanted: string): boolean {
  return name === wanted || name.split("/").at(-1) === wanted.split("/").at(-1);
}

export async function projectName({ folder }: Project): Promise<string> {
  for (const name of ["Pulumi.yaml", "Pulumi.yml"]) {
    const text = await readFile(path.join(folder, name), "utf8").catch(() => undefined);
    if (text !== undefined) return projectFile.parse(parse(text)).name;
  }
  throw new CommandError(`there is no Pulumi.yaml in ${folder}`);
}
