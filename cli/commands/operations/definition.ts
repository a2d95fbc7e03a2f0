// How `pulumi-skaha up`, `preview`, `refresh` and `destroy` are called, and their help.
import type { Command } from "commander";
import type { Operation } from "../../plan/pulumiArgs";
import { examples, seconds, stackCommand } from "../options";

export function defineOperations(program: Command): void {
  const up = operation(program, "up")
    .summary("launch new jobs, cancel removed ones, look at the rest")
    .description(
      "Runs pulumi up with the environment that suits this provider, and says for the jobs what it would do and what it did. It asks before it does anything, and asks again before it cancels a job that has been running for over an hour. It passes every option that is not listed here on to Pulumi (pulumi up --help).",
    )
    .addHelpText(
      "after",
      examples(
        "pulumi-skaha up",
        "pulumi-skaha up --yes --skip-preview",
        "pulumi-skaha up --until-done --every 5m --timeout 12h",
        "pulumi-skaha up --cancel-orphans",
        "pulumi-skaha up --only 'study/band=2*'",
        "pulumi-skaha up --only 'gal/Name=NGC 224' --only gal/band=r",
        "pulumi-skaha up --release study",
        "pulumi-skaha up --target '**night-3' --diff",
      ),
    );
  up.option(
    "--until-done",
    "repeat until no job is running and none is Held for a reason that can clear by itself; exit status as for wait",
  )
    .addOption(seconds("--every <time>", "with --until-done: time between two runs of up", 60))
    .addOption(seconds("--timeout <time>", "with --until-done: start no up after this time"));
  only(up);
  release(up);
  changing(up);

  const preview = operation(program, "preview")
    .summary("show what up would do")
    .description(
      "Runs pulumi preview, and says which jobs an up would launch, cancel and hold. It launches and cancels nothing. It passes every option that is not listed here on to Pulumi (pulumi preview --help).",
    )
    .addHelpText(
      "after",
      examples(
        "pulumi-skaha preview",
        "pulumi-skaha preview --diff",
        "pulumi-skaha preview --json",
      ),
    );
  only(preview);
  release(preview);
  acting(preview, "preview");

  const refresh = operation(program, "refresh")
    .summary("learn what became of the jobs")
    .description(
      "Runs pulumi refresh: it looks at all jobs and writes into the state what became of them. It launches and cancels nothing. It passes every option that is not listed here on to Pulumi (pulumi refresh --help).",
    )
    .addHelpText("after", examples("pulumi-skaha refresh --yes"));
  changing(refresh);

  const destroy = operation(program, "destroy")
    .summary("cancel all jobs")
    .description(
      "Runs pulumi destroy: it cancels the jobs that are still running, checks that their sessions are gone, and removes all jobs from the state. It asks before it does anything, and asks again before it cancels a job that has been running for over an hour. It passes every option that is not listed here on to Pulumi (pulumi destroy --help).",
    )
    .addHelpText(
      "after",
      examples(
        "pulumi-skaha destroy",
        "pulumi-skaha destroy --only 'study/band=2*'",
        "pulumi-skaha destroy --yes --cancel-orphans",
      ),
    );
  only(destroy);
  changing(destroy);
}

function operation(program: Command, name: Operation): Command {
  return stackCommand(program, name)
    .usage("[options] [pulumi's options...]")
    .option("-j, --json", "Pulumi's own JSON on stdout")
    .allowUnknownOption()
    .allowExcessArguments();
}

/** Of an operation that can be about some jobs. */
function only(command: Command): void {
  command.option(
    "--only <job>",
    "only this job, by its name in the program, its sweep, the values of its parameters or a pattern with *, as for rerun; can be given several times. All other jobs stay as they are",
    (value: string, before: readonly string[] = []) => [...before, value],
  );
}

function release(command: Command): void {
  command.option(
    "--release <sweep>",
    "let a sweep go on that its stopAfter holds: what has failed so far counts no longer; can be given several times",
    (value: string, before: readonly string[] = []) => [...before, value],
  );
}

/** What the operations that change a stack have in common. */
function changing(command: Command): void {
  command
    .option("-y, --yes", "do not ask")
    .option("-f, --skip-preview", "do it without a preview, and do not ask")
    .option(
      "--cancel-orphans",
      "cancel the stack's sessions that are in neither the program nor the state (default: only list them)",
    );
  acting(command, command.name() as Operation);
}

function acting(command: Command, name: Operation): void {
  command.action(async (options) => {
    const { operate } = await import("./action.js");
    process.exitCode = await operate(name, command.args, options);
  });
}
