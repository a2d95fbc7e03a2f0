import { readFile } from "node:fs/promises";
import { Bench, fleet } from "./harness";

jest.setTimeout(600_000);

test("a stack costs three requests a phase besides one for each launch and cancellation", async () => {
  await using bench = await Bench.open();

  // Launching ten.
  bench.declare(fleet(10));
  const preview = await bench.succeed(bench.on("preview"));
  expect(preview).toContain("11 to create");
  const previewed = bench.counted();
  expect(previewed).toMatchObject({ POST: 0, DELETE: 0 });
  expect(previewed.GET).toBeLessThanOrEqual(3);
  const first = await bench.succeed(bench.up());
  expect(first).toContain("launched as session");
  const launched = bench.counted();
  expect(launched).toMatchObject({ POST: 10, DELETE: 0 });
  expect(launched.GET).toBeLessThanOrEqual(3);
  const small = (await readFile(await bench.stateFile())).byteLength;

  // Nothing to do: one refresh, and an update that asks nothing.
  const idle = await bench.succeed(bench.up());
  expect(idle).toContain("11 unchanged");
  const idled = bench.counted();
  expect(idled).toMatchObject({ POST: 0, DELETE: 0 });
  expect(idled.GET).toBeLessThanOrEqual(3);

  // Thirty, of which twenty are new.
  bench.declare(fleet(30));
  const growing = await bench.succeed(bench.up());
  expect(growing).toContain("20 created");
  const [, told = ""] = growing.split("Diagnostics:");
  expect(told.match(/launched as session/g)).toHaveLength(10);
  const counted = [...told.matchAll(/launched: (\d+) more/g)].map(([, more]) => Number(more));
  expect(counted.reduce((sum, more) => sum + more, 0)).toBe(10);
  const grown = bench.counted();
  expect(grown).toMatchObject({ POST: 20, DELETE: 0 });
  expect(grown.GET).toBeLessThanOrEqual(6); // refresh and update
  const large = (await readFile(await bench.stateFile())).byteLength;
  expect((large - small) / 20).toBeLessThanOrEqual(2_200);

  // Refreshing thirty, of which some ended and one vanished.
  const sessions = bench.skaha.jobs();
  for (const { id } of sessions.slice(0, 10)) bench.runner.end(id, 0);
  bench.runner.end(sessions[10]?.id ?? "", 1);
  bench.skaha.vanish(sessions[11]?.id ?? "");
  const refreshed = await bench.succeed(bench.on("refresh"));
  expect(refreshed).toContain("is gone from");
  const refresh = bench.counted();
  expect(refresh).toMatchObject({ POST: 0, DELETE: 0 });
  expect(refresh.GET).toBeLessThanOrEqual(3);
  const statuses = Object.values(await bench.statuses());
  const count = (status: string) => statuses.filter((one) => one === status).length;
  expect([count("Completed"), count("Failed"), count("Lost"), count("Running")]).toEqual([
    10, 1, 1, 18,
  ]);

  // Taking all away: one DELETE for each that the server shows still, none is alive.
  await bench.succeed(bench.on("destroy"));
  const destroyed = bench.counted();
  expect(destroyed.POST).toBe(0);
  expect(destroyed.DELETE).toBeLessThanOrEqual(29);
  expect(destroyed.GET).toBeLessThanOrEqual(3);
  expect(bench.alive()).toEqual([]);
  await expect(bench.statuses()).resolves.toEqual({});
});
