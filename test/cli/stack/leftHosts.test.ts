import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Project } from "../../../cli/project";
import { describeHosts, endLeftHosts } from "../../../cli/stack/leftHosts";
import { checkout } from "../../../toolchain/checkout";

const script = "node_modules/@pulumi/pulumi/cmd/dynamic-provider/index.js";

/** Where nobody listens: a port that was free a moment ago. */
async function deadAddress(): Promise<string> {
  const server = await listening();
  server.close();
  await once(server, "close");
  return server.address;
}

async function listening(): Promise<net.Server & { readonly address: string }> {
  const server = net.createServer((socket) => socket.on("error", () => {}));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  return Object.assign(server, { address: `127.0.0.1:${port}` }) as never;
}

describe("hosts of dynamic providers that a killed Pulumi has left", () => {
  let folder: string;
  const hosts: ChildProcess[] = [];

  /** As Pulumi starts it; it is there when it has told its port. */
  async function host(cwd: string, engine: string, file = path.join(checkout, script)) {
    const child = spawn(process.execPath, [file, engine], {
      cwd: path.join(folder, cwd),
      stdio: ["ignore", "pipe", "ignore"],
    });
    hosts.push(child);
    await once(child.stdout, "data");
    return child;
  }

  beforeAll(async () => {
    folder = await realpath(await mkdtemp(path.join(tmpdir(), "hosts-")));
    for (const name of ["project", "project/program", "other"])
      await mkdir(path.join(folder, name));
  });
  afterEach(() => {
    for (const child of hosts.splice(0)) child.kill("SIGKILL");
  });
  afterAll(() => rm(folder, { recursive: true }));

  const project = () =>
    ({
      folder: path.join(folder, "project"),
      program: path.join(folder, "project/program"),
    }) as Project;

  test("are ended and named, those of this project alone", async () => {
    const [dead, engine] = [await deadAddress(), await listening()];
    const left = [await host("project", dead), await host("project/program", dead)];
    const [living, others] = [await host("project", engine.address), await host("other", dead)];
    const ends = left.map((child) => once(child, "exit"));
    const ended = await endLeftHosts(project(), 300);
    await Promise.all(ends);
    expect(ended.map(({ pid }) => pid).sort()).toEqual(left.map(({ pid }) => pid).sort());
    expect([living.exitCode, living.signalCode]).toEqual([null, null]);
    expect([others.exitCode, others.signalCode]).toEqual([null, null]);
    expect(describeHosts(ended)).toMatch(
      /^2 hosts of dynamic providers that a killed Pulumi had left \(processes \d+, \d+; [1-9]\d+ MB\)$/,
    );
    engine.close();
  });

  test("are left alone while they still ask somebody, and other programs always", async () => {
    const [dead, server] = [await deadAddress(), await listening()];
    const file = path.join(folder, script);
    await mkdir(path.dirname(file), { recursive: true });
    const [, port] = server.address.split(":");
    await writeFile(
      file,
      `require("net").connect(${port}, "127.0.0.1", () => console.log("asking")); setInterval(() => {}, 1000);`,
    );
    const asking = await host("project", dead, file);
    const program = path.join(folder, "program.js");
    await writeFile(program, `console.log("there"); setInterval(() => {}, 1000);`);
    const other = await host("project", dead, program);
    expect(await endLeftHosts(project(), 100)).toEqual([]);
    expect([asking.signalCode, other.signalCode]).toEqual([null, null]);
    server.close();
  });

  test("are none where there are none", async () => {
    expect(await endLeftHosts(project(), 0)).toEqual([]);
  });
});
