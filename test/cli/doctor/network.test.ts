import { proxyFindings } from "../../../cli/doctor/network";
import { connect } from "../../../provider/connect";
import { grpcWithoutProxy, networkEnvironment } from "../../../toolchain/network";

const proxy = "http://proxy.example.org:3128";

describe("what starts Pulumi", () => {
  test.each<[string, Record<string, string>, Record<string, string>]>([
    ["leaves it where there is no proxy", { HTTPS_PROXY: proxy, no_proxy: "a" }, {}],
    ["names this machine", { https_proxy: proxy }, { no_grpc_proxy: "127.0.0.1,localhost,::1" }],
    [
      "keeps what the user has set, for grpc or else for all",
      { grpc_proxy: proxy, no_grpc_proxy: ".b,localhost", no_proxy: "c" },
      { no_grpc_proxy: ".b,localhost,127.0.0.1,::1" },
    ],
    [
      "keeps what counts for all",
      { http_proxy: proxy, no_proxy: "c" },
      { no_grpc_proxy: "c,127.0.0.1,localhost,::1" },
    ],
    ["adds nothing that is there", { http_proxy: proxy, no_proxy: "127.0.0.1" }, {}],
  ])("%s", (_, env, more) => {
    expect(grpcWithoutProxy(env)).toEqual(more);
  });
});

test("a child's own environment gets what the network needs, and no more", () => {
  const network = { https_proxy: proxy, NO_PROXY: "a", NODE_EXTRA_CA_CERTS: "/ca.pem" };
  const more = { SSL_CERT_FILE: "/ca.pem", HOME: "/home/me", CANFAR_TOKEN: "secret" };
  expect(networkEnvironment({ ...network, ...more })).toEqual({
    ...network,
    SSL_CERT_FILE: "/ca.pem",
  });
});

test("doctor names the proxy without its password, and what plain pulumi would do with it", () => {
  const env = {
    https_proxy: "http://me:s3cret@proxy.example.org:3128",
    no_proxy: "*.local",
    CANFAR_URL: "https://skaha.example.org/skaha/v1",
  };
  const findings = proxyFindings(
    connect(() => undefined, env),
    env,
  );
  expect(findings).toEqual([
    {
      check: "proxy",
      verdict: "ok",
      text: "the server is asked through the proxy http://proxy.example.org:3128 (https_proxy), but for what NO_PROXY names (*.local)",
    },
    {
      check: "proxy",
      verdict: "warning",
      text: expect.stringContaining("through the proxy that https_proxy names"),
      remedy: "export no_grpc_proxy=127.0.0.1; pulumi-skaha does so by itself",
    },
  ]);
  expect(
    proxyFindings(
      connect(() => undefined, {}),
      {},
    ),
  ).toEqual([]);
});
