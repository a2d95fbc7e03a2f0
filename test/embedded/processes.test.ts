import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Skaha, startSkaha } from "../../embedded";
import { allPids, commandLineOf, isRunning } from "../../machine/processes";
import { clientOf, encode, eventually, image, shell } from "./client";

jest.setTimeout(60_000); // longer than anything is waited for

const entrypointImage = "images.canfar.net/skaha/echo:1";
const show = join(__dirname, "show-process.cjs");
let dataDir: string;
let skaha: Skaha;
let client: ReturnType<typeof clientOf>;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "skaha-processes-"));
  skaha = await startSkaha({
    dataDir,
    users: { alice: { token: "t" } },
    images: [{ id: image }, { id: entrypointImage, entrypoint: ["echo", "from the entrypoint"] }],
    capacity: { cores: 16, ramGiB: 64 },
    graceSeconds: 0.3,
  });
  client = clientOf(skaha);
});
afterAll(async () => {
  await skaha.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function run(form: Parameters<typeof client.launch>[0]) {
  const id = await client.launch({ name: "job", ...form });
  const session = await client.untilEnd(id);
  return { id, session, log: await client.log(id) };
}

describe("a session's process", () => {
  test("has exactly the argv and the environment that the Job says", async () => {
    const words = [
      "a  b",
      "",
      'say "hi"',
      "$HOME $$ $(HOME)",
      "back\\slash",
      "é日😀",
      "-n",
      "x\ty",
    ];
    const { id, session, log } = await run({
      cmd: encode(process.execPath),
      args: [show, ...words].map(encode).join(" "),
      env: [`PLAIN=1`, `SPACES=${encode(" lead and trail ")}`, "a.b=dots", "HOME=/nowhere", "E=\\"],
      cores: "2",
      ram: "1",
    });
    expect(session.status).toBe("Completed");
    const home = join(dataDir, "arc/home/alice");
    expect(JSON.parse(log)).toEqual({
      argv: words,
      cwd: home,
      env: {
        PLAIN: "1",
        SPACES: " lead and trail ",
        "a.b": "dots",
        E: "",
        skaha_hostname: new URL(skaha.url).host,
        skaha_username: "alice",
        skaha_sessionid: id,
        HOME: home,
        PWD: home,
        OMP_NUM_THREADS: "2",
        PATH: process.env.PATH,
        LANG: process.env.LANG ?? "C.UTF-8",
      },
    });
  });

  test("gets variables that a shell would keep, change or complain of as they are", async () => {
    const values: Record<string, string> = Object.fromEntries(
      "UID PPID GROUPS LC_ALL PS4 IFS SHLVL _ OLDPWD BASH_ENV FUNCNAME RANDOM dir OPTIND TERM"
        .split(" ")
        .map((name) => [name, `it's ${name}`]),
    );
    const more = { QUOTES: 'it\'s "a" $b `c` \\', LINES_OF_IT: "a\nb\n", EMPTY: "" };
    const { log } = await run({
      cmd: process.execPath,
      args: show,
      env: Object.entries({ ...values, ...more }).map(
        ([name, value]) => `${name}=${encode(value)}`,
      ),
    });
    expect(JSON.parse(log).env).toMatchObject({ ...values, ...more });
  });

  test("keeps its variables out of every command line", async () => {
    const id = await client.launch({
      name: "quiet",
      ...shell("sleep 60"),
      env: ["KEY=MARKER-secret"],
    });
    await client.until(id, "Running");
    const lines = await eventually(async () => {
      const all = allPids().map(commandLineOf);
      return all.some((line) => line === "sleep\x0060\0") ? all : undefined;
    }, "the command runs");
    expect(lines.filter((line) => line.includes("MARKER-secret"))).toEqual([]);
    await client.call("DELETE", `/session/${id}`);
  });

  test("sees $(NAME) and $$ expanded by kubelet", async () => {
    const { log } = await run({
      cmd: process.execPath,
      args: `${show} \\\\x24(E)n \\\\x24(HOME)/x \\\\x24(NOBODY) \\\\x24\\\\x24(E)`,
      env: ["E=\\", "A=1", "B=\\\\x24(A)2\\\\x24(C)", "C=3"],
    });
    const { argv, env } = JSON.parse(log);
    expect(argv).toEqual(["n", join(dataDir, "arc/home/alice/x"), "$(NOBODY)", "$(E)"]);
    expect(env).toMatchObject({ A: "1", B: "12$(C)", C: "3" });
  });

  test("finds /arc and /scratch in the data folder, also inside a shell's text", async () => {
    const form = {
      ...shell(
        'echo hi >"/arc/projects/a.txt"; cat </arc/projects/a.txt; echo x > /scratch/y; pwd',
      ),
      env: ["WHERE=/arc/projects", "URL=http://x/arc/projects"],
    };
    mkdirSync(join(dataDir, "arc/projects"), { recursive: true });
    const { id, log } = await run(form);
    expect(log).toBe(`hi\n${join(dataDir, "arc/home/alice")}\n`);
    const job = await client.get(`/_embedded/jobs/${id}`);
    expect(job.args[1]).toContain("/arc/projects/a.txt");
    await eventually(
      async () => (existsSync(join(dataDir, "scratch", id)) ? undefined : true),
      "the session's /scratch is removed",
    );
    const file = await fetch(`${new URL(skaha.url).origin}/arc/files/projects/a.txt`, {
      headers: { authorization: "Bearer t" },
    });
    expect(await file.text()).toBe("hi\n");
  });

  test("has no input, and its stdout and stderr are the log, byte by byte", async () => {
    const { log } = await run(shell("cat; printf 'a\\303\\251'; echo b >&2"));
    expect(log).toBe("aéb\n");
  });

  test.each([
    ["exit 0", "Completed", 0],
    ["exit 3", "Failed", 3],
    ["kill -TERM $$", "Failed", 143],
    ["kill -KILL $$", "Failed", 137],
  ])("that ends with %s is %s", async (script, status, exitCode) => {
    const { id, session } = await run(shell(script));
    expect(session.status).toBe(status);
    expect(skaha.jobs().find((job) => job.id === id)).toMatchObject({ status, exitCode });
  });

  test("that cannot start is Failed, and the log and the events say why", async () => {
    const { id, session, log } = await run({ cmd: "no-such-program" });
    expect(session).toMatchObject({ status: "Failed", startTime: expect.any(String) });
    expect(log).toBe('skaha: command not found: "no-such-program"\n');
    const events = await client.call("GET", `/session/${id}?view=events`);
    expect(events.text).toMatch(/^Warning +Failed +command not found: "no-such-program" /m);
  });

  test("is not split from a cmd with spaces", async () => {
    expect((await run({ cmd: "echo hi" })).log).toBe('skaha: command not found: "echo hi"\n');
  });

  test("may have = in its name", async () => {
    const program = join(dataDir, "a=b");
    writeFileSync(program, '#!/bin/sh\necho "$0" "$1"\n', { mode: 0o755 });
    const { log } = await run({ cmd: encode(program), args: "x" });
    expect(log).toBe(`${program} x\n`);
  });

  test("without a cmd is the image's entrypoint, if the server knows one", async () => {
    expect((await run({ image: entrypointImage, args: "and args" })).log).toBe(
      "from the entrypoint and args\n",
    );
    const { session, log } = await run({ args: "x" });
    expect(session.status).toBe("Failed");
    expect(log).toContain(`knows no entrypoint of the image ${image}`);
  });
});

describe("an ended session", () => {
  test("leaves no process behind", async () => {
    const { log } = await run(shell("sleep 1000 & echo $!"));
    const pid = Number(log);
    expect(pid).toBeGreaterThan(1);
    await eventually(async () => (isGone(pid) ? true : undefined), "the child is gone");
  });
});

describe("DELETE", () => {
  test("kills the whole process group, also who does not listen to TERM", async () => {
    const id = await client.launch({
      name: "stubborn",
      ...shell("trap '' TERM; sleep 1000 & echo $!; echo $$; wait; sleep 1000"),
    });
    const pids = await pidsIn(id, 2);
    expect((await client.call("DELETE", `/session/${id}`)).status).toBe(200);
    expect((await client.call("GET", `/session/${id}`)).status).toBe(404);
    expect(await client.log(id)).toBe("");
    await eventually(async () => (pids.every(isGone) ? true : undefined), "all are gone");
    expect(skaha.jobs().find((job) => job.id === id)).toMatchObject({
      forgotten: { why: "deleted" },
    });
  });

  const onLinux = process.platform === "linux" ? test : test.skip;
  onLinux("finds who left the process group", async () => {
    const id = await client.launch({
      name: "stray",
      ...shell("setsid sh -c 'echo $$; sleep 1000' & sleep 1000"),
    });
    const pids = await pidsIn(id, 1);
    await client.call("DELETE", `/session/${id}`);
    await eventually(async () => (pids.every(isGone) ? true : undefined), "the stray is gone");
  });

  async function pidsIn(id: string, count: number): Promise<number[]> {
    return eventually(async () => {
      const pids = (await client.log(id)).trim().split("\n").filter(Boolean).map(Number);
      return pids.length === count ? pids : undefined;
    }, "the session writes its pids");
  }
});

test("a session waits until its requests fit", async () => {
  const hold = { ram: "1", ...shell("sleep 1000") };
  const first = await client.launch({ name: "first", cores: "16", ...hold });
  await client.until(first, "Running");
  const second = await client.launch({ name: "second", cores: "1", ...hold });
  const waiting = await client.get(`/session/${second}`);
  expect(waiting).toMatchObject({ status: "Pending" });
  expect(waiting).not.toHaveProperty("startTime");
  await client.call("DELETE", `/session/${first}`);
  await client.until(second, "Running");
  await client.call("DELETE", `/session/${second}`);
});

test("files are for their owner only", async () => {
  const { id } = await run(shell("true"));
  const folder = join(dataDir, "sessions", id);
  const modes = ["", "log", "session.json", "run", "exit", "pid"].map(
    (name) => statSync(join(folder, name)).mode & 0o777,
  );
  expect(modes).toEqual([0o700, 0o600, 0o600, 0o600, 0o600, 0o600]);
  expect(statSync(dataDir).mode & 0o777).toBe(0o700);
});

function isGone(pid: number): boolean {
  return !isRunning({ pid, started: undefined });
}
