// The native provider of one process, put together: settings as the engine tells them, the same run as through the
// dynamic door, and its announcements through the engine, because nobody shows what this process prints.
import { type AssembleOptions, assemble } from "../assemble";
import { EngineLog } from "../engine/engineLog";
import { namingIn } from "../engine/naming";
import { Operations } from "../operations";
import { stopAsked } from "../run/stopFile";
import { SkahaProvider } from "../runtime";
import { changedSettings, checkedConfig, environmentFor, readerOf } from "./configuration";
import { kindsOf } from "./kinds";
import { Resources } from "./resources";
import { packageSchema } from "./schema/schema";
import type { Door } from "./server";

export interface NativeDoorOptions {
  /** @default the engine that started this process */
  readonly log?: EngineLog;
  /** @default this process's */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** How a run is put together. */
  readonly run?: AssembleOptions;
}

/** @param version of this package */
export function nativeDoor(
  version: string,
  { log = new EngineLog(), env = process.env, run }: NativeDoorOptions = {},
): Door {
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
  const naming = namingIn(env);
  const kinds = kindsOf(new SkahaProvider(operations), log);
  const resources = new Resources(kinds, naming);
  return {
    version,
    schema: () => JSON.stringify(packageSchema(version)),
    resources,
    checkConfig: (news, urn) =>
      naming ? { inputs: news, failures: [] } : checkedConfig(news, environmentFor(urn, news, env)),
    changedSettings,
    configure(config, urn) {
      environment = environmentFor(urn, config, env);
      operations.configure(readerOf(config));
    },
    settled: () => log.settled(),
  };
}
