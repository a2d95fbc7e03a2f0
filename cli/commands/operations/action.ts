// `pulumi-skaha up`, `preview`, `refresh` and `destroy`: Pulumi, with what it would do and has done told in
// jobs; `up --until-done` goes on after the first run.
import { messageOf } from "../../../provider/errors";
import { getPulumi } from "../../../toolchain/pulumiCli";
import { CommandError } from "../../commandError";
import { mayNotify } from "../../notice/mayNotify";
import { isPartial, isPulumisOwn, leavesOutRefresh, type Operation } from "../../plan/pulumiArgs";
import { openProject, type Project } from "../../project";
import { plain, say } from "../../terminal";
import type { OperationRun, UpOptions } from "./operationRun";

/**
 * @param args all that is Pulumi's, as it was written
 * @returns the exit status
 */
export async function operate(
  operation: Operation,
  args: readonly string[],
  options: UpOptions,
): Promise<number> {
  if (options.cancelOrphans && isPartial(args)) {
    throw new CommandError(
      "--cancel-orphans must look at all jobs: leave out --target, --exclude and --exclude-protected",
    );
  }
  if (options.untilDone && (options.json || isPulumisOwn(args))) {
    throw new CommandError(
      "--until-done repeats up and reports by itself: leave out --json, --plan, --strict and the like",
    );
  }
  if (options.untilDone && leavesOutRefresh(args)) {
    throw new CommandError(
      "--until-done needs the refresh of each up: leave out --refresh=false, or run one up with it first",
    );
  }
  const { only = [] } = options;
  if (only.length > 0) return operateOnly(only, operation, args, options);
  const project = await openProject(options, () => getPulumi({ say, meanwhile: loadRun }));
  const { checkSettingsBefore, OperationRun } = await loadRun();
  await checkSettingsBefore(operation, args, options, project);
  if (options.release) await assertReleasable(options.release, options, project);
  const run = new OperationRun(operation, args, options, project);
  if (options.untilDone) return untilDone(run, options, project);
  const status = await run.perform(() => {});
  if (run.hasUpdated && operation !== "destroy") await tellEndings(options, project);
  return status;
}

/** All that is needed before Pulumi begins: where it is asked for its version, this loads meanwhile. */
async function loadRun() {
  const [{ checkSettingsBefore }, { OperationRun }] = await Promise.all([
    import("./checkedSettings.js"),
    import("./operationRun.js"),
    import("../../plan/firstQuestion.js"),
  ]);
  return { checkSettingsBefore, OperationRun };
}

/** Of all jobs, also after a run about some. */
async function tellEndings(options: UpOptions, project: Project): Promise<void> {
  try {
    if (!mayNotify(project.folder)) return;
    const [{ notify }, { openStack }] = await Promise.all([
      import("../../notice/notify.js"),
      import("../../stack/stack.js"),
    ]);
    const stack = await openStack(options, project);
    await notify(stack, await stack.jobs());
  } catch (error) {
    say(plain(`Nobody was told how the jobs stand: ${messageOf(error)}`)); // what was done is done
  }
}

async function operateOnly(
  only: readonly string[],
  operation: Operation,
  args: readonly string[],
  options: UpOptions,
): Promise<number> {
  assertFits(args, options);
  const { destroyOnly, runOnly } = await import("./only.js");
  if (operation === "destroy") return destroyOnly(only, args, options, operate);
  return runOnly(only, operation === "preview" ? operation : "up", args, options, operate);
}

/** @throws CommandError for a name that no sweep with `stopAfter` has */
async function assertReleasable(
  release: readonly string[],
  options: UpOptions,
  project: Project,
): Promise<void> {
  const [{ openStack }, { assertStoppable }] = await Promise.all([
    import("../../stack/stack.js"),
    import("../../stack/stopped.js"),
  ]);
  assertStoppable(await (await openStack(options, project)).jobs(), release);
}

/** @throws CommandError for what cannot be asked of a run about some jobs */
function assertFits(args: readonly string[], { cancelOrphans, untilDone }: UpOptions): void {
  if (isPartial(args)) {
    throw new CommandError("--only chooses the jobs: leave out --target, --exclude and the like");
  }
  if (cancelOrphans)
    throw new CommandError("--cancel-orphans must look at all jobs: leave out --only");
  if (untilDone) throw new CommandError("--until-done waits for all jobs: leave out --only");
}

async function untilDone(run: OperationRun, options: UpOptions, project: Project): Promise<number> {
  const { Interruption } = await import("../../interruption.js");
  using interruption = new Interruption();
  const status = await run.perform(() => interruption.throwIfInterrupted());
  if (!run.hasUpdated) return status;
  interruption.throwIfInterrupted();
  const { goOnUntilDone } = await import("./untilDone.js");
  const { every = 60, timeout } = options;
  const { openStack } = await import("../../stack/stack.js");
  const stack = await openStack(options, project);
  const times = { every, timeout, about: options };
  const first = { isDone: status === 0, reported: run.reported };
  return await goOnUntilDone(stack, run.args, first, times, interruption);
}
