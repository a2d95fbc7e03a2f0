// One job of ten seconds on an empty stack, launched by the real engine, waited for and taken away again:
// whoever sees it end has all that a sweep needs.
import { LocalWorkspace, PulumiCommand } from "@pulumi/pulumi/automation";
import { HeadlessSession } from "../../provider/headlessSession";
import { untilDone } from "../../provider/untilDone";
import { grpcWithoutProxy } from "../../toolchain/network";
import { CommandError } from "../commandError";
import type { Project } from "../project";
import { coloured, colouredStatus, plain, say } from "../terminal";

const deadlineMs = 5 * 60_000;

export interface FirstJob {
  readonly project: Project;
  readonly projectName: string;
  readonly stack: string;
  readonly image: string;
}

/**
 * @returns whether it ran to its end; false where no place was free for it
 * @throws CommandError where it is not launched, or ends badly
 */
export async function runFirstJob(job: FirstJob): Promise<boolean> {
  const stack = await stackOf(job);
  const said: string[] = [];
  let shown = "";
  try {
    const { jobs, isUnfinished } = await untilDone(stack, {
      intervalMs: 1_000,
      deadlineMs,
      toleratedFailures: 0,
      up: { refresh: true, color: "never", onOutput: (text) => said.push(text) },
      onProgress({ jobs: [only] }) {
        if (only === undefined || only.status === shown) return;
        shown = only.status;
        say(`  first-job: ${colouredStatus(shown, plain(shown), process.stderr)}`);
      },
    });
    const [only] = jobs;
    if (isUnfinished) {
      const why = only?.reason === undefined ? "the server is busy" : plain(only.reason);
      say(`  It still waits after five minutes: ${why}. It is cancelled now.`);
      return false;
    }
    if (only?.status !== "Completed") {
      throw new CommandError(
        `the first job ended as ${only?.status ?? "nothing"}: ${diagnostics(said)}`,
      );
    }
    return true;
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(`the first job was not launched: ${diagnostics(said)}`, 1, {
      cause: error,
    });
  } finally {
    say(coloured("gray", "  taking it away again", process.stderr));
    await stack.destroy({ color: "never" }).catch((error: unknown) => {
      throw new CommandError(
        `the first job could not be removed: see pulumi-skaha destroy --stack ${job.stack}`,
        1,
        { cause: error },
      );
    });
  }
}

async function stackOf({ project, projectName, stack, image }: FirstJob) {
  const { env, folder } = project.pulumi;
  // The Automation API takes the first `pulumi` on this process's own PATH, and this process calls the engine.
  process.env.PATH = env.PATH;
  Object.assign(process.env, grpcWithoutProxy(process.env));
  const trial = String(Date.now());
  return LocalWorkspace.selectStack(
    {
      stackName: stack,
      projectName,
      program: async () => {
        const size = { cores: 1, ram: 1 };
        new HeadlessSession("first-job", { image, cmd: "sleep 10", ...size, triggers: [trial] });
      },
    },
    {
      workDir: folder,
      pulumiCommand: await PulumiCommand.get(),
      envVars: Object.fromEntries(
        Object.entries(env).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, value]],
        ),
      ),
    },
  );
}

/** What the engine said of the jobs, without its progress. */
function diagnostics(said: readonly string[]): string {
  const [, told = said.join("")] = said.join("").split(/^Diagnostics:$/m);
  const [words = ""] = told.split(/^(?:Outputs|Resources|Duration):/m);
  return words
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/^\S+ \(\S+\):$/.test(line))
    .join("; ");
}
