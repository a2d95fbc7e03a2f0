// The native provider of one process: settings as the engine tells them, and what is done for resources (`acting.ts`) as soon
// as there is something to do. Its announcements go through the engine, because nobody shows what this process prints.
import { reportFile } from "../actions/runReport";
import type { AssembleOptions } from "../assemble";
import { EngineLog, engineOfThisProcess } from "../engine/engineLog";
import { namingIn } from "../run/namingAsked";
import type { Acting } from "./acting";
import {
  changedSettings,
  checkedConfig,
  environmentFor,
  readerOf,
  unknownSettingsOf,
} from "./configuration";
import { linesTo } from "./grpc/engineLines";
import type { Door } from "./grpc/server";

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
  {
    log = new EngineLog(engineOfThisProcess(), linesTo),
    env = process.env,
    run,
  }: NativeDoorOptions = {},
): Door {
  let loaded: Acting | undefined;
  const acting = (): Acting => {
    const { actingIn } = require("./acting") as typeof import("./acting");
    loaded ??= actingIn(env, log, run);
    return loaded;
  };
  const isNaming = namingIn(env) !== undefined;
  return {
    version,
    schema() {
      const { packageSchema } = require("./schema/schema") as typeof import("./schema/schema");
      return JSON.stringify(packageSchema(version));
    },
    resources: () => acting().resources,
    cancel: () => loaded?.resources.cancel(),
    leave(exit) {
      if (loaded) loaded.resources.leave(exit);
      else exit();
    },
    checkConfig(news, urn) {
      if (isNaming) return { inputs: news, failures: [] };
      for (const one of unknownSettingsOf(urn, news, Boolean(env[reportFile]))) log.warn(one);
      return checkedConfig(news, environmentFor(urn, news, env));
    },
    changedSettings,
    configure(config, urn) {
      acting().configure(readerOf(config), environmentFor(urn, config, env));
    },
    settled: () => log.settled(),
  };
}
