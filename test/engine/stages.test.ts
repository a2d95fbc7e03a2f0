// Jobs that wait for others, for a slot or for their hour, as the engine shows them.
import { Bench } from "./harness";
import { shown } from "./shown";

jest.setTimeout(600_000);

const args = (...words: unknown[]) => ({ args: { args: words } });
const chain = (word: string) => [
  { name: "calibrate", ...args(word) },
  { name: "extract", ...args("x"), after: ["calibrate"] },
];

test("a successor waits unchanged, goes when its predecessor is done, and is replaced with it", async () => {
  await using bench = await Bench.open();
  const sessionOf = (name: string) =>
    bench.skaha.jobs().filter((job) => job.name.startsWith(`${name}-`));
  bench.declare(chain("one"));
  expect(await bench.succeed(bench.up())).toMatch(/extract: held; waits for its predecessors/);
  await expect(bench.statuses()).resolves.toEqual({ calibrate: "Pending", extract: "Held" });

  // It waits on: nothing to update, although its predecessor is Running by now.
  const waiting = await bench.succeed(bench.on("preview"));
  expect(shown(waiting)).toEqual({});
  expect(waiting).toContain("unchanged");
  expect(await bench.succeed(bench.up())).toContain("3 unchanged");

  // A bigger predecessor: updated in place, so that its status is not known yet. That replaces nothing.
  bench.declare([{ name: "calibrate", args: { args: ["one"], ram: 8 } }, ...chain("one").slice(1)]);
  const resized = await bench.succeed(bench.on("preview"));
  expect(shown(resized)).toMatchObject({ calibrate: "~" });
  expect(resized).not.toMatch(/replace/);
  bench.declare(chain("one"));

  const [calibrate] = sessionOf("calibrate");
  bench.runner.end(calibrate?.id ?? "", 0);
  const announced = await bench.succeed(bench.on("preview"));
  expect(shown(announced)).toEqual({ extract: "~" });
  expect(await bench.succeed(bench.up())).toMatch(
    /extract: launched as session \w+ \(was held: waits for its predecessors\)/,
  );
  const [extract] = sessionOf("extract");
  expect(extract?.created).toBeGreaterThanOrEqual(calibrate?.created ?? Number.NaN);

  // Other inputs of the predecessor: both again, the successor cancelled first and held at last.
  bench.declare(chain("two"));
  bench.counted();
  expect(await bench.succeed(bench.on("preview"))).toContain("+-2 to replace");
  await bench.succeed(bench.up());
  expect(bench.requests("POST")).toHaveLength(1);
  const gone = bench.requests("DELETE").map(({ path }) => path.split("/").at(-1));
  expect(gone).toEqual([extract?.id, calibrate?.id]);
  await expect(bench.statuses()).resolves.toEqual({ calibrate: "Pending", extract: "Held" });
  expect(bench.alive()).toHaveLength(1);

  // A failure holds it, and says so; a mere retry of the predecessor does not run it again.
  bench.runner.end(sessionOf("calibrate").at(-1)?.id ?? "", 1);
  expect(await bench.succeed(bench.up())).toMatch(/extract: held; predecessor calibrate is Failed/);
  expect(await bench.succeed(bench.up())).toContain("3 unchanged");
  await bench.succeed(bench.on("destroy"));
  expect(bench.alive()).toEqual([]);
});

test("a session outside the stack can go before a job, and dependsOn alone holds nothing", async () => {
  await using bench = await Bench.open();
  bench.declare([{ name: "outside" }]);
  await bench.succeed(bench.up());
  const [outside] = bench.skaha.jobs();
  bench.declare([
    { name: "outside" },
    { name: "later", ...args("l"), after: [{ sessionId: outside?.id ?? "" }] },
    { name: "ordered", ...args("o"), dependsOn: ["outside"] },
  ]);
  const output = await bench.succeed(bench.up());
  expect(output).toContain('"ordered": `dependsOn` only orders launches; to wait for a job\'s end');
  await expect(bench.statuses()).resolves.toEqual({
    outside: "Running",
    later: "Held",
    ordered: "Pending",
  });
  bench.runner.end(outside?.id ?? "", 0);
  await bench.succeed(bench.up());
  await expect(bench.statuses()).resolves.toMatchObject({ later: "Pending" });
});
