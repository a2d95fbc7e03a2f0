// Gathering what the jobs of the study wrote to /arc.
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";

const pointSchema = z.object({ period: z.number(), power: z.number() });
const resultSchema = z.object({ best: pointSchema, curve: z.array(pointSchema) });

/** A trial period in years, and its power in the periodogram. */
export type Point = z.infer<typeof pointSchema>;

export async function readResults(project: string): Promise<{ best: Point; curve: Point[] }> {
  const folder = path.join(project, "results");
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json"));
  const results = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(path.join(folder, name), "utf8");
      return resultSchema.parse(JSON.parse(text));
    }),
  );
  const [best] = results.map((result) => result.best).sort((a, b) => b.power - a.power);
  if (!best) throw new Error(`The jobs left no results in ${folder}.`);
  const curve = results.flatMap((result) => result.curve).sort((a, b) => a.period - b.period);
  return { best, curve };
}
