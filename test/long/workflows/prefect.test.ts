// The real Prefect with the flow of examples/prefect, against a server whose sessions run what it sends.
import path from "node:path";
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
  await its.failOnce("obs7");

  const first = flow(its);
  await its.untilMidway();
  process.kill(-(first.child.pid ?? 0), "SIGKILL");
  await first.ended;

  const second = flow(its);
  expect({ status: await second.ended, said: second.said().slice(-2_000) }).toMatchObject({
    status: 0,
  });
  expect(second.said()).toContain("40 observations are done");

  await its.assertAllRanOnce(/^source-extract-obs7-/);
});
