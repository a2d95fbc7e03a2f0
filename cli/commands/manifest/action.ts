// `pulumi-skaha manifest`: the parameters of each job beside what became of it, for astropy, pandas and papers.
import { z } from "zod";
import type { JobOptions } from "../../project";
import { csvOf } from "../../results/csv";
import { ecsvOf } from "../../results/ecsv";
import { manifestTable } from "../../results/manifest";
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

export async function manifest(
  wanted: readonly string[],
  { json, ecsv, votable, offline, where, ...global }: ManifestOptions,
): Promise<void> {
  const stack = await openStack(global);
  const now = Date.now();
  const { jobs, problems } = await observeChosen(stack, { wanted, where, offline, now });
  const views = jobs.map((job) => viewOf(job, now));
  for (const problem of problems) say(plain(problem));
  if (json) {
    const shown: z.infer<typeof manifestSchema> = { jobs: views, problems: [...problems] };
    process.stdout.write(`${JSON.stringify(shown)}\n`);
    return;
  }
  const table = manifestTable(views);
  const text = ecsv ? ecsvOf(table) : votable ? votableOf(table) : csvOf(table);
  process.stdout.write(process.stdout.isTTY ? plain(text) : text);
  if (views.length === 0) say("There are no jobs in this stack: the table has its header only.");
}
