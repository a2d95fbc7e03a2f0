// What the story needs around it: a folder, an embedded Skaha server with the study's files, and a
// Pulumi with a backend of its own. All of it goes when the stage is disposed of.
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Skaha, startSkaha } from "../embedded";
import { checkout } from "../toolchain/checkout";
import type { Pulumi } from "../toolchain/pulumiCli";
import { PulumiCommand } from "./pulumiCommand";
import { say } from "./terminal";

export interface Stage extends AsyncDisposable {
  readonly skaha: Skaha;
  readonly pulumi: PulumiCommand;
  /** `/arc/projects/sunspots` of the server. */
  readonly project: string;
  /** Its configuration file lies in the checkout, where other demos may run: no two have the same name. */
  readonly stackName: string;
  readonly signal: AbortSignal;
}

export async function raiseStage(cli: Pulumi, signal: AbortSignal): Promise<Stage> {
  await using undo = new AsyncDisposableStack();
  const folder = await mkdtemp(path.join(tmpdir(), "pulumi-skaha-demo-"));
  undo.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));

  const stackName = `demo-${path.basename(folder).slice(-6).toLowerCase()}-${process.pid}`;
  undo.defer(() => rm(path.join(checkout, `Pulumi.${stackName}.yaml`), { force: true }));

  const dataDir = path.join(folder, "skaha");
  const project = path.join(dataDir, "arc/projects/sunspots");
  await cp(path.join(checkout, "examples/parameter-study"), project, { recursive: true });

  // Four jobs at a time, so that the others are seen waiting.
  const skaha = await startSkaha({ dataDir, capacity: { cores: 4, ramGiB: 16 } });
  undo.defer(() => skaha.stop());
  say(`Embedded Skaha server: ${skaha.url}, which runs jobs as processes of this machine`);

  const state = path.join(folder, "state");
  await mkdir(state);
  const pulumi = new PulumiCommand({
    command: cli.command,
    cwd: checkout,
    env: {
      ...withoutSettings(process.env),
      ...cli.env,
      PULUMI_HOME: path.join(folder, "pulumi"),
      PULUMI_BACKEND_URL: `file://${state}`,
      PULUMI_CONFIG_PASSPHRASE: "demo",
      CANFAR_URL: skaha.url,
      CANFAR_TOKEN: skaha.token,
    },
    signal,
  });
  const kept = undo.move();
  return {
    skaha,
    pulumi,
    project,
    stackName,
    signal,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** The user's settings are for the user's stacks and servers. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(PULUMI|CANFAR)_/.test(name)),
  );
}
