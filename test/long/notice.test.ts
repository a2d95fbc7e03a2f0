// docs/notice.md as a user follows it, with the real sunspot numbers, and the commands that see an ending.
import { spawn } from "node:child_process";
import { chmodSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Notice, noticeSchema } from "../../cli/notice/notice";
import { checkout } from "../../toolchain/checkout";
import { cli } from "../engine/commands/cliBench";
import { openPage } from "../engine/commands/docPage";
import { Bench, linkedFolder, until } from "../engine/harness";

jest.setTimeout(600_000);

let parent: string;
let bench: Bench;
beforeEach(async () => {
  parent = await mkdtemp(path.join(tmpdir(), "notice-"));
  const program = await linkedFolder(parent);
  for (const name of ["Pulumi.yaml", "index.js"]) {
    await cp(path.join(checkout, "examples/one-job", name), path.join(program, name));
  }
  bench = await Bench.open({ program, real: true, capacity: { cores: 64, ramGiB: 512 } });
  const project = path.join(bench.folder, "data/arc/projects/sunspots");
  await cp(path.join(checkout, "examples/parameter-study"), project, { recursive: true });
});
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
  await rm(parent, { recursive: true, maxRetries: 5 });
});

const declare = (data: string) =>
  writeFile(
    path.join(bench.program, "fleet.yaml"),
    `
sweeps:
  periods:
    zip: { from: { range: [2, 6] }, to: { range: [3, 7] } }
    image: images.canfar.net/skaha/astroml:24.07
    cmd: python3 /arc/projects/sunspots/periodogram.py
    args: [--from, "{from}", --to, "{to}", --out, "/arc/projects/sunspots/r/{from}.json", --data, ${data}]
`,
  );
const good = "/arc/projects/sunspots/data/sunspots.csv";
const ended = () => until("the sessions ended", () => bench.alive().length === 0);

/** A program of the machine, for this test: it keeps what it gets. */
async function fakeProgram(name: string, script: string): Promise<void> {
  const file = path.join(bench.folder, "bin", name);
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

test("docs/notice.md: a mail says once that the fleet is done, and how", async () => {
  await declare(good);
  const page = openPage(bench, "notice.md");
  const mails = path.join(bench.folder, "mails");
  await fakeProgram("sendmail", `{ echo "To: $1"; cat; echo; } >> '${mails}'`);
  await page.run(0);
  await page.run(1);
  await cli(bench, ["wait"]);
  await cli(bench, ["up", "--yes"]);
  const text = await readFile(mails, "utf8");
  expect(text.match(/^Subject: .*$/gm)).toEqual([
    `Subject: one-job/${bench.stack}: all jobs have ended: 4 Completed`,
  ]);
  const notice = noticeSchema.parse(JSON.parse(text.split("\n\n")[1] ?? ""));
  expect(notice).toMatchObject({ ending: "done", failedCount: 0, isRepeat: false });
  expect(page.blocks).toBe(2);
});

test("docs/notice.md: the program for Slack posts an object with the sentence", async () => {
  await using hook = await listen(200);
  openPage(bench, "notice.md");
  const slack = spawn(path.join(bench.program, "slack.sh"), {
    env: { ...process.env, SLACK_URL: hook.url, no_proxy: "*" },
    stdio: ["pipe", "inherit", "inherit"],
  });
  slack.stdin.end(JSON.stringify({ text: "all jobs have ended", counts: {} }));
  const status = await new Promise((resolve) => slack.once("exit", resolve));
  expect(status).toBe(0);
  expect(hook.got).toEqual([{ text: "all jobs have ended" }]);
});

test("wait, up and refresh tell of each ending once, and what could not be sent is sent by the next", async () => {
  await using hook = await listen(200);
  await bench.succeed(["config", "set", "skaha:notifyWebhook", hook.url, "--stack", bench.stack]);
  const notices = () => hook.got.map((one) => noticeSchema.parse(one));
  const told = () =>
    notices().map(({ ending, isRepeat }) => (isRepeat ? `${ending} again` : ending));
  await declare("/nowhere");
  await cli(bench, ["up", "--yes", "--skip-preview"]);
  expect(told()).toEqual([]);
  hook.status = 503;
  const { stderr, status } = await cli(bench, ["wait", "--every", "1"]);
  expect(status).toBe(1); // for the jobs' sake
  expect(stderr).toMatch(
    /Not told that .*: all jobs have ended: 4 Failed: skaha:notifyWebhook: 127\.0\.0\.1:\d+ answered 503/,
  );
  hook.status = 200;
  await cli(bench, ["refresh", "--yes", "--skip-preview"]);
  expect(told()).toEqual(["done", "done again"]);
  const [first, second] = notices();
  expect(second).toEqual({ ...first, isRepeat: true });
  await cli(bench, ["up", "--yes", "--skip-preview"]);
  await cli(bench, ["wait"]);
  expect(told()).toHaveLength(2);
  // Two of them at once.
  await declare(good);
  await cli(bench, ["up", "--yes", "--skip-preview"]);
  await ended();
  await Promise.all([cli(bench, ["wait"]), cli(bench, ["up", "--yes", "--skip-preview"])]);
  expect(told().slice(2)).toEqual(["done"]);
  expect(notices().at(-1)?.counts).toEqual({ Completed: 4 });
});

test("a standstill is told of, and what another process had noted before it was killed", async () => {
  await using hook = await listen(200);
  for (const [key = "", value = ""] of [
    ["notifyWebhook", hook.url],
    ["notifyQuiet", "1s"],
  ]) {
    await bench.succeed(["config", "set", `skaha:${key}`, value, "--stack", bench.stack]);
  }
  const fleet = `jobs: { long: { image: images.canfar.net/skaha/terminal:1.1.2, cmd: sleep 600 } }\n`;
  await writeFile(path.join(bench.program, "fleet.yaml"), fleet);
  await cli(bench, ["up", "--yes", "--skip-preview"]);
  await until("it runs", () => bench.skaha.jobs().every(({ started }) => started !== undefined));
  // Noted by the second look, which is killed before it has an answer.
  hook.onArrival = () => {
    for (const kill of killing) kill();
  };
  const killing: (() => void)[] = [];
  const started = (child: { kill: (signal: "SIGKILL") => boolean }) => {
    killing.push(() => void child.kill("SIGKILL"));
  };
  await cli(bench, ["wait", "--every", "1", "--timeout", "30"], { started });
  expect(hook.got).toHaveLength(1);
  hook.onArrival = () => {};
  await cli(bench, ["wait", "--every", "1", "--timeout", "4"]);
  const [first, second, ...more] = hook.got.map((one) => noticeSchema.parse(one));
  expect(first).toMatchObject({ ending: "quiet", isRepeat: false, counts: { Running: 1 } });
  expect(second).toEqual({ ...first, isRepeat: true });
  expect(more).toEqual([]);
});

test("a wrong setting is refused before a run; it keeps nobody from looking and cancelling", async () => {
  const set = (key: string, value: string) =>
    bench.succeed(["config", "set", `skaha:${key}`, value, "--stack", bench.stack]);
  await declare(good);
  await set("notifyCommand", "./nowhere.sh");
  const warned = await cli(bench, ["up", "--yes", "--skip-preview"]);
  expect(warned.stderr).toMatch(
    /^Warning: skaha:notifyCommand: \.\/nowhere\.sh is not in .*: it can tell nobody how the jobs end\.$/m,
  );
  expect(warned.status).toBe(0);
  await set("notifyFailed", "many");
  bench.counted();
  for (const words of [["up", "--yes"], ["refresh", "--yes"], ["preview"]]) {
    const { status, stderr } = await cli(bench, words);
    expect(stderr).toMatch(
      /^pulumi-skaha: skaha:notifyFailed "many" in the stack's configuration must be a whole .*Nothing was done\.$/m,
    );
    expect(status).toBe(1);
  }
  const waited = await cli(bench, ["wait"]);
  expect(waited).toMatchObject({ status: 1, stderr: expect.stringContaining("Correct it first") });
  expect(bench.counted()).toEqual({ GET: 0, POST: 0, DELETE: 0 });
  const listed = await cli(bench, ["status"]);
  expect(listed).toMatchObject({ status: 0, stderr: "" });
  const destroyed = await cli(bench, ["destroy", "--yes", "--skip-preview"]);
  expect(destroyed.status).toBe(0);
  expect(destroyed.stderr).not.toMatch(/not looked for|notifyFailed/);
  expect(bench.alive()).toEqual([]);
});

interface Hook extends AsyncDisposable {
  readonly url: string;
  readonly got: Notice[];
  status: number;
  onArrival: () => void;
}

async function listen(status: number): Promise<Hook> {
  const got: Notice[] = [];
  const server = http.createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    got.push(JSON.parse(body));
    hook.onArrival();
    await new Promise((resolve) => setTimeout(resolve, 20));
    response.writeHead(hook.status).end("later");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const hook: Hook = {
    ...{ got, status },
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    onArrival: () => {},
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return hook;
}
