// The state of every release goes on under this one: nothing is launched again, nothing that ended changes.
import { readdirSync } from "node:fs";
import path from "node:path";
import type { StateOfJob } from "./harness";
import { fixtures, makeFixture, openFixture } from "./upgrades";

jest.setTimeout(600_000);

const wanted = process.env.SKAHA_STATE_FIXTURE;
const made = readdirSync(fixtures);

/** What the program of v0.1.0 comes to; a later fixture has these, and may have more. */
const statuses = {
  pending: "Pending",
  running: "Running",
  completed: "Completed",
  failed: "Failed",
  retried: "Running",
  exhausted: "Failed",
  lost: "Lost",
  held: "Held",
  "held-behind-failure": "Held",
  outside: "Held",
  secret: "Running",
  recorded: "Completed",
  "recorded-failure": "Failed",
  adopted: "Running",
  kept: "Running",
  nested: "Running",
  "sweep/band=1": "Running",
};

/** What no release may change. */
function known({ id, outputs: { status, sessionId, attempt } }: StateOfJob): string {
  return [id, status, sessionId, attempt].join(" ");
}

if (wanted !== undefined) {
  test(`makes the fixture ${wanted}`, () => makeFixture(path.join(fixtures, wanted)));
} else {
  test.each(made)(
    "the state of %s is refreshed, updated and destroyed, and nothing is launched",
    async (release) => {
      await using bench = await openFixture(release);
      await expect(bench.statuses()).resolves.toMatchObject(statuses);
      const before = await bench.state();
      await bench.succeed(bench.on("refresh"));
      await expect(bench.statuses()).resolves.toMatchObject(statuses);
      expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
      expect(await bench.succeed(bench.up())).not.toMatch(/created|replaced|deleted/);
      expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
      expect((await bench.state()).map(known).sort()).toEqual(before.map(known).sort());
      await bench.succeed(bench.on("destroy"));
      expect(bench.counted()).toMatchObject({ POST: 0 });
      expect(await bench.state()).toEqual([]);
      // What was to be left, and what is not the stack's.
      expect(bench.alive()).toEqual([expect.stringMatching(/^of-my-own-/), "somebody-elses"]);
    },
  );

  test.each(made)(
    "state of %s with fields and a status of a later release is understood",
    async (release) => {
      await using bench = await openFixture(release, ({ resources }) => {
        for (const { type, urn, outputs, inputs } of resources) {
          if (!type.endsWith("HeadlessSession") || !outputs || !inputs) continue;
          outputs.fromTheFuture = { deep: [1, null, "x"] };
          if (urn.endsWith("::running")) outputs.status = "Hibernated";
          if (urn.endsWith("::held")) outputs.heldBy = "moonlight";
          if (urn.endsWith("::recorded-failure")) outputs.cause = "Eclipse";
        }
      });
      await expect(bench.statuses()).resolves.toMatchObject({ running: "Hibernated" });
      await bench.succeed(bench.up());
      expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
      await expect(bench.statuses()).resolves.toMatchObject(statuses);
    },
  );
}
