import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSkaha } from "../../embedded";
import { clientOf, eventually, shell } from "./client";

jest.setTimeout(60_000); // longer than anything is waited for

const root = join(__dirname, "../..");
let dataDir: string;
const servers: ChildProcess[] = [];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "skaha-restart-"));
});
afterEach(async () => {
  const dying = servers.splice(0).map(async (server) => {
    server.kill("SIGKILL");
    await ended(server);
  });
  await Promise.all(dying);
  const last = await startSkaha({ dataDir });
  await last.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

interface Served {
  url: string;
  token: string;
  exports: string;
  stderr(): string;
  child: ChildProcess;
}

/** A server of its own process, on any port. */
async function serve(...words: string[]): Promise<Served> {
  const child = spawnServer("--port", "0", "--data", dataDir, "--token", "t", ...words);
  let exports = "";
  let stderr = "";
  child.stdout?.on("data", (chunk) => {
    exports += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    stderr += chunk;
  });
  return eventually(async () => {
    if (child.exitCode !== null) throw new Error(`the server ended: ${stderr}`);
    const [, url, token] =
      /^export CANFAR_URL=(.*)\nexport CANFAR_TOKEN=(.*)\n$/.exec(exports) ?? [];
    return url && token ? { url, token, exports, stderr: () => stderr, child } : undefined;
  }, "the server prints its address");
}

function spawnServer(...words: string[]): ChildProcess {
  const child = spawn(process.execPath, [join(root, "dist/cli/main.js"), "dev", ...words], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  servers.push(child);
  return child;
}

async function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
    else child.once("exit", resolve);
  });
}

async function refusal(...words: string[]) {
  const child = spawnServer(...words);
  let stderr = "";
  child.stderr?.on("data", (chunk) => {
    stderr += chunk;
  });
  return { code: await ended(child), stderr };
}

test("a server killed with -9 loses no session, and none runs twice", async () => {
  const config = ["--config", join(__dirname, "two-cores.json")];
  const first = await serve(...config);
  const client = clientOf(first);
  const marks = join(dataDir, "arc/home/marks");
  const once = (name: string) => `echo ${name} >>${marks}; `;
  const size = { cores: "1", ram: "1" };
  const running = await client.launch({
    name: "running",
    ...size,
    ...shell(
      `${once("running")} until [ -e ${dataDir}/go ]; do sleep 0.05; done; echo out; exit 4`,
    ),
  });
  await client.until(running, "Running");
  await eventually(async () => (readText(marks) === "" ? undefined : true), "it marks");
  const quick = await client.launch({
    name: "quick",
    ...size,
    ...shell(`${once("quick")} sleep 0.3`),
  });
  const pending = await client.launch({ name: "pending", ...size, ...shell(once("pending")) });
  await eventually(async () => (readText(marks).includes("quick") ? true : undefined), "it marks");
  first.child.kill("SIGKILL");
  await ended(first.child);
  // While nobody serves: the quick one ends.
  await eventually(
    async () => (readText(join(dataDir, "sessions", quick, "exit")) === "" ? undefined : true),
    "the quick one ends without a server",
  );

  const second = clientOf(await serve(...config));
  expect(await second.untilEnd(quick)).toMatchObject({ status: "Completed", name: "quick" });
  expect(await second.untilEnd(pending)).toMatchObject({ status: "Completed", name: "pending" });
  expect(await second.get(`/session/${running}`)).toMatchObject({ status: "Running" });
  await client.call("GET", "/session").catch(() => {});
  await second.launch({ name: "go", ...size, ...shell(`touch ${dataDir}/go`) });
  expect(await second.untilEnd(running)).toMatchObject({ status: "Failed" });
  expect(await second.log(running)).toBe("out\n");
  const sessions: { id: string; exitCode: number }[] = await second.get("/_embedded/sessions");
  expect(sessions.find(({ id }) => id === running)?.exitCode).toBe(4);
  expect(readText(marks)).toBe("running\nquick\npending\n");
});

test("a session whose processes died without a server is Failed", async () => {
  const first = await serve();
  const client = clientOf(first);
  const id = await client.launch({ name: "victim", ...shell("echo $$; sleep 1000") });
  await client.until(id, "Running");
  const pid = await eventually(async () => Number(await client.log(id)) || undefined, "its pid");
  const supervisor = Number(readText(join(dataDir, "sessions", id, "pid")));
  first.child.kill("SIGKILL");
  await ended(first.child);
  process.kill(supervisor, "SIGKILL");
  process.kill(pid, "SIGKILL");
  const second = clientOf(await serve());
  expect(await second.untilEnd(id)).toMatchObject({ status: "Failed" });
});

test("a session's file that a loss of power emptied is put aside, and the server serves the others", async () => {
  const folder = join(dataDir, "sessions", "torn0001");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "session.json"), "");
  const server = await serve();
  await eventually(async () => server.stderr().includes("is damaged") || undefined, "a word");
  expect(server.stderr()).toContain(`${join(folder, "session.json")} is damaged (`);
  expect(readFileSync(join(folder, "session.json.damaged"), "utf8")).toBe("");
});

test("an interrupted server ends its sessions, unless it is told to keep them", async () => {
  const first = await serve("--keep-sessions");
  const id = await clientOf(first).launch({ name: "kept", ...shell("sleep 1000") });
  await clientOf(first).until(id, "Running");
  const supervisor = () => Number(readText(join(dataDir, "sessions", id, "pid")));
  await eventually(async () => supervisor() || undefined, "its pid");
  first.child.kill("SIGTERM");
  expect(await ended(first.child)).toBe(0);
  expect(isAlive(supervisor())).toBe(true);

  const second = await serve();
  await clientOf(second).until(id, "Running");
  second.child.kill("SIGINT");
  expect(await ended(second.child)).toBe(0);
  await eventually(async () => (isAlive(supervisor()) ? undefined : true), "it is gone");
});

test("a second server on the same folder, and on the same port, is refused with a sentence", async () => {
  const first = await serve();
  const pid = first.child.pid;
  const same = await refusal("--port", "0", "--data", dataDir);
  expect(same.code).toBe(1);
  expect(same.stderr).toBe(
    `pulumi-skaha: the data folder ${dataDir} is already served by the process ${pid}; stop it or choose another folder\n`,
  );
  const { port } = new URL(first.url);
  const taken = await refusal("--port", port, "--data", join(dataDir, "other"));
  expect(taken.stderr).toBe(
    `pulumi-skaha: the port ${port} of 127.0.0.1 is taken; choose another one\n`,
  );
});

test("the command line names what is wrong with a configuration", async () => {
  const file = join(__dirname, "wrong-config.json");
  const { code, stderr } = await refusal("--data", dataDir, "--config", file);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^ {2}capacity\.cores: /m);
  expect(stderr).toMatch(/^ {2}faults\.0\.ms: /m);
});

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
