// A program looked at as if it had never been run: in a backend of its own, which goes afterwards. So the ids are those of a
// first launch, whatever the user's own stacks have, and these need not even be reached.
import { randomUUID } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { scratchFolder } from "../../machine/scratchFolder";
import { type IdentifiedJob, programIds } from "../plan/programIds";
import { PulumiProcess } from "../pulumiProcess";
import { withoutSecretsOfConfig } from "./stackConfig";

export interface FreshStack {
  readonly project: string;
  readonly stack: string;
  /** That ids are made for. */
  readonly organization: string;
  /** Of Pulumi.yaml. */
  readonly folder: string;
  /** The stack's configuration, Pulumi.<stack>.yaml, if it has one. */
  readonly config: string | undefined;
}

/** What would make Pulumi take another stack, backend or passphrase. */
const others = [
  ...["PULUMI_STACK", "PULUMI_OPTION_STACK", "PULUMI_OPTION_CWD", "PULUMI_OPTION_CONFIG_FILE"],
  ...["PULUMI_CONFIG_PASSPHRASE_FILE", "PULUMI_SELF_MANAGED_STATE_GZIP"],
];

/** @throws CommandError with what Pulumi said, where the program fails */
export async function idsInFreshStack(
  { command, env: own }: Pick<PulumiProcess, "command" | "env">,
  { project, stack, organization, folder, config }: FreshStack,
): Promise<readonly IdentifiedJob[]> {
  await using scratch = await scratchFolder();
  const place = (name: string) => path.join(scratch.path, name);
  const env = {
    ...Object.fromEntries(Object.entries(own).filter(([name]) => !others.includes(name))),
    PULUMI_BACKEND_URL: `file://${place("backend")}`,
    PULUMI_CONFIG_PASSPHRASE: randomUUID(),
  };
  await mkdir(place("backend"));
  // Made for a project beside the user's, so that nothing is written into that one.
  await mkdir(place("project"));
  await writeFile(place("project/Pulumi.yaml"), `name: ${project}\nruntime: nodejs\n`);
  const beside = new PulumiProcess(command, place("project"), env);
  await beside.read(["stack", "init", stack, "--secrets-provider", "passphrase", "--no-select"]);
  const salt = await readFile(place(`project/Pulumi.${stack}.yaml`), "utf8").catch(() => "");
  const text = config === undefined ? "" : withoutSecretsOfConfig(config);
  await writeFile(place("config.yaml"), `${text}\n${salt}`);
  const pulumi = new PulumiProcess(command, folder, env);
  const words = ["preview", "--stack", stack, "--config-file", place("config.yaml")];
  return await programIds(pulumi, words, organization); // before the folder goes
}
