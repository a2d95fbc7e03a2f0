// A program in Python, through the native provider and the Automation API, with the real engine: its jobs are those of
// TypeScript, id by id, and an edit launches and cancels exactly what it says.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { jobName, sessionType, sweepType } from "../../provider/job/identity";
import { checkInputs, whatRuns } from "../../provider/job/inputs";
import { checkout } from "../../toolchain/checkout";
import { pythonWithPulumi } from "../python/venv";
import { Bench, linkedFolder } from "./harness";

jest.setTimeout(600_000);

const image = "images.canfar.net/skaha/terminal:1.1.2";
const methods = ["ls", "bls", "pdm", "ce"];

const program = `
import json, sys
import pulumi
import pulumi_skaha as skaha
from pulumi_skaha.automation import inline_stack
from pulumi_skaha.resources import HeadlessSession, Sweep

given = json.load(open(sys.argv[1]))

def program():
    bands = skaha.range(2, 2 + 2 * given["bands"], 2)
    study = Sweep(
        "study", skaha.grid(method=${JSON.stringify(methods)}, band=bands), image="${image}", cmd="sleep", cores=1, ram=1,
        params_in_env=True,
        job=lambda row: {"args": [600 + len(row["method"]), "{" + row["method"] + "}"], "env": {"T": pulumi.Output.secret("hunter2")}},
    )
    HeadlessSession("summary", image="${image}", cmd="echo done", after=[study])
    pulumi.export("status", study.job(method="ls", band=2).status)
    pulumi.export("summary", study.summary)

stack = inline_stack(given["stack"], "survey", program, folder=given["folder"])
if given["command"] == "up":
    result = stack.up()
    answer = {name: one.value for name, one in result.outputs.items()}
else:
    found = stack.preview().change_summary
    answer = {getattr(name, "value", name): count for name, count in found.items()}
json.dump(answer, open(sys.argv[2], "w"))
`;

test("a sweep of 40 in Python comes up once with TypeScript's ids, and an edit launches and cancels exactly its jobs", async () => {
  const found = pythonWithPulumi();
  if ("missing" in found) {
    console.warn(`The program in Python was left out: ${found.missing}.`);
    return;
  }
  const parent = await mkdtemp(path.join(tmpdir(), "python-program-"));
  try {
    const folder = await linkedFolder(parent);
    const project = { name: "survey", runtime: "python" };
    const plugin = path.join(folder, "node_modules/pulumi-skaha/plugin");
    const plugins = { providers: [{ name: "skaha", path: plugin }] };
    await writeFile(path.join(folder, "Pulumi.yaml"), JSON.stringify({ ...project, plugins }));
    await mkdir(path.join(parent, "io"));
    await using bench = await Bench.open({ program: folder });
    const run = async (command: "up" | "preview", bands: number): Promise<unknown> => {
      const [given, answer] = [path.join(parent, "io/given"), path.join(parent, "io/answer")];
      await writeFile(given, JSON.stringify({ command, bands, folder, stack: bench.stack }));
      await promisify(execFile)(found.command, ["-c", program, given, answer], {
        cwd: folder,
        env: {
          ...bench.env,
          ...bench.jobsEnv,
          PYTHONPATH: path.join(checkout, "python/src"),
          PYTHONDONTWRITEBYTECODE: "1",
        },
      });
      return JSON.parse(await readFile(answer, "utf8"));
    };

    expect(await run("up", 10)).toMatchObject({
      status: expect.stringMatching(/Pending|Running/),
      summary: { jobs: 40, cores: 40, ram: 40 },
    });
    expect(bench.counted()).toMatchObject({ POST: 40, DELETE: 0 });

    const ids = (await bench.state()).map(({ id }) => id);
    const place = `organization/urn:pulumi:${bench.stack}::survey::${sweepType}$${sessionType}::study/`;
    for (const method of methods) {
      const identity = `${place}band=4,method=${method}`;
      const { inputs } = checkInputs(
        {},
        {
          ...{ identity, image, cmd: "sleep", cores: 1, ram: 1 },
          args: [600 + method.length, `{${method}}`],
          env: { SWEEP_PARAM_BAND: "4", SWEEP_PARAM_METHOD: method },
          secretEnv: { T: "hunter2" },
        },
      );
      expect(ids).toContain(jobName(identity, whatRuns(inputs)));
    }

    expect(await run("preview", 11)).toMatchObject({ create: 4 });
    await run("up", 11);
    expect(bench.counted()).toMatchObject({ POST: 4, DELETE: 0 });
    await run("up", 9);
    expect(bench.counted()).toMatchObject({ POST: 0, DELETE: 8 });
  } finally {
    await rm(parent, { recursive: true, maxRetries: 5 });
  }
});
