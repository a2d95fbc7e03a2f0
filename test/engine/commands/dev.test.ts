import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { checkout } from "../../../toolchain/checkout";
import { clientOf, eventually, shell } from "../../embedded/client";

jest.setTimeout(60_000); // longer than anything is waited for

const binary = path.join(checkout, "dist/cli/main.js");
const folder = mkdtempSync(path.join(tmpdir(), "dev-"));
let running: ChildProcess | undefined;

afterEach(async () => {
  await interrupted();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The server that the printed lines lead a shell to. */
async function dev(...words: string[]) {
  const child = spawn(process.execPath, [binary, "dev", "--port", "0", ...words], { cwd: folder });
  running = child;
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (data) => {
    stdout += data;
  });
  child.stderr.on("data", (data) => {
    stderr += data;
  });
  await eventually(async () => {
    if (child.exitCode !== null) throw new Error(`the server ended: ${stderr}`);
    return stdout.split("\n").length > 2 || undefined;
  }, "it prints where it is");
  const script = `${stdout}\nprintf '%s\\n' "$CANFAR_URL" "$CANFAR_TOKEN"`;
  const [url = "", token = ""] = execFileSync("sh", ["-c", script], { encoding: "utf8" }).split(
    "\n",
  );
  return { url, token, client: clientOf({ url, token }), stderr: () => stderr };
}

async function interrupted(): Promise<number | null> {
  const child = running;
  running = undefined;
  if (!child || child.exitCode !== null) return child?.exitCode ?? null;
  const end = new Promise<number | null>((resolve) => child.once("exit", resolve));
  child.kill("SIGINT");
  return end;
}

describe("pulumi-skaha dev", () => {
  test("serves what its options say, until it is interrupted", async () => {
    const { client, token, stderr } = await dev(
      ...["--token", "a $token", "--cores", "2", "--ram", "4", "--expire", "0.1s"],
      ...["--fault", "lostAnswer:POST:1", "--data", "some data"],
    );
    expect(token).toBe("a $token");
    expect(await client.get("/context")).toMatchObject({
      cores: { options: [1, 2], default: 2, defaultLimit: 2 },
      memoryGB: { options: [1, 2, 4], default: 4, defaultLimit: 4 },
    });
    await expect(client.post({ name: "first", ...shell("sleep 1000") })).rejects.toThrow();
    const [first] = await client.get("/session");
    expect(first).toMatchObject({ name: "first" });
    await client.until(first.id, "Running");
    const size = { cores: "2", ram: "1" };
    const waiting = await client.launch({ name: "waiting", ...size, ...shell("true") });
    expect(await client.get(`/session/${waiting}`)).toMatchObject({ status: "Pending" });
    await client.call("DELETE", `/session/${first.id}`);
    await eventually(async () => {
      const { status } = await client.call("GET", `/session/${waiting}`);
      return status === 404 || undefined;
    }, "the session that ended is forgotten");
    expect(stderr()).toContain(path.join(folder, "some data"));
    expect(await interrupted()).toBe(0);
    expect(stderr()).toContain("ending all sessions");
  });

  test("is slow, and of another age, where it is told to be", async () => {
    const { client, url, token } = await dev("--latency", "120", "--api", "v0");
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/skaha\/v0$/);
    expect(token).toMatch(/^[\w-]{30,}$/);
    const before = performance.now();
    await client.get("/session");
    expect(performance.now() - before).toBeGreaterThan(110);
  });

  test.each([
    [["--fault", "lost"], "pulumi-skaha: --fault lost: there is no fault lost: use slow, status,"],
    [["--config", "none.json"], "pulumi-skaha: cannot read the configuration: ENOENT"],
    [["--cores", "none"], "error: option '--cores <n>' argument 'none' is invalid. It must be a"],
    [["--api", "v2"], "error: option '--api <version>' argument 'v2' is invalid. Allowed choices"],
  ])("says what is wrong with %j", async (words, sentence) => {
    const child = spawn(process.execPath, [binary, "dev", "--port", "0", ...words], {
      cwd: folder,
    });
    let stderr = "";
    child.stderr.on("data", (data) => {
      stderr += data;
    });
    expect(await new Promise((resolve) => child.once("close", resolve))).toBe(1);
    expect(stderr).toContain(sentence);
  });
});
