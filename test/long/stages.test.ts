import { Bench } from "../engine/harness";
import { shown } from "../engine/shown";

jest.setTimeout(600_000);

const args = (...words: unknown[]) => ({ args: { args: words } });

test("a job that is held for its window or a slot is unchanged until it can go", async () => {
  await using bench = await Bench.open();
  const set = (key: string, value: string) =>
    bench.succeed(["config", "set", key, value, "--stack", bench.stack]);
  // Three hours that are not now, wherever the clock stands.
  const hour = (offset: number) =>
    `${String((new Date().getUTCHours() + offset) % 24).padStart(2, "0")}:00`;
  const window = `${hour(6)}-${hour(9)} UTC`;
  await set("skaha:maxInFlight", "1");
  bench.declare([
    { name: "night", args: { window } },
    { name: "first", ...args(1) },
  ]);
  expect(await bench.succeed(bench.up())).toContain(`held; waits for its window, ${window}`);
  bench.declare([
    { name: "night", args: { window } },
    { name: "first", ...args(1) },
    { name: "second", ...args(2) },
  ]);
  expect(await bench.succeed(bench.up())).toContain("held; waits for a slot: maxInFlight is 1");
  expect(shown(await bench.succeed(bench.on("preview")))).toEqual({});
  bench.counted();
  expect(await bench.succeed(bench.up())).toContain("4 unchanged");
  expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });

  // A slot comes free: the one that can use it goes; by its own word so does the other.
  const [first] = bench.runner.running;
  bench.runner.end(first ?? "", 0);
  expect(shown(await bench.succeed(bench.on("preview")))).toEqual({ second: "~" });
  await set("skaha:maxInFlight", "2");
  bench.declare([
    { name: "night", args: { window: "always" } },
    { name: "first", ...args(1) },
    { name: "second", ...args(2) },
  ]);
  await bench.succeed(bench.up());
  await expect(bench.statuses()).resolves.toEqual({
    night: "Pending",
    first: "Completed",
    second: "Pending",
  });
});
