// What the native provider does for resources, put together: the same run as through the dynamic door, with announcements
// through the engine. Loaded for the first thing that is to be done: the engine starts one more process of this provider for
// each run of a program that has a state, only to ask whether the settings are the same.
import { type AssembleOptions, assemble } from "../assemble";
import type { EngineLog } from "../engine/engineLog";
import { type ConfigReader, Operations } from "../operations";
import { namingIn } from "../run/namingAsked";
import { stopAsked } from "../run/stopFile";
import { SkahaProvider } from "../runtime";
import { kindsOf } from "./kinds";
import { Resources } from "./resources";

type Environment = Readonly<Record<string, string | undefined>>;

export interface Acting {
  readonly resources: Resources;
  /** @param env for the provider that has these settings */
  readonly configure: (config: ConfigReader, env: Environment) => void;
}

/** @param env of this process */
export function actingIn(
  env: Environment,
  log: EngineLog,
  run: AssembleOptions | undefined,
): Acting {
  let environment = env;
  const operations: Operations = new Operations({
    makeRun: (config, report) =>
      assemble(config, environment, {
        report,
        write: (line) => log.say(line),
        isInterrupted: () => operations.isInterrupted(),
        ...run,
      }),
    isInterrupted: () => resources.isInterrupted || isAskedToStop(),
  });
  const isAskedToStop = stopAsked(env);
  const resources = new Resources(kindsOf(new SkahaProvider(operations), log), namingIn(env));
  return {
    resources,
    configure(config, ofProvider) {
      environment = ofProvider;
      operations.configure(config);
    },
  };
}
