// A stack of a Python program in the same process, as in a notebook, with the real engine: jobs with settings of their own, and
// sessions that are only read.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { Bench, linkedFolder } from "../engine/harness";
import { describeWithPulumi, pythonEnvironment } from "../engine/pythonHost";

jest.setTimeout(600_000);

const image = "images.canfar.net/skaha/terminal:1.1.2";

const inline = `
import json, sys
import pulumi
from pulumi_skaha.automation import inline_stack
from pulumi_skaha.resources import HeadlessSession, Provider, Sweep

given = json.load(open(0))

def program():
    elsewhere = Provider("elsewhere", server_url=given["url"], token=given["token"], max_in_flight=2)
    tiles = Sweep("tiles", [{"tile": tile} for tile in range(3)], image="${image}", cmd="sleep 600",
                  opts=pulumi.ResourceOptions(providers=[elsewhere]))
    found = HeadlessSession.get("found", given["session"])
    HeadlessSession("after", image="${image}", cmd="echo", after=[found], env={"IMAGE": found.image})
    pulumi.export("tiles", tiles.summary)
    pulumi.export("found", found.status)

stack = inline_stack(given["stack"], "survey", program, folder=given["folder"])
answer = {name: one.value for name, one in stack.up().outputs.items()}
answer["changes"] = {getattr(name, "value", name): count for name, count in stack.preview().change_summary.items()}
stack.destroy()
print("", json.dumps(answer), sep="\\n")
`;

describeWithPulumi("a stack of a Python program in the same process", () => {
  test("has jobs with settings of their own, and reads a session that it neither launches nor cancels", async () => {
    const parent = await mkdtemp(path.join(tmpdir(), "python-program-"));
    try {
      const folder = await linkedFolder(parent);
      await using bench = await Bench.open();
      await using other = await Bench.open();
      const { python, env } = await pythonEnvironment(bench);
      const session = await byHand(bench);
      bench.counted();
      const { url, token } = other.skaha;
      const given = { stack: "inline", folder, session, url, token };
      const run = promisify(execFile)(python, ["-c", inline], {
        cwd: folder,
        env: { ...bench.env, ...env },
      });
      run.child.stdin?.end(JSON.stringify(given));
      const { stdout } = await run;
      expect(JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "")).toEqual({
        tiles: { jobs: 3, counts: { Pending: 2, Held: 1 }, cores: 0, ram: 0 },
        found: "Running",
        changes: expect.objectContaining({ same: expect.any(Number) }),
      });
      expect(other.counted()).toMatchObject({ POST: 2 });
      expect(other.alive()).toEqual([]);
      expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 0 });
      expect(bench.alive()).toHaveLength(1);
      // The first run made it, with the plugin.
      expect(JSON.parse(await readFile(path.join(folder, "Pulumi.yaml"), "utf8"))).toMatchObject({
        plugins: { providers: [{ name: "skaha", path: expect.stringMatching(/plugin$/) }] },
      });
    } finally {
      await rm(parent, { recursive: true, maxRetries: 5 });
    }
  });
});

/** A session that is no job of a stack. */
async function byHand({ skaha }: Bench): Promise<string> {
  const body = new URLSearchParams({ name: "a", image, type: "headless", cmd: "sleep", args: "9" });
  const headers = { authorization: `Bearer ${skaha.token}` };
  const answer = await fetch(`${skaha.url}/session`, { method: "POST", headers, body });
  return (await answer.text()).trim();
}
