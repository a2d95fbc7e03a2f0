import { Bench, fleet } from "./harness";

jest.setTimeout(600_000);

test("raising ram launches none of the completed jobs", async () => {
  await using bench = await Bench.open({ autoReady: false });
  bench.declare(fleet(10, (n) => ({ args: [n], ram: 4 })));
  await bench.succeed(bench.up());
  const idOf = async (n: number) => {
    const jobs = await bench.state();
    const found = jobs.find(({ urn }) => urn.endsWith(`::job-${n}`));
    return { id: found?.id ?? "", sessionId: String(found?.outputs.sessionId) };
  };
  for (let n = 0; n < 5; n += 1) bench.runner.end((await idOf(n)).sessionId, 0);
  for (let n = 5; n < 7; n += 1) bench.runner.end((await idOf(n)).sessionId, 1);
  bench.runner.status((await idOf(7)).sessionId, { active: 1, ready: 1 });
  bench.counted();

  bench.declare(fleet(10, (n) => ({ args: [n], ram: 8 })));
  const preview = await bench.succeed(bench.on("preview"));
  expect(preview).toContain("is Running and keeps its size; the next attempt gets ram 4 -> 8");
  expect(preview).toContain("10 to update");
  expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });

  await bench.succeed(bench.up());
  const launched = bench.requests("POST").map(({ sessionId }) => sessionId);
  expect(bench.counted()).toMatchObject({ POST: 4, DELETE: 2 });
  const names = bench.skaha
    .jobs()
    .filter(({ id }) => launched.includes(id))
    .map(({ name }) => name);
  const ids = await Promise.all([5, 6, 7, 8, 9].map(idOf));
  const [failed5, failed6, , pending8, pending9] = ids.map(({ id }) => id);
  expect(names.sort()).toEqual([`${failed5}-2`, `${failed6}-2`, pending8, pending9].sort());
  const attempts = (await bench.state()).map(({ outputs }) => outputs.attempt);
  expect(attempts.filter((attempt) => attempt === 2)).toHaveLength(2);
  const sizes = (await bench.state()).map(({ outputs }) => outputs.ram);
  expect(new Set(sizes)).toEqual(new Set([8]));

  await bench.succeed(bench.up());
  expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });

  // What runs is another matter: the old session goes, another job comes.
  bench.declare(fleet(10, (n) => ({ args: [n === 7 ? "other" : n], ram: 8 })));
  expect(await bench.succeed(bench.up())).toContain("1 replaced");
  expect(bench.counted()).toMatchObject({ POST: 1, DELETE: 1 });
});

test("a removed job is left to run where it says so, a replaced one never", async () => {
  await using bench = await Bench.open();
  const leaving = (arg: number | string) =>
    fleet(2, (n) => (n === 0 ? { args: [arg], onRemove: "leave" } : { args: [n] }));
  bench.declare(leaving(0));
  await bench.succeed(bench.up());
  bench.counted();
  bench.declare(leaving("other"));
  await bench.succeed(bench.up());
  expect(bench.counted()).toMatchObject({ POST: 1, DELETE: 1 });
  const [replaced] = (await bench.state()).filter(({ urn }) => urn.endsWith("::job-0"));
  await bench.succeed(bench.up("--replace", replaced?.urn ?? ""));
  expect(bench.counted()).toMatchObject({ POST: 1, DELETE: 1 });
  expect(bench.alive()).toHaveLength(2);

  bench.declare([]);
  expect(await bench.succeed(bench.up())).toContain("is left to run");
  expect(bench.alive()).toEqual([replaced?.id]);
});

test("inputs that are not known yet pass the preview, and arrive", async () => {
  await using bench = await Bench.open();
  bench.declare([{ name: "first" }, { name: "second", sessionOf: "first" }]);
  const preview = await bench.succeed(bench.on("preview"));
  expect(preview).toContain("3 to create");
  await bench.succeed(bench.up());
  const second = bench.skaha.jobs().find(({ name }) => name.startsWith("second-"));
  const url = new URL(`/_embedded/jobs/${second?.id}`, bench.skaha.url);
  const answer = await fetch(url, { headers: { authorization: `Bearer ${bench.skaha.token}` } });
  const { env } = (await answer.json()) as { env: [string, string][] };
  const first = bench.skaha.jobs().find(({ name }) => name.startsWith("first-"));
  expect(Object.fromEntries(env).SESSION).toBe(first?.id);

  // A relaunch of the first makes another job of the second.
  bench.counted();
  const [job] = (await bench.state()).filter(({ urn }) => urn.endsWith("::first"));
  await bench.succeed(bench.up("--replace", job?.urn ?? ""));
  expect(bench.counted()).toMatchObject({ POST: 2, DELETE: 2 });
  expect(bench.alive()).toHaveLength(2);
});

test("a preview refuses all faults at once, and one refused launch does not stop the others", async () => {
  await using bench = await Bench.open();
  bench.declare([
    {
      name: "faulty",
      args: {
        image: "python:3",
        cmd: "echo $HOME",
        args: ["\u0085"],
        env: { "1A": "x" },
        cores: 0,
        name: "x".repeat(64),
      },
    },
  ]);
  const refused = await bench.fail(bench.on("preview"));
  for (const [property, remedy] of [
    ["image", "images.canfar.net/skaha/astroml:24.07"],
    ["cmd", "use script"],
    ["args[0]", "file on /arc"],
    ['env["1A"]', "start with no digit"],
    ["cores", "leave it out"],
    ["name", "at most 44 characters"],
  ] as const) {
    expect(refused).toContain(property);
    expect(refused).toContain(remedy);
  }
  expect(refused).not.toMatch(/^\s+at /m);
  expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });

  // The server refuses one that nobody could foresee; the others are launched all the same.
  bench.declare(fleet(4, (n) => ({ args: [n] })));
  const body = "User alice may not do this today";
  bench.skaha.faults.add({ kind: "status", code: 400, body, method: "POST", times: 1 });
  const mixed = await bench.fail(bench.up(), { env: { PULUMI_CONTINUE_ON_ERROR: "true" } });
  expect(mixed).toMatch(
    /could not launch "job-.*": Skaha answered 400: "User alice may not do this today"/,
  );
  expect(mixed).not.toContain("dist/provider"); // the SDK adds a frame of its own here
  expect(bench.alive()).toHaveLength(3);

  // Run again, only the refused one is launched.
  bench.counted();
  await bench.succeed(bench.up());
  expect(bench.counted()).toMatchObject({ POST: 1, DELETE: 0 });
});
