// `pulumi-skaha manifest`: the parameters of each job beside what became of it, for astropy, pandas and papers.
import { z } from "zod";
import { readPrice } from "../../../provider/settings";
import type { JobOptions } from "../../project";
import { costsOf, hasShared } from "../../results/costs";
import { csvOf } from "../../results/csv";
import { ecsvOf } from "../../results/ecsv";
import { manifestTable } from "../../results/manifest";
import { contextOf } from "../../results/offered";
import { votableOf } from "../../results/votable";
import { jobViewSchema, viewOf } from "../../stack/jobView";
import { observeChosen } from "../../stack/observe";
import { openStack } from "../../stack/stack";
import { plain, say } from "../../terminal";

export interface ManifestOptions extends JobOptions {
  readonly csv?: boolean | undefined;
  readonly ecsv?: boolean | undefined;
  readonly votable?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly offline?: boolean | undefined;
}

/** What `manifest --json` prints. */
export const manifestSchema = z.object({
  jobs: z.array(jobViewSchema).describe("sorted by name"),
  problems: z.array(z.string()).describe("what could not be found out"),
});

const asDeclared = "sessions that jobs share cost what is declared";

export async function manifest(
  wanted: readonly string[],
  { json, ecsv, votable, offline, where, ...global }: ManifestOptions,
): Promise<void> {
  const stack = await openStack(global);
  const now = Date.now();
  const standing = await observeChosen(stack, { wanted, where, offline, now });
  const { jobs } = standing;
  const price = readPrice(stack.config);
  const isAsked = !offline && hasShared(jobs);
  const { context: offered, problem } = isAsked
    ? await contextOf(stack.connection(), asDeclared)
    : {};
  const problems = [...standing.problems, ...(problem === undefined ? [] : [problem])];
  const costs = costsOf(jobs, standing.all, { now, price, offered });
  const views = jobs.map((job) => viewOf(job, now, undefined, costs.get(job.urn)));
  for (const one of problems) say(plain(one));
  if (json) {
    const shown: z.infer<typeof manifestSchema> = { jobs: views, problems };
    process.stdout.write(`${JSON.stringify(shown)}\n`);
    return;
  }
  const table = manifestTable(views);
  const text = ecsv ? ecsvOf(table) : votable ? votableOf(table) : csvOf(table);
  process.stdout.write(process.stdout.isTTY ? plain(text) : text);
  if (views.length === 0) say("There are no jobs in this stack: the table has its header only.");
}
