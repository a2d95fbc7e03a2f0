// The set-up of a fresh clone, where only the environment says how the registries can be reached: all that it starts is
// told so. With a real registry, certificate and proxy: test/long/setUp.test.ts.
import { execFile } from "node:child_process";
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { checkout } from "../../toolchain/checkout";
import { installRelease } from "../../toolchain/officialRelease";
import { countingProxy } from "../countingProxy";
import { FakeMachine } from "./fakeMachine";

const ca = path.join(checkout, "package.json"); // some file: Node warns where there is none
const proxy = "http://proxy.example.org:3128";
const networks: readonly [string, Record<string, string>][] = [
  ["the registries' certificate", { NODE_EXTRA_CA_CERTS: ca, SSL_CERT_FILE: ca }],
  [
    "a proxy",
    {
      ...{ http_proxy: proxy, https_proxy: proxy, no_proxy: "localhost" },
      ...{ HTTP_PROXY: proxy, HTTPS_PROXY: proxy, NO_PROXY: "localhost" },
    },
  ],
];

/** What `env` or a JSON of it said. */
async function heard(file: string): Promise<Record<string, string>> {
  const text = await readFile(file, "utf8");
  if (text.startsWith("{")) return JSON.parse(text);
  return Object.fromEntries(
    text.split("\n").map((line) => [line.replace(/=.*/s, ""), line.replace(/^[^=]*=/, "")]),
  );
}

/** A clone with nothing but the set-up, and an `npm` that installs programs which note their environment. */
async function freshClone(): Promise<string> {
  const clone = await mkdtemp(path.join(tmpdir(), "fresh-clone-"));
  const files = {
    "package-lock.json": "{}",
    "tsconfig.json": "{}",
    "note.js": 'require("fs").writeFileSync(process.argv[2], JSON.stringify(process.env));\n',
    "bin/npm": `#!/bin/sh
env > ${clone}/npm.env
mkdir -p node_modules/node/bin node_modules/typescript/bin dist
ln -s ${process.execPath} node_modules/node/bin/node
cp note.js dist/note.js
echo 'process.argv[2] = "tsc.env"; require("../../../note.js")' > node_modules/typescript/bin/tsc
`,
  };
  await mkdir(path.join(clone, "bin"));
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(clone, name), text);
  await chmod(path.join(clone, "bin/npm"), 0o755);
  await mkdir(path.join(clone, "toolchain"));
  const bootstrap = "toolchain/bootstrap.cjs";
  await copyFile(path.join(checkout, bootstrap), path.join(clone, bootstrap));
  return clone;
}

describe.each(networks)("where the environment alone tells of %s", (_, network) => {
  test("npm, the build and what runs then are told", async () => {
    const clone = await freshClone();
    try {
      const words = ["toolchain/bootstrap.cjs", "dist/note.js", path.join(clone, "run.env")];
      const searchPath = [path.join(clone, "bin"), "/usr/bin", "/bin"].join(path.delimiter);
      const env = { PATH: searchPath, HOME: clone, ...network };
      await promisify(execFile)(process.execPath, words, { cwd: clone, env });
      for (const name of ["npm", "tsc", "run"]) {
        expect(await heard(path.join(clone, `${name}.env`))).toMatchObject(network);
      }
    } finally {
      await rm(clone, { recursive: true });
    }
  });

  test("so are the build of a CLI, and the CLI that is asked for its version", async () => {
    await using machine = await FakeMachine.boot();
    await machine.placeGo({ before: `env > ${machine.at("go.env")}` });
    const broken = { answer: `env > ${machine.at("pulumi.env")}; exit 1` };
    await machine.placePulumi(machine.at("bin"), broken);
    const env = { PATH: machine.at("bin"), HOME: machine.at("home"), ...network };
    await expect(machine.getPulumi({ env })).resolves.toMatchObject({ origin: "go" });
    expect(await heard(machine.at("go.env"))).toMatchObject(network);
    expect(await heard(machine.at("pulumi.env"))).toMatchObject(network);
  });
});

test("the official release is asked for through the proxy", async () => {
  await using proxy = await countingProxy({ status: 502 });
  const before = { ...process.env };
  try {
    Object.assign(process.env, { https_proxy: proxy.url, HTTPS_PROXY: proxy.url });
    for (const name of ["no_proxy", "NO_PROXY"]) delete process.env[name];
    const folder = path.join(tmpdir(), "never-made");
    await expect(installRelease(folder, "3.276.0")).rejects.toThrow(/get\.pulumi\.com/);
  } finally {
    process.env = before;
  }
  expect(proxy.tunnels).toEqual(["get.pulumi.com:443"]);
});
