// `rerun` of a job that another one merges, and of one that others come after.
import path from "node:path";
import { checkout } from "../../toolchain/checkout";
import { cli } from "../engine/commands/cliBench";
import { Bench, forms, until } from "../engine/harness";

jest.setTimeout(600_000);

const program = path.join(checkout, "test/engine/programs/merge");

test.each(forms)(
  "of %ss: what merges a job runs again after it, and with --dependents all that comes after it does",
  async (form) => {
    await using bench = await Bench.open({ program, real: true });
    const tiles = ["a", "b"].map((tile) => ({ tile, depth: 1 }));
    const env = { TILES: JSON.stringify(tiles), ARRAY: String(form === "array"), PLOTS: "a" };
    const ended = () =>
      until("all have ended", () =>
        bench.skaha.jobs().every((job) => job.ended !== undefined || job.forgotten !== undefined),
      );
    const launched: string[] = [];
    /** What was launched since the last time this was asked. */
    const fresh = () => {
      const names = bench.skaha
        .jobs()
        .map(({ name, id }) => `${name.replace(/-\w{14}$/, "")} ${id}`);
      const others = names.filter((one) => !launched.includes(one));
      launched.push(...others);
      return others.map((one) => one.split(" ")[0]).sort();
    };
    const up = async () => {
      await bench.succeed(bench.up("--refresh"), { env });
      await ended();
      return fresh();
    };
    const rerun = async (...words: string[]) => {
      const { status, stderr } = await cli(bench, ["rerun", ...words, "--yes"], { env });
      expect(`${status} ${stderr}`).toMatch(/^0 /);
      await ended();
      return { stderr, launched: fresh() };
    };
    expect(await up()).toEqual(["tiles-tile-a", "tiles-tile-b"]);
    expect(await up()).toEqual(["merge", "plots-kind-map"]);

    const again = await rerun("tiles/tile=a");
    expect(again.stderr).toMatch(
      /^To run again: tiles\/tile=a\nAlso to run again, because it merges these: merge$/m,
    );
    expect(again.stderr).toMatch(/^To do: launch 1 .*, remove 2 finished .*, hold 1\b/m);
    expect(again.launched).toEqual(["tiles-tile-a"]);
    expect(await bench.statuses()).toMatchObject({ merge: "Held" });

    // One that is Held has not run yet.
    const twice = await rerun("tiles/tile=b");
    expect(twice.stderr).not.toContain("Also");
    expect(twice.launched).toEqual(["tiles-tile-b"]);
    expect(await up()).toEqual(["merge"]);
    expect(await up()).toEqual([]);

    const all = await rerun("tiles/tile=a", "--dependents");
    expect(all.stderr).toMatch(
      /^Also to run again, because they come after these: merge, plots\/kind=map$/m,
    );
    expect(all.launched).toEqual(["tiles-tile-a"]);
    expect(await up()).toEqual(["merge", "plots-kind-map"]);
    expect(await up()).toEqual([]);
  },
);
