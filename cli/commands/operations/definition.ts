// How `pulumi-skaha up`, `preview`, `refresh` and `destroy` are called, and their help.
import type { Command } from "commander";
import type { Operation } from "../../plan/pulumiArgs";
import { examples, seconds, stackCommand } from "../options";

export function defineOperations(program: Command): void {
  const up = operation(program, "up")
    .summary("launch, cancel and look: pulumi up, in jobs")
    .description(
      "Runs pulumi up with the environment that suits this provider, and tells in jobs what it would do and what it has done. It asks before it does anything, and once more before it cancels a job that has been running for over an hour. Every option that is not listed here is passed on to Pulumi (pulumi up --help).",
    )
    .addHelpText(
      "after",
      examples(
        "pulumi-skaha up",
        "pulumi-skaha up --yes --skip-preview",
        "pulumi-skaha up --until-done --every 5m --timeout 12h",
        "pulumi-skaha up --cancel-orphans",
        "pulumi-skaha up --target '**night-3' --diff",
      ),
    );
  up.option("--until-done", "repeat until nothing waits or runs, with bars; exit status as of wait")
    .addOption(seconds("--every <time>", "with --until-done: time between two ups", 60))
    .addOption(seconds("--timeout <time>", "with --until-done: begin no up after this time"));
  changing(up);

  const preview = operation(program, "preview")
    .summary("what up would do")
    .description(
      "Runs pulumi preview, and tells in jobs what an up would launch, cancel and hold. Nothing is launched or cancelled. Every option that is not listed here is passed on to Pulumi (pulumi preview --help).",
    )
    .addHelpText(
      "after",
      examples(
        "pulumi-skaha preview",
        "pulumi-skaha preview --diff",
        "pulumi-skaha preview --json",
      ),
    );
  acting(preview, "preview");

  const refresh = operation(program, "refresh")
    .summary("learn how the jobs stand")
    .description(
      "Runs pulumi refresh: looks at all jobs and keeps in state what became of them; nothing is launched or cancelled. Every option that is not listed here is passed on to Pulumi (pulumi refresh --help).",
    )
    .addHelpText("after", examples("pulumi-skaha refresh --yes"));
  changing(refresh);

  const destroy = operation(program, "destroy")
    .summary("cancel all that runs")
    .description(
      "Runs pulumi destroy: cancels what still runs of the stack's jobs, sees that it is gone, and forgets them. It asks before it does anything, and once more before it cancels a job that has been running for over an hour. Every option that is not listed here is passed on to Pulumi (pulumi destroy --help).",
    )
    .addHelpText(
      "after",
      examples("pulumi-skaha destroy", "pulumi-skaha destroy --yes --cancel-orphans"),
    );
  changing(destroy);
}

function operation(program: Command, name: Operation): Command {
  return stackCommand(program, name)
    .usage("[options] [pulumi's options...]")
    .option("-j, --json", "Pulumi's own JSON on stdout")
    .allowUnknownOption()
    .allowExcessArguments();
}

/** What the operations that change a stack have in common. */
function changing(command: Command): void {
  command
    .option("-y, --yes", "ask nothing")
    .option("-f, --skip-preview", "do it without a preview, and ask nothing")
    .option(
      "--cancel-orphans",
      "cancel the stack's sessions that are in neither program nor state; without this they are named",
    );
  acting(command, command.name() as Operation);
}

function acting(command: Command, name: Operation): void {
  command.action(async (options) => {
    const { operate } = await import("./action.js");
    process.exitCode = await operate(name, command.args, options);
  });
}
