// `npm test` in a fresh clone, with a fresh home, on a machine where the npm registry can be reached only by what the
// environment says: the installation, the build, types, lint and tests.
import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { checkout } from "../../toolchain/checkout";
import { findExecutable } from "../../toolchain/executables";
import { getPulumi } from "../../toolchain/pulumiCli";
import { countingProxy } from "../countingProxy";
import { type RegistryMirror, registryMirror } from "../registryMirror";

jest.setTimeout(1_800_000);

const leftOut = [".git", "node_modules", "dist", "coverage"].map((name) =>
  path.join(checkout, name),
);

/** @returns the last line that `npm test` prints; all of it where that is not a count */
async function testFreshClone(network: NodeJS.ProcessEnv, tests: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "set-up-"));
  try {
    const clone = path.join(folder, "clone");
    await cp(checkout, clone, { recursive: true, filter: (file) => !leftOut.includes(file) });
    const home = path.join(folder, "home");
    await mkdir(home);
    const { command } = await getPulumi();
    // This Node first: npm under Node 20.20 takes NODE_EXTRA_CA_CERTS, but not through a proxy.
    const npm = findExecutable("npm", process.env.PATH) ?? "";
    const folders = [command, process.execPath, npm].map((file) => path.dirname(file));
    const child = spawn("npm", ["test", "--", tests], {
      cwd: clone,
      env: { PATH: [...folders, "/usr/bin", "/bin"].join(path.delimiter), HOME: home, ...network },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    await new Promise((closed, failed) => child.on("close", closed).on("error", failed));
    return /^\d+ passed, \d+ failed.*$/m.exec(output)?.[0].match(/.* 0 failed.*/)?.[0] ?? output;
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** What was installed came from there. */
function expectAllAsked({ requests }: RegistryMirror): void {
  const tarballs = requests.filter((asked) => asked.endsWith(".tgz"));
  for (const name of ["typescript", "jest", "node"]) {
    expect(tarballs).toContainEqual(expect.stringMatching(`^/${name}/-/${name}-\\d`));
  }
  expect(tarballs.length).toBeGreaterThan(100);
}

test("npm test sets itself up where NODE_EXTRA_CA_CERTS alone knows the registry's certificate", async () => {
  await using registry = await registryMirror();
  const network = { npm_config_registry: registry.url, NODE_EXTRA_CA_CERTS: registry.ca };
  // This test installs the package into projects, by commands that get an environment of their own.
  expect(await testFreshClone(network, "test/engine/template")).toMatch(/^\d+ passed, 0 failed/);
  expectAllAsked(registry);
});

test("npm test sets itself up behind a proxy that looks into TLS, and calls nothing of this machine through it", async () => {
  const host = "registry.invalid";
  await using registry = await registryMirror(host);
  await using proxy = await countingProxy({ leadsTo: registry.port });
  const network = {
    ...{ npm_config_registry: registry.url, NODE_EXTRA_CA_CERTS: registry.ca },
    ...{ http_proxy: proxy.url, https_proxy: proxy.url },
  };
  expect(await testFreshClone(network, "test/toolchain/testCount")).toMatch(
    /^\d+ passed, 0 failed/,
  );
  expectAllAsked(registry);
  const others = proxy.tunnels.filter((asked) => asked !== `${host}:443`);
  expect(others.filter((asked) => /127\.0\.0\.1|localhost|::1/.test(asked))).toEqual([]);
});
