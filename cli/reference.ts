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

Run it in the folder of a Pulumi project, or anywhere below it. It works on the selected stack, or on the one that
\`--stack\` names. In a project that has the package, type \`npx pulumi-skaha\`.

- Messages go to stderr, and results go to stdout. \`--json\` prints JSON in the form of
  [schema/cli.schema.json](../schema/cli.schema.json). For \`up\`, \`preview\`, \`refresh\` and \`destroy\` it prints Pulumi's own.
  The object of \`preview\` also has \`jobs\`: the names of all jobs by what would happen to them, such as \`launch\`, \`cancel\`,
  \`replace\`, \`hold\` and \`keep\`. \`up\` and \`destroy\` tell the same of what was done in one more line, the last.
- Only terminals get colours, and only if \`NO_COLOR\` is not set. Text from servers, logs and state is shown with its
  control characters written out.
- An error is one sentence. The exit status is 1, but 2 after a timeout, 130 after Ctrl-C and 143 after SIGTERM. \`--debug\`
  shows where an error comes from. An unknown option or argument is an error too, and nothing has been done by then.
- You need no Pulumi CLI: the first command that needs one installs it, and says so.
- The passphrase of the stacks' secrets is in \`.pulumi-passphrase\` beside Pulumi.yaml, as \`init\` writes it, if neither
  \`PULUMI_CONFIG_PASSPHRASE\` nor \`PULUMI_CONFIG_PASSPHRASE_FILE\` is set.`;
