// What a job's inputs ask the server for, run by a server.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { startSkaha } from "../../../embedded";
import { checkInputs, type JobInputs } from "../../../provider/job/inputs";
import { launchOf } from "../../../provider/lifecycle/launchRequest";
import { encodeCommand } from "../../../provider/skaha/encoding";
import { clientOf } from "../../embedded/client";

const image = "images.canfar.net/skaha/terminal:1.1.2";
const shown = "OMP MKL OPENBLAS NUMEXPR JULIA".split(" ").map((name) => `${name}_NUM_THREADS`);

async function printed(args: Readonly<Record<string, unknown>>): Promise<string> {
  const { inputs, failures } = checkInputs(
    {},
    { identity: "o/s::p::t::job", image, script: `echo ${shown.map((one) => `$${one}`)}`, ...args },
  );
  expect(failures).toEqual([]);
  const job = { id: "job-1", attempt: 1, inputs: inputs as JobInputs };
  const launch = launchOf(job, { size: {}, record: undefined, registryAuth: undefined });
  const dataDir = mkdtempSync(path.join(tmpdir(), "skaha-launch-"));
  const skaha = await startSkaha({
    dataDir,
    users: { alice: { token: "t" } },
    images: [{ id: image }],
    capacity: { cores: 16, ramGiB: 64 },
  });
  try {
    const client = clientOf(skaha);
    const { cmd, args: words, env } = encodeCommand(launch.command, launch.args, launch.env);
    const id = await client.launch({ name: "job", image, cmd: cmd ?? "", args: words ?? "", env });
    await client.untilEnd(id);
    return await client.log(id);
  } finally {
    await skaha.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

test("`threads` reaches each library, though the server has set OMP_NUM_THREADS", async () => {
  await expect(printed({})).resolves.toBe("1,,,,\n");
  await expect(printed({ threads: 6 })).resolves.toBe("6,6,6,6,6\n");
});

test("a variable of the job's own stands beside `threads`", async () => {
  const env = { MKL_NUM_THREADS: 2 };
  const untrackedEnv = { JULIA_NUM_THREADS: "auto" };
  await expect(printed({ threads: 6, env, untrackedEnv })).resolves.toBe("6,2,6,6,auto\n");
});
