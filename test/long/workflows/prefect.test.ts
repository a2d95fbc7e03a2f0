// The real Prefect with the flow of examples/prefect, against a server whose sessions run what it sends.
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { until } from "../../cli/commands/submit/submitBench";
import { programsOf, WorkflowBench } from "./workflowBench";

jest.setTimeout(1_200_000);

let programs: string;
beforeAll(async () => {
  programs = await programsOf(["prefect==3.9.1"]);
});

/** With a server of Prefect's own on loopback, which tells nobody of it. */
function flow(its: WorkflowBench) {
  return its.start("python", ["flow.py"], {
    SKAHA_FOLDER: "/arc/projects/survey",
    PREFECT_HOME: path.join(its.bench.folder, "prefect"),
    PREFECT_SERVER_ANALYTICS_ENABLED: "false",
    PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS: "120",
    DO_NOT_TRACK: "1",
  });
}

test("40 observations run to their end over a kill of the flow, each job once, and a failed one with more memory", async () => {
  await using its = await WorkflowBench.open(programs, { capacity: { cores: 8, ramGiB: 512 } });
  await its.lay("prefect", 40);
  const extract = path.join(its.project, "extract.py");
  const fails = `
import os
if "obs7." in sys.argv[1] and not os.path.exists("${its.project}/seen7"):
    open("${its.project}/seen7", "w").close()
    sys.exit(1)
`;
  const text = await readFile(extract, "utf8");
  await writeFile(extract, text.replace("import sys\n", `import sys\n${fails}`));

  const { bench } = its;
  const first = flow(its);
  await until(
    () => bench.skaha.jobs().filter(({ ended }) => ended !== undefined).length,
    (count) => count >= 12,
  );
  process.kill(-(first.child.pid ?? 0), "SIGKILL");
  await first.ended;

  const second = flow(its);
  expect({ status: await second.ended, said: second.said().slice(-2_000) }).toMatchObject({
    status: 0,
  });
  expect(second.said()).toContain("40 observations are done");

  const sessions = its.sessions();
  expect(sessions.size).toBe(80);
  const twice = [...sessions].filter(([, all]) => all.length > 1);
  expect(twice.map(([name]) => name)).toEqual([expect.stringMatching(/^source-extract-obs7-/)]);
  const [failed, retried, ...more] = twice[0]?.[1] ?? [];
  expect([failed?.status, retried?.status, more]).toEqual(["Failed", "Completed", []]);
  expect(await its.ramOf(failed?.id ?? "")).toBe(2);
  expect(await its.ramOf(retried?.id ?? "")).toBe(4);
  expect(JSON.parse(await its.read("lines/obs40.json"))).toMatchObject({ channel: 20 });

  const { stdout } = await bench.command(["status", "--json", "--record", its.record]);
  expect(JSON.parse(stdout).counts).toEqual({ Completed: 80 });
});
