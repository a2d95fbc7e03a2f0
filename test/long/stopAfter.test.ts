// A sweep that stops, with the real engine: the refresh and the update are processes of their own there.
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { checkout } from "../../toolchain/checkout";
import { Bench, type Form, forms, linkedFolder, nativeDoor } from "../engine/harness";

jest.setTimeout(600_000);

/** One bad script for 200 jobs. */
const fleet = (script: string, form: Form) => `
sweeps:
  study:
    grid: { n: { range: [0, 200] } }
    array: ${form === "array"}
    image: images.canfar.net/skaha/terminal:1.1.2
    script: ${script}
    args: ["{n}"]
    maxInFlight: 5
    stopAfter: { failed: 5 }
`;

test.each(forms)(
  "of 200 jobs with one bad script, five at a time, at most ten are launched: each %s a resource",
  async (form) => {
    const parent = await mkdtemp(path.join(tmpdir(), "stop-after-"));
    try {
      const program = await linkedFolder(parent);
      const example = path.join(checkout, "examples/one-job");
      await cp(path.join(example, "index.js"), path.join(program, "index.js"));
      const project = await readFile(path.join(example, "Pulumi.yaml"), "utf8");
      await writeFile(path.join(program, "Pulumi.yaml"), project + nativeDoor);
      await using bench = await Bench.open({ program });
      await goThrough(bench, (script) =>
        writeFile(path.join(program, "fleet.yaml"), fleet(script, form)),
      );
    } finally {
      await rm(parent, { recursive: true, maxRetries: 5 });
    }
  },
);

async function goThrough(bench: Bench, declare: (script: string) => Promise<void>): Promise<void> {
  const usual = { PULUMI_SKIP_CHECKPOINTS: "true", PULUMI_PARALLEL: "64" };
  const up = async (...more: string[]) => {
    bench.counted();
    await bench.succeed(bench.up(...more), { env: usual });
    return bench.counted().POST;
  };
  const endAll = () => {
    for (const id of [...bench.runner.running]) bench.runner.end(id, 1);
  };
  const heldBy = async () => {
    const held = (await bench.state()).filter(({ outputs }) => outputs.status === "Held");
    return [...new Set(held.map(({ outputs }) => outputs.heldBy))];
  };
  await declare("bad");
  let launched = await up();
  // Not all of them, so that slots are free while fewer have failed than may.
  for (const id of bench.runner.running.slice(0, 4)) bench.runner.end(id, 1);
  launched += await up();
  for (let round = 0; round < 3; round += 1) {
    endAll();
    launched += await up();
  }
  expect(launched).toBeGreaterThanOrEqual(5);
  expect(launched).toBeLessThanOrEqual(10);
  expect(await heldBy()).toEqual(["stopAfter"]);
  // Without a refresh nothing is known, and nothing changes.
  expect(await up("--refresh=false")).toBe(0);
  expect(await heldBy()).toEqual(["stopAfter"]);

  bench.env.PULUMI_SKAHA_RELEASE = "study";
  expect(await up()).toBe(5);
  delete bench.env.PULUMI_SKAHA_RELEASE;
  expect(await heldBy()).toEqual(["maxInFlight"]);
  endAll();
  expect(await up()).toBe(0);
  expect(await heldBy()).toEqual(["stopAfter"]);

  await declare("good");
  // The engine may come to a held job before it comes to the last one that failed: the next `up` goes on then.
  expect((await up()) + (await up())).toBe(5);
  expect(await heldBy()).toEqual(["maxInFlight"]);
}
