// What `init` sets for records, which needs a server that keeps them.
import { readFileSync } from "node:fs";
import path from "node:path";
import { cli } from "../engine/commands/cliBench";
import { Bench, linkedFolder } from "../engine/harness";

jest.setTimeout(600_000);

/** A new user's: nothing says where state is, or how secrets are kept. */
const env = { PULUMI_BACKEND_URL: undefined, PULUMI_CONFIG_PASSPHRASE: undefined };

test("init has jobs recorded where /arc can be written, and leaves alone what the user set", async () => {
  await using recording = await Bench.open({ lasting: true });
  const cwd = await linkedFolder(recording.folder);
  const init = await cli(recording, ["init", "--no-launch"], { cwd, env });
  expect(init).toMatchObject({ status: 0 });
  expect(init.stderr).toContain("skaha:record=/arc/home/alice/.skaha-jobs");
  const record = (...words: string[]) =>
    cli(recording, ["pulumi", "config", ...words, "skaha:record"], { cwd, env });
  expect((await record("get")).stdout).toBe("/arc/home/alice/.skaha-jobs\n");
  const about = path.join(recording.folder, "data/arc/home/alice/.skaha-jobs.txt");
  expect(readFileSync(about, "utf8")).toContain("records of jobs");
  await record("rm");
  const again = await cli(recording, ["init", "--no-launch"], { cwd, env });
  expect(again).toMatchObject({ status: 0 });
  expect((await record("get")).status).not.toBe(0);
});
