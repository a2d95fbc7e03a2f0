// Who the provider is to the server, while tokens change and the server comes and goes.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { Bench, fleet } from "./harness";

jest.setTimeout(600_000);

const none = { POST: 0, DELETE: 0 };

test("a command gives a new token to whatever comes next, and a colleague's token is refused", async () => {
  await using bench = await Bench.open({ lasting: true });
  const file = path.join(bench.folder, "token");
  bench.env.CANFAR_TOKEN = "";
  // Pulumi takes any key with "token" for a secret.
  const command = ["--plaintext", "skaha:tokenCommand", `cat ${file}`];
  await bench.succeed(["config", "set", ...command, "--stack", bench.stack]);
  bench.declare(fleet(3, (n) => ({ args: [n] })));
  const unreadable = await bench.fail(bench.up());
  expect(unreadable).toMatch(/skaha:tokenCommand \(cat\) gave no token: cat: .*No such file/);
  await writeFile(file, bench.skaha.token);
  await bench.succeed(bench.up());
  const [state, alive] = [await bench.state(), bench.alive()];
  bench.counted();

  await writeFile(file, bench.skaha.tokens.bob ?? "");
  for (const words of [bench.up(), bench.on("destroy")]) {
    expect(await bench.fail(words)).toContain("launched by alice, but these credentials are bob's");
  }
  expect(bench.counted()).toMatchObject(none);
  expect(await bench.state()).toEqual(state);

  // The server comes back with the same sessions and another token.
  await bench.restart({ users: { alice: { token: "another" }, bob: {} } });
  const expired = await bench.fail(bench.on("destroy"));
  expect(expired).toMatch(/does not accept the token in what skaha:tokenCommand \(cat\) prints/);
  expect(bench.alive()).toEqual(alive);
  await writeFile(file, "another");
  expect(await bench.succeed(bench.up())).toContain("4 unchanged");
  expect(bench.counted()).toMatchObject(none);
  await bench.restart({ users: { alice: { token: "a-third" } } });
  await bench.succeed(bench.on("destroy"), { env: { CANFAR_TOKEN: "a-third" } });
  expect(bench.alive()).toEqual([]);
});

test("a rotated skaha:token is not seen by destroy, which says what to do, and that does it", async () => {
  await using bench = await Bench.open({ lasting: true });
  bench.env.CANFAR_TOKEN = "";
  await bench.secret("skaha:token", bench.skaha.token);
  bench.declare(fleet(2, (n) => ({ args: [n] })));
  await bench.succeed(bench.up());
  const alive = bench.alive();
  await bench.restart({ users: { alice: { token: "rotated" } } });
  await bench.secret("skaha:token", "rotated");

  const refused = await bench.fail(bench.on("destroy"));
  expect(refused).toContain("does not accept the token in the stack's skaha:token");
  expect(refused).toContain("once `npx pulumi-skaha up --refresh=false`");
  expect(refused).not.toMatch(/^\s+at /m);
  expect(bench.alive()).toEqual(alive);

  await bench.succeed(bench.up("--refresh=false"));
  await bench.succeed(bench.on("destroy"));
  expect(bench.alive()).toEqual([]);
});

test("a server of the older generation is served, and the wrong version in a URL is named", async () => {
  await using bench = await Bench.open({ api: "v0" });
  bench.declare(fleet(2, (n) => ({ args: [n] })));
  const wrong = { CANFAR_URL: bench.skaha.url.replace(/v0$/, "v1") };
  expect(await bench.fail(bench.up(), { env: wrong })).toContain(
    `perhaps it is ${bench.skaha.url}`,
  );
  await bench.succeed(bench.up());
  bench.runner.end(bench.skaha.jobs()[0]?.id ?? "", 0);
  await bench.succeed(bench.on("refresh"));
  expect(Object.values(await bench.statuses()).sort()).toEqual(["Completed", "Running"]);
  await bench.succeed(bench.on("destroy"));
  expect(bench.alive()).toEqual([]);
});
