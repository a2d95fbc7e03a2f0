// Whether a `pulumi` will do: it starts, is new enough, and finds what runs Node programs.

import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import satisfies from "semver/functions/satisfies";
import valid from "semver/functions/valid";
import { findExecutable } from "./executables";
import type { VersionMemory } from "./versionMemory";

const nodeHelpers = ["pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"];
const answerTimeoutMs = 60_000;

type Verdict = { readonly version: string } | { readonly reason: string };

export async function judgePulumi(
  command: string,
  {
    accepted,
    env,
    memory,
    meanwhile,
  }: {
    accepted: string;
    env: NodeJS.ProcessEnv;
    memory?: VersionMemory | undefined;
    /** Called while it is asked for its version, where that is not known. */
    meanwhile?: (() => void) | undefined;
  },
): Promise<Verdict> {
  let answer = await memory?.recall(command);
  const isKnown = answer !== undefined;
  try {
    answer ??= await versionOf(command, env, meanwhile);
  } catch (error) {
    const said = error instanceof Error ? error.message.trim() : String(error);
    return { reason: `${command} does not start (${said}).` };
  }
  const version = valid(answer);
  if (!version) return { reason: `${command} says "${answer}" instead of its version.` };
  if (!isKnown) await memory?.keep(command, version);
  if (!satisfies(version, accepted)) {
    return { reason: `${command} is version ${version}; wanted is ${accepted}.` };
  }
  const searchPath = [path.dirname(command), env.PATH ?? ""].join(path.delimiter);
  const missing = nodeHelpers.filter((helper) => !findExecutable(helper, searchPath));
  if (missing.length > 0) {
    return { reason: `${command} has no ${missing.join(" and no ")} beside it or on PATH.` };
  }
  return { version };
}

async function versionOf(
  command: string,
  env: NodeJS.ProcessEnv,
  meanwhile = () => {},
): Promise<string> {
  const asked = promisify(execFile)(command, ["version"], {
    env: withoutPulumiSettings(env),
    timeout: answerTimeoutMs,
  });
  meanwhile();
  return (await asked).stdout.trim();
}

/** The user's settings are for the user's stacks: some change what is printed, or call home. */
function withoutPulumiSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const others = Object.entries(env).filter(([name]) => !name.startsWith("PULUMI_"));
  return {
    ...Object.fromEntries(others),
    PULUMI_HOME: env.PULUMI_HOME,
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}
