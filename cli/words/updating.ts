// The words of the commands that run Pulumi's engine.
import type { Command } from "commander";
import type { Operation } from "../plan/pulumiArgs";
import { aboutStack, asPath, examples, seconds } from "./words";

export function defineUpdating(skaha: Command): void {
  const up = operation(skaha, "up")
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

  const preview = operation(skaha, "preview")
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

  const refresh = operation(skaha, "refresh")
    .summary("learn how the jobs stand")
    .description(
      "Runs pulumi refresh: looks at all jobs and keeps in state what became of them; nothing is launched or cancelled. Every option that is not listed here is passed on to Pulumi (pulumi refresh --help).",
    )
    .addHelpText("after", examples("pulumi-skaha refresh --yes"));
  changing(refresh);

  const destroy = operation(skaha, "destroy")
    .summary("cancel all that runs")
    .description(
      "Runs pulumi destroy: cancels what still runs of the stack's jobs, sees that it is gone, and forgets them. It asks before it does anything, and once more before it cancels a job that has been running for over an hour. Every option that is not listed here is passed on to Pulumi (pulumi destroy --help).",
    )
    .addHelpText(
      "after",
      examples("pulumi-skaha destroy", "pulumi-skaha destroy --yes --cancel-orphans"),
    );
  changing(destroy);

  skaha
    .command("pulumi [words...]")
    .summary("any other command of Pulumi's, like config or stack")
    .usage("[-C <folder>] [pulumi's words...]")
    .description(
      "Runs Pulumi itself with these words, in the project's folder: with the Pulumi CLI that the other commands use, wherever it is, and with the passphrase that init wrote. So no CLI has to be on the PATH. Its exit status is Pulumi's.",
    )
    .option("-C, --cwd <folder>", "before Pulumi's words: run as if started in this folder", asPath)
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .addHelpText(
      "after",
      examples(
        "pulumi-skaha pulumi config set skaha:maxInFlight 50",
        "pulumi-skaha pulumi config set --secret skaha:token TOKEN",
        "pulumi-skaha pulumi stack ls",
        "pulumi-skaha pulumi cancel --yes",
      ),
    )
    .action(async (words: string[], options) => {
      const { runPulumi } = await import("../commands/pulumi.js");
      process.exitCode = await runPulumi(words, options);
    });
}

function operation(skaha: Command, name: Operation): Command {
  return aboutStack(skaha, name)
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
    const { operate } = await import("../commands/up.js");
    process.exitCode = await operate(name, command.args, options);
  });
}
