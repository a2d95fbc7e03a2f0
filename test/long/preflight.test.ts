import { Bench, fleet } from "../engine/harness";

jest.setTimeout(600_000);

test("what is legal, but rarely meant, is warned of", async () => {
  await using bench = await Bench.open();
  bench.declare([
    {
      name: "odd",
      args: {
        image: "images.canfar.net/skaha/astroml:latest",
        cmd: "python",
        args: ["/home/alice/reduce.py", "--to=/Users/alice/out"],
        cores: 16,
      },
    },
  ]);
  const preview = await bench.succeed(bench.on("preview"));
  for (const warning of [
    '":latest" may be another image',
    "/home/alice/reduce.py is a path of this machine",
    "/Users/alice/out is a path of this machine",
    "large sessions wait longer in the queue",
  ]) {
    expect(preview).toContain(warning);
  }
  bench.declare(fleet(101, (n) => ({ args: [n] })));
  expect(await bench.succeed(bench.on("preview"))).toContain("pulumi config set skaha:maxInFlight");
});
