// Which jobs a program declares, whether or not the stack has them: known from a preview that judges nothing and asks no
// server. The program has to be run for it, because only Pulumi can say what it makes of its parameters.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { scratchFolder } from "../../machine/scratchFolder";
import { type Param, rowReader } from "../../provider/array/rows/declaredRows";
import { unpaged } from "../../provider/array/rows/pages";
import { unknownValue } from "../../provider/engine/unknown";
import { isArrayType, isJobType, nameIn, sweepType } from "../../provider/job/identity";
import { namesOnly } from "../../provider/run/namingAsked";
import { CommandError } from "../commandError";
import { compileCacheOfPulumi } from "../compileCache/ofPulumi";
import type { PulumiProcess } from "../pulumiProcess";
import { diagnosticsIn } from "./diagnostics";
import { safeEnvironment } from "./environment";
import { eventsIn } from "./eventLog";
import { newlyNeeded } from "./neededResources";

/** A job that a program declares. */
export interface ProgramJob {
  readonly name: string;
  /** Of the resource that it is, or the array that it is in. */
  readonly urn: string;
  readonly isInArray: boolean;
  /** The URNs of the components that it is in: its sweep's, and the user's own. */
  readonly around: readonly string[];
  readonly sweep?: string;
  readonly params?: Readonly<Record<string, Param>>;
}

/** What a program declares. */
export interface ProgramContents {
  readonly jobs: readonly ProgramJob[];
  /** By URN, of resources that depend on others which are not in the stack: the URNs of those. */
  readonly needed: ReadonlyMap<string, readonly string[]>;
}

/**
 * @param args Pulumi's, for a preview
 * @throws CommandError with what Pulumi said, where the program fails
 */
export async function programContents(
  pulumi: PulumiProcess,
  args: readonly string[],
): Promise<ProgramContents> {
  await using folder = await scratchFolder();
  const plan = path.join(folder.path, "plan");
  const jobs = jobsInLog(await namingPreview(pulumi, [...args, "--save-plan", plan]));
  return { jobs, needed: newlyNeeded(await readFile(plan, "utf8")) };
}

/**
 * A preview of the provider that judges nothing.
 * @returns its event log
 * @throws as `programContents`
 */
export async function namingPreview(
  pulumi: PulumiProcess,
  args: readonly string[],
  more: NodeJS.ProcessEnv = {},
): Promise<string> {
  await using folder = await scratchFolder();
  const log = path.join(folder.path, "events");
  const safe = safeEnvironment(pulumi.env);
  const { status, stdout, stderr } = await pulumi.ask(
    [...args, "--refresh=false", "--event-log", log],
    {
      env: {
        ...safe,
        ...compileCacheOfPulumi({ ...pulumi.env, ...safe }, pulumi.folder),
        PULUMI_DEBUG_COMMANDS: "true", // the option is there only with it
        [namesOnly]: "true",
        ...more,
      },
    },
  );
  if (status !== 0) throw new CommandError(diagnosticsIn(stdout + stderr));
  return readFile(log, "utf8");
}

const declared = z.looseObject({
  urn: z.string(),
  type: z.string(),
  parent: z.string().optional(),
  inputs: z.looseObject({}).nullish(),
  outputs: z.looseObject({}).nullish(),
});
export type Declared = z.infer<typeof declared>;

/** @param log the event log of a preview of the naming provider */
export function jobsInLog(log: string): readonly ProgramJob[] {
  const all = declaredIn(log);
  return [...all.values()].flatMap((one) => {
    if (isJobType(one.type)) return [single(one, all)];
    return isArrayType(one.type) ? members(one, all) : [];
  });
}

/** @returns what the program declares, by URN */
export function declaredIn(log: string): ReadonlyMap<string, Declared> {
  const all = new Map<string, Declared>();
  for (const { resourcePreEvent, resOutputsEvent } of eventsIn(log)) {
    const { op, new: fresh } = (resOutputsEvent ?? resourcePreEvent)?.metadata ?? {};
    const parsed = declared.safeParse(fresh);
    if (op?.startsWith("delete") || !parsed.success) continue;
    all.set(parsed.data.urn, parsed.data);
  }
  return all;
}

const parametersOf = z.looseObject({
  parameters: z.record(z.string(), z.record(z.string(), z.json())),
});

function single(one: Declared, all: ReadonlyMap<string, Declared>): ProgramJob {
  const name = nameIn(one.urn);
  const sweep = all.get(one.parent ?? "");
  const job = { name, urn: one.urn, isInArray: false, around: aroundOf(one, all) };
  if (sweep?.type !== sweepType) return job;
  const told = parametersOf.safeParse(sweep.outputs);
  const params = told.data?.parameters[name] as ProgramJob["params"];
  return { ...job, sweep: nameIn(sweep.urn), ...(params && { params }) };
}

const rows = z.looseObject({
  name: z.string(),
  jobs: z.record(z.string(), z.string()),
  columns: z.array(z.string()),
});

function members(array: Declared, all: ReadonlyMap<string, Declared>): ProgramJob[] {
  const { name, jobs, columns } = rows.parse(array.inputs);
  const around = aroundOf(array, all);
  const read = rowReader({ columns, common: {}, template: {} });
  return Object.entries(unpaged(jobs)).map(([key, text]) => ({
    name: `${name}/${key}`,
    urn: array.urn,
    isInArray: true,
    around,
    sweep: name,
    ...(text !== unknownValue && { params: read(text).params }),
  }));
}

/** The components around a resource; not the stack, which is always there. */
function aroundOf(one: Declared, all: ReadonlyMap<string, Declared>): string[] {
  const parent = all.get(one.parent ?? "");
  if (parent === undefined || parent.type === "pulumi:pulumi:Stack") return [];
  return [parent.urn, ...aroundOf(parent, all)];
}
