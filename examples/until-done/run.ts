// Repeats `pulumi up` on a program until nothing of it waits or runs, by the Automation API.
//
//   node run.ts ../pipeline dev      exit status 0: all jobs are Completed
import { automation } from "@pulumi/pulumi";
import { untilDone } from "pulumi-skaha";

const [workDir = ".", stackName = "dev"] = process.argv.slice(2);
const seconds = Number(process.env.INTERVAL_SECONDS ?? 60);

async function main(): Promise<void> {
  const stack = await automation.LocalWorkspace.createOrSelectStack({ stackName, workDir });
  const { jobs } = await untilDone(stack, {
    intervalMs: seconds * 1000,
    deadlineMs: 7 * 24 * 3_600_000,
    onProgress: ({ rounds, counts }) => console.log(`up ${rounds}: ${JSON.stringify(counts)}`),
  });
  for (const { id, status, reason = "" } of jobs) console.log(`${status}  ${id}  ${reason}`);
  process.exitCode = jobs.every(({ status }) => status === "Completed") ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
