// Behind a proxy, a real one that counts: all that asks the server goes through it, and nothing else does.
import { doctorSchema } from "../../../cli/commands/doctor/action";
import { countingProxy } from "../../countingProxy";
import { Bench } from "../harness";
import { cli } from "./cliBench";

jest.setTimeout(300_000);

test("up, status, logs, doctor and destroy go through the proxy, and past it where NO_PROXY says so", async () => {
  await using bench = await Bench.open();
  await using proxy = await countingProxy();
  bench.declare([{ name: "talker" }]);
  const behind = { http_proxy: proxy.url, https_proxy: proxy.url };
  const server = new URL(bench.skaha.url).host;
  const tunnelled = () => {
    // Also the engine's calls on this machine would come here, each to a port of its own.
    expect(proxy.tunnels).toEqual(proxy.tunnels.map(() => server));
    return proxy.tunnels.splice(0).length;
  };
  const run = async (env: NodeJS.ProcessEnv, ...words: string[]) => {
    const done = await cli(bench, words, { env });
    expect([words[0], done.status, done.stderr]).toEqual([words[0], 0, done.stderr]);
    return done.stdout;
  };

  await run(behind, "up", "--yes");
  expect(tunnelled()).toBeGreaterThan(0);
  expect(bench.alive()).toHaveLength(1);
  bench.runner.write(bench.skaha.jobs()[0]?.id ?? "", "it was said\n");
  expect(await run(behind, "status")).toContain("talker");
  expect(tunnelled()).toBeGreaterThan(0);
  expect(await run(behind, "logs", "talker")).toContain("it was said");
  expect(tunnelled()).toBeGreaterThan(0);

  const { findings, verdict } = doctorSchema.parse(
    JSON.parse(await run(behind, "doctor", "--json")),
  );
  expect(tunnelled()).toBeGreaterThan(0);
  expect(verdict).toBe("warning");
  expect(findings.filter(({ check }) => check === "proxy")).toMatchObject([
    { verdict: "ok", text: `the server is asked through the proxy ${proxy.url} (http_proxy)` },
    { verdict: "warning", remedy: expect.stringContaining("export no_grpc_proxy=127.0.0.1") },
  ]);
  // The remedy is one.
  await bench.succeed(bench.up(), { env: { ...behind, no_grpc_proxy: "127.0.0.1" } });
  expect(tunnelled()).toBeGreaterThan(0);

  const past = { ...behind, NO_PROXY: "127.0.0.1" };
  for (const words of [["up", "--yes"], ["status"], ["logs", "talker"], ["doctor"]]) {
    await run(past, ...words);
  }
  await run(past, "destroy", "--yes");
  expect(tunnelled()).toBe(0);
  expect(bench.alive()).toEqual([]);
});

test("a proxy that lets nothing through is named by each command", async () => {
  await using bench = await Bench.open();
  await using proxy = await countingProxy({ status: 403 });
  bench.declare([{ name: "a" }]);
  const env = { http_proxy: proxy.url, https_proxy: proxy.url };
  const [status, doctor] = await Promise.all([
    cli(bench, ["stats"], { env }),
    cli(bench, ["doctor"], { env }),
  ]);
  for (const said of [status.stderr, doctor.stdout]) {
    expect(said).toContain(`the proxy ${proxy.url} (http_proxy) answered 403 to CONNECT`);
    expect(said).toContain("so name it in NO_PROXY");
  }
  expect(bench.requests("GET")).toEqual([]);
});
