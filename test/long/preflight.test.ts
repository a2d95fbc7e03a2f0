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

test("a preview works without the server, with one warning; an up says that it cannot be reached", async () => {
  await using bench = await Bench.open();
  const away = { env: { CANFAR_URL: "http://127.0.0.1:9/skaha/v1" } };
  bench.declare(fleet(12, (n) => ({ args: [n] })));
  const preview = await bench.succeed(bench.on("preview"), away);
  expect(preview).toContain("13 to create");
  const [, diagnostics] = preview.split("Diagnostics:");
  expect(diagnostics?.match(/sizes and images were not checked/g)).toHaveLength(1);
  const up = await bench.fail(bench.up(), away);
  expect(up).toContain("ECONNREFUSED");
  await expect(bench.statuses()).resolves.toEqual({});

  // Of jobs that are in the stack a refresh wants to know more; without it a preview works as well.
  await bench.succeed(bench.up());
  await bench.skaha.close();
  bench.declare(fleet(13, (n) => ({ args: [n] })));
  const later = await bench.succeed(bench.on("preview", "--refresh=false"));
  expect(later).toContain("1 to create");
});
