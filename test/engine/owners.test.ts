import { scriptedRunner, startSkaha } from "../../embedded";
import { Bench, fleet } from "./harness";

jest.setTimeout(600_000);

test("a stack used with another user's token, or against another server, is refused and kept", async () => {
  await using bench = await Bench.open();
  bench.declare(fleet(3, (n) => ({ args: [n] })));
  await bench.succeed(bench.up());
  const [state, alive] = [await bench.state(), bench.alive()];
  bench.counted();

  const other = await startSkaha({ users: { alice: {} }, runner: scriptedRunner() });
  try {
    const bobs = { CANFAR_TOKEN: bench.skaha.tokens.bob };
    const elsewhere = { CANFAR_URL: other.url, CANFAR_TOKEN: other.token };
    for (const words of [bench.up(), bench.on("destroy")]) {
      const [asBob, onOther] = [
        await bench.fail(words, { env: bobs }),
        await bench.fail(words, { env: elsewhere }),
      ];
      expect(asBob).toMatch(/launched by alice, but these credentials are bob's/);
      expect(onOther).toContain(
        `launched on ${bench.skaha.url}, but this run is set to ${other.url}`,
      );
      for (const output of [asBob, onOther]) expect(output).not.toMatch(/^\s+at /m);
    }
    const expired = await bench.fail(bench.on("refresh"), { env: { CANFAR_TOKEN: "expired" } });
    expect(expired).toMatch(/answered 401.*set it to a fresh token/);
    expect(expired).not.toMatch(/^\s+at /m);
    expect(other.jobs()).toEqual([]);
  } finally {
    await other.stop();
  }
  expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
  expect(bench.alive()).toEqual(alive);
  expect(await bench.state()).toEqual(state);

  // With the right ones all is as before.
  expect(await bench.succeed(bench.up())).toContain("4 unchanged");
});

test("a DELETE that lies is an error that keeps the job in the stack", async () => {
  await using bench = await Bench.open();
  bench.declare(fleet(1));
  await bench.succeed(bench.up());
  bench.skaha.faults.add({ kind: "deleteLies", method: "DELETE" });
  const output = await bench.fail(bench.on("destroy"));
  expect(output).toContain("answered 200 to each DELETE, but still lists session");
  expect(output).not.toMatch(/^\s+at /m);
  expect(await bench.state()).toHaveLength(1);

  bench.skaha.faults.clear();
  await bench.succeed(bench.on("destroy"));
  expect(bench.alive()).toEqual([]);
});
