// What the engine starts for a command can reach what the command can.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { checkout } from "../../toolchain/checkout";
import { cli } from "./commands/cliBench";
import { Bench } from "./harness";

jest.setTimeout(300_000);

const program = path.join(checkout, "test/engine/programs/environment");
const proxy = "http://127.0.0.1:9"; // where nobody answers: what is to be called is on this machine
const network = {
  ...{ NODE_EXTRA_CA_CERTS: path.join(checkout, "package.json"), SSL_CERT_FILE: "/ca.pem" },
  ...{ http_proxy: proxy, https_proxy: proxy, HTTPS_PROXY: proxy, NO_PROXY: "127.0.0.1" },
};

test.each(["pulumi", "pulumi-skaha"])(
  "under %s the program and the provider have the certificates and the proxies",
  async (by) => {
    await using bench = await Bench.open({ program });
    const env = { ...network, NOTES: bench.folder };
    if (by === "pulumi") {
      const direct = { ...env, no_grpc_proxy: "127.0.0.1" };
      await bench.succeed(bench.up(), { env: direct, keepsCompiled: false });
    } else {
      const { status, stderr } = await cli(bench, ["up", "--yes"], { env });
      expect([status, stderr]).toEqual([0, stderr]);
    }
    for (const whose of ["program", "provider"]) {
      const noted = JSON.parse(await readFile(path.join(bench.folder, `${whose}.json`), "utf8"));
      expect(noted).toMatchObject(network);
    }
  },
);
