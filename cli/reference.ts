// docs/cli.md, made from the definitions of the commands: what --help says, on one page.
import type { Command } from "commander";

const width = 100;

export function reference(program: Command): string {
  const commands = program.createHelp().visibleCommands(program).filter(isDocumented);
  const rows = commands.map(
    (command) => `| [\`${command.name()}\`](#${command.name()}) | ${command.summary()} |`,
  );
  return `${[introduction, ["| | |", "|---|---|", ...rows].join("\n"), ...commands.map(section)].join("\n\n")}\n`;
}

/** What commander adds by itself explains itself. */
function isDocumented(command: Command): boolean {
  return command.name() !== "help";
}

function section(command: Command): string {
  return `## ${command.name()}\n\n\`\`\`\n${helpOf(command).trim()}\n\`\`\``;
}

export function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
    getOutHelpWidth: () => width,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return text;
}

const introduction = `# The command pulumi-skaha

<!-- Made from the definitions in cli/commands by \`npm run docs\`: edit there. -->

It runs in the folder of a Pulumi project, or anywhere below it, for the stack that is selected or named with \`--stack\`.
In a project that has the package it is \`npx pulumi-skaha\`.

- Messages go to stderr; what was asked for goes to stdout. \`--json\` prints what a machine reads, in the form of
  [schema/cli.schema.json](../schema/cli.schema.json); of \`up\`, \`preview\`, \`refresh\` and \`destroy\` it is Pulumi's own.
- Colours are for terminals only, and never where \`NO_COLOR\` is set. Text that comes from servers, logs and state is shown
  with its control characters written out.
- An error is one sentence, and exit status 1 (2 where a time was over, 130 after Ctrl-C, 143 after SIGTERM); \`--debug\` shows
  where it comes from. A word that is not understood ends a command before it does anything, with exit status 1 too.
- There is no need to have a Pulumi CLI: the first command that needs one gets it, and says so.
- \`.pulumi-passphrase\` beside Pulumi.yaml, as \`init\` writes it, is the passphrase of the stacks' secrets, where neither
  \`PULUMI_CONFIG_PASSPHRASE\` nor \`PULUMI_CONFIG_PASSPHRASE_FILE\` is set.`;
