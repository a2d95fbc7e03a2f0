// What the search for the sunspots' period costs, on the real numbers and with real processes: each job alone, and in packs.
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { manifestSchema } from "../../cli/commands/manifest/action";
import { checkout } from "../../toolchain/checkout";
import { cli } from "../engine/commands/cliBench";
import { Bench, linkedFolder, until } from "../engine/harness";

jest.setTimeout(600_000);

const folder = "/arc/projects/sunspots";
const sweep = (name: string, step: number, more = "") => `  ${name}:
    zip: { from: { range: [2, 22, 2] }, to: { range: [4, 24, 2] } }
    script: |
      sleep 1 # a record tells whole seconds
      python3 ${folder}/periodogram.py --from {from} --to {to} --step ${step} --out ${folder}/results/${name}-{from}.json
${more}`;
const fleet = (step: number) => `defaults:
  image: images.canfar.net/skaha/astroml:24.07
  cores: 1
  ram: 2
  record: ${folder}/.jobs
sweeps:
${sweep("alone", step)}${sweep("packed", step, "    array: true\n    pack: { jobs: 5, parallel: 2 }\n")}`;

test("what the search for the sunspots' period cost is what the preview of the next one expects", async () => {
  const parent = await mkdtemp(path.join(tmpdir(), "cost-"));
  try {
    const program = await linkedFolder(parent);
    const example = path.join(checkout, "examples");
    for (const file of ["Pulumi.yaml", "index.js"]) {
      await cp(path.join(example, "fleet", file), path.join(program, file));
    }
    await writeFile(path.join(program, "package.json"), "{}");
    const write = (step: number) => writeFile(path.join(program, "fleet.yaml"), fleet(step));
    await using bench = await Bench.open({
      ...{ program, real: true, capacity: { cores: 64, ramGiB: 512 } },
    });
    await cp(
      path.join(example, "parameter-study"),
      path.join(bench.folder, "data/arc/projects/sunspots"),
      { recursive: true },
    );
    const price = "1 per core-hour, 0.5 per GiB-hour, 0.01 per session";
    await cli(bench, ["pulumi", "config", "set", "skaha:price", price]);
    await write(0.02);
    const up = await cli(bench, ["up", "--yes", "--skip-preview"]);
    expect(up).toMatchObject({ status: 0, stderr: expect.stringContaining("launched 20") });
    await until("the sessions ended", () => bench.alive().length === 0);
    await cli(bench, ["up", "--yes", "--skip-preview"]);

    const { stdout } = await cli(bench, ["manifest", "--json"]);
    const { jobs } = manifestSchema.parse(JSON.parse(stdout));
    expect(jobs.map(({ status }) => status)).toEqual(Array(20).fill("Completed"));
    const sumOf = (name: string) => {
      const costs = jobs.flatMap(({ sweep, cost }) => (sweep === name && cost ? [cost] : []));
      const sum = (of: "coreHours" | "gibHours" | "sessions" | "price") =>
        costs.reduce((total, cost) => total + (cost[of] ?? Number.NaN), 0);
      const told = { coreHours: sum("coreHours"), gibHours: sum("gibHours") };
      return { ...told, sessions: sum("sessions"), price: sum("price") };
    };
    const [alone, packed] = [sumOf("alone"), sumOf("packed")];
    const seconds = (name: string) =>
      jobs.reduce(
        (total, one) => total + (one.sweep === name ? (one.seconds ?? Number.NaN) : 0),
        0,
      );
    // A session of one's own costs its time; one that jobs share also the places that are free.
    expect(alone.coreHours).toBeCloseTo(seconds("alone") / 3_600, 5);
    expect(packed.coreHours).toBeGreaterThanOrEqual(seconds("packed") / 3_600 - 1e-5);
    expect(alone.sessions).toBeCloseTo(10, 5);
    expect(packed.sessions).toBeCloseTo(2, 5);

    await write(0.01);
    const shown = JSON.parse((await cli(bench, ["preview", "--json"])).stdout);
    const { expected, least, most, jobs: count } = shown.cost.launched;
    expect(count).toBe(20);
    for (const of of ["coreHours", "gibHours", "sessions", "price"] as const) {
      expect(expected[of]).toBeCloseTo(alone[of] + packed[of], 4);
      expect(least[of]).toBeLessThanOrEqual(expected[of]);
      expect(most[of]).toBeGreaterThanOrEqual(expected[of]);
    }
  } finally {
    await rm(parent, { recursive: true, maxRetries: 5 });
  }
});
