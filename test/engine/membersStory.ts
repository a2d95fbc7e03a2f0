// A job that merges a sweep: what it is told of the members, and when it runs again.
import { readFileSync } from "node:fs";
import path from "node:path";
import type { DoorName } from "../../provider/engine/door";
import { checkout } from "../../toolchain/checkout";
import { Bench, type Form, until } from "./harness";

const program = path.join(checkout, "test/engine/programs/merge");

interface Tile {
  readonly tile: string;
  readonly depth: number;
}

async function opened(form: Form, door: DoorName) {
  const bench = await Bench.open({ program, real: true, door });
  const run = async (tiles: readonly Tile[], words = bench.up()) => {
    const env = { TILES: JSON.stringify(tiles), ARRAY: String(form === "array") };
    const output = await bench.succeed(words, { env });
    await until("all have ended", () => bench.skaha.jobs().every((job) => job.ended !== undefined));
    return { output, ...bench.counted() };
  };
  return {
    bench,
    run,
    /** What the merge's command printed, after a look at how it ended. */
    async merged(tiles: readonly Tile[]) {
      await run(tiles, bench.on("refresh"));
      const state = (await bench.state()).find(({ urn }) => urn.endsWith("::merge"));
      expect(state?.outputs).toMatchObject({ status: "Completed" });
      const log = path.join(bench.folder, "data", String(state?.outputs.recordedIn), "log");
      return readFileSync(log, "utf8")
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
    },
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  };
}

const member = (tile: string, depth: number, attempt = 1) => ({
  name: `tiles/tile=${tile}`,
  id: expect.stringMatching(`^tiles-tile-${tile}-[a-z0-9]{14}$`),
  attempt,
  status: "Completed",
  params: { tile, depth },
  outputs: [{ path: `/arc/projects/survey/${tile}`, minBytes: 2 }],
  record: expect.stringMatching(new RegExp(`^/arc/projects/survey/\\.jobs/tiles-.*/${attempt}$`)),
});

/** Declares a test for each way. */
export function testWays(ways: readonly (readonly [Form, DoorName])[]): void {
  test.each(ways)(
    "of %ss, through the %s door: it runs when all are Completed, and again when one came, left or ran anew, and else never",
    async (form, door) => {
      await using w = await opened(form, door);
      const [a, odd, b] = [
        { tile: "a", depth: 1 },
        { tile: "odd", depth: 2 },
        { tile: "b", depth: 3 },
      ];
      expect(await w.run([a, odd])).toMatchObject({ POST: 2, DELETE: 0 });
      expect(await w.run([a, odd])).toMatchObject({ POST: 1 }); // the one that failed
      expect(await w.run([a, odd])).toMatchObject({ POST: 1 }); // the merge
      expect(await w.merged([a, odd])).toEqual([member("a", 1), member("odd", 2, 2)]);
      expect(await w.run([a, odd])).toMatchObject({ POST: 0, DELETE: 0 });

      // one came
      expect(await w.run([a, odd, b])).toMatchObject({ POST: 1 });
      expect(await w.run([a, odd, b])).toMatchObject({ POST: 1 });
      expect(await w.merged([a, odd, b])).toEqual([
        member("a", 1),
        member("odd", 2, 2),
        member("b", 3),
      ]);

      // one left
      expect(await w.run([odd, b])).toMatchObject({ POST: 1 });
      expect(await w.merged([odd, b])).toEqual([member("odd", 2, 2), member("b", 3)]);
      expect(await w.run([b, odd])).toMatchObject({ POST: 0 }); // another order

      // one ran anew
      const deeper = { ...b, depth: 4 };
      expect(await w.run([odd, deeper])).toMatchObject({ POST: 1 });
      expect(await w.run([odd, deeper])).toMatchObject({ POST: 1 });
      expect(await w.merged([odd, deeper])).toEqual([member("odd", 2, 2), member("b", 4)]);
      expect(await w.run([odd, deeper])).toMatchObject({ POST: 0, DELETE: 0 });
    },
  );
}
