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

describe("a job with files", () => {
  const record = "/arc/projects/survey/.jobs";
  const folder = "/arc/projects/survey/.skaha-files/0123";
  const wordsOf = (args: Readonly<Record<string, unknown>>, attempt = 1) => {
    const declared = { identity: "o/s::p::t::job", image, files: ["search.py"], ...args };
    const contentsOf = () => ({ digest: "0123" });
    const { inputs, failures } = checkInputs({}, declared, { contentsOf });
    expect(failures).toEqual([]);
    const job = { id: "job-1", attempt, inputs: inputs as JobInputs };
    return launchOf(job, { size: {}, record, registryAuth: undefined, files: folder });
  };

  test("starts in their folder, unless it says where, and has it wherever it is named", () => {
    const { args, env } = wordsOf(
      {
        cmd: "python {files}/search.py",
        args: ["--lib={files}/lib"],
        resumeArgs: ["{files}/resume"],
        env: { PYTHONPATH: "{files}/lib:{files}" },
      },
      2,
    );
    expect(args.slice(-4)).toEqual([
      "python",
      `${folder}/search.py`,
      `--lib=${folder}/lib`,
      `${folder}/resume`,
    ]);
    expect(env).toMatchObject({ PYTHONPATH: `${folder}/lib:${folder}` });
    const [, , , , , cwd] = args;
    expect(cwd).toBe(folder);
    expect(wordsOf({ cmd: "x", cwd: "/arc" }).args[5]).toBe("/arc");
    expect(wordsOf({ cmd: "x", cwd: "{files}/lib" }).args[5]).toBe(`${folder}/lib`);
  });

  test("leaves a shell's own variable alone", () => {
    const { args } = wordsOf({ script: `for one in \${files}; do cat {files}/$one; done` });
    expect(args).toContain(`for one in \${files}; do cat ${folder}/$one; done`);
  });

  test("of a merge has the list of its members, and without files of its own it starts where the server says", () => {
    const merge = { files: undefined, members: true, after: ["a-1"], afterStatus: ["Completed"] };
    const { args } = wordsOf({ cmd: "merge {members} {files}", ...merge });
    expect(args.slice(-3)).toEqual(["merge", `${folder}/members.jsonl`, "{files}"]);
    expect(args[5]).toBe("");
    expect(args).toContain(folder);
  });

  test("in a pack it has the folder, too", () => {
    const pack = { name: "p", jobs: 5, parallel: 1 };
    const launch = wordsOf({ cmd: "cat {files}/search.py", cores: 1, ram: 1, pack });
    expect(launch).toMatchObject({
      pack: { argv: ["cat", `${folder}/search.py`], recording: { files: folder, cwd: folder } },
    });
  });
});

test("braces of a job without files stay as they are", () => {
  const { inputs } = checkInputs({}, { identity: "o/s::p::t::job", image, cmd: "echo {files}" });
  const job = { id: "job-1", attempt: 1, inputs: inputs as JobInputs };
  const { args } = launchOf(job, { size: {}, record: undefined, registryAuth: undefined });
  expect(args).toEqual(["{files}"]);
});
