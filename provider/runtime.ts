// What the engine's dynamic-provider host calls, found through the pointer in state (`pointer.ts`).
// Each method reads the door's values, hands over to the judgements or the lifecycle, and lets errors
// leave as sentences. One instance serves one process: one command's preview, refresh or update.
import type * as pulumi from "@pulumi/pulumi";
import { Announcer } from "./engine/announce";
import { noEngine, watchEngine } from "./engine/engineWatch";
import { readSettings } from "./engine/settings";
import { JobNotAsDeclaredError, messageOf } from "./errors";
import { isHandledAnew, nextStep, replacedBy } from "./job/change";
import { tagIn } from "./job/identity";
import { checkInputs, trustedInputs } from "./job/inputs";
import { trustedState } from "./job/state";
import { systemClock } from "./lifecycle/clock";
import { LaunchLock } from "./lifecycle/launchLock";
import { Lifecycle } from "./lifecycle/lifecycle";
import { SessionList } from "./lifecycle/sessionList";
import { skahaClient } from "./skaha/client";
import { credentialsFrom } from "./skaha/credentials";

type Props = Record<string, unknown>;

class Provider implements pulumi.dynamic.ResourceProvider<Props, Props> {
  readonly #announce = new Announcer();
  #lifecycle: () => Lifecycle = () => {
    throw new Error("the provider was not configured");
  };

  // The host does not wait for this before the first call: everything is set up synchronously.
  async configure(request: pulumi.dynamic.ConfigureRequest): Promise<void> {
    let lifecycle: Lifecycle | undefined;
    this.#lifecycle = () => {
      lifecycle ??= this.#assemble((key) => request.config.get(key));
      return lifecycle;
    };
  }

  async check(olds: Props, news: Props): Promise<pulumi.dynamic.CheckResult<Props>> {
    return checkInputs(olds, news);
  }

  async diff(id: pulumi.ID, olds: Props, news: Props): Promise<pulumi.dynamic.DiffResult> {
    const replaces = replacedBy(id, olds, news);
    const step = nextStep(trustedState(olds), trustedInputs(news));
    if (replaces.length === 0 && step.do === "nothing" && step.note) {
      this.#announce.say("kept", `${id}: ${step.note}`);
    }
    return {
      changes: replaces.length > 0 || isHandledAnew(olds, news) || step.do !== "nothing",
      replaces,
      deleteBeforeReplace: true,
    };
  }

  async create(inputs: Props): Promise<pulumi.dynamic.CreateResult<Props>> {
    const job = trustedInputs(inputs);
    const state = await this.#do(`create ${job.jobName}`, (life) => life.create(job));
    return { id: job.jobName, outs: stored(state) };
  }

  async read(id: pulumi.ID, props: Props = {}): Promise<pulumi.dynamic.ReadResult<Props>> {
    const state = await this.#do(`refresh ${id}`, (life) => life.read(id, trustedState(props)));
    return { id, props: stored(state) };
  }

  async update(
    id: pulumi.ID,
    olds: Props,
    news: Props,
  ): Promise<pulumi.dynamic.UpdateResult<Props>> {
    const state = await this.#do(`update ${id}`, (life) =>
      life.update(id, trustedState(olds), trustedInputs(news)),
    );
    return { outs: stored(state) };
  }

  async delete(id: pulumi.ID, props: Props): Promise<void> {
    await this.#do(`delete ${id}`, (life) => life.remove(id, trustedState(props)));
  }

  /** Runs one operation; what it throws reaches the user as its message, without a stack. */
  async #do<T>(what: string, operation: (lifecycle: Lifecycle) => Promise<T>): Promise<T> {
    try {
      return await this.#announce.during(() => operation(this.#lifecycle()));
    } catch (error) {
      if (error instanceof JobNotAsDeclaredError) {
        throw new JobNotAsDeclaredError(error.id, stored(error.properties), error.message, {
          cause: error,
        });
      }
      // A new one, because all jobs that waited for one list get the same error.
      const message = messageOf(error);
      const failure = new Error(message.includes(what) ? message : `${what}: ${message}`, {
        cause: error,
      });
      failure.stack = ""; // the host would print it for each resource
      throw failure;
    }
  }

  #assemble(config: (key: string) => string | undefined): Lifecycle {
    const { server, concurrency, stackToken } = readSettings(config, process.env);
    const credentials = credentialsFrom({ env: process.env, stackToken });
    const sessions = new SessionList(
      skahaClient({ server, credentials, concurrency }),
      systemClock,
    );
    const locks = new Map<string, LaunchLock>();
    const lockFor = (key: string) =>
      new LaunchLock({
        key,
        clock: systemClock,
        onTaken: () => sessions.forget(),
        onWaiting: (pid) =>
          this.#announce.say(
            "waiting",
            `waiting for the launches of an earlier run (process ${pid}) to end`,
          ),
      });
    return new Lifecycle({
      server,
      sessions,
      clock: systemClock,
      engine: engineOfThisProcess(),
      announce: this.#announce,
      alone: (user, id, work) => {
        const key = JSON.stringify([server, user, tagIn(id)]);
        const lock = locks.get(key) ?? lockFor(key);
        locks.set(key, lock);
        return lock.hold(work);
      },
    });
  }
}

/** The engine's wire has no `undefined`: it would refuse the whole answer, after the launch. */
function stored(state: object): Props {
  return Object.fromEntries(Object.entries(state).filter(([, value]) => value !== undefined));
}

/** The engine's address is the host's first argument; in any other program there is no engine to lose. */
function engineOfThisProcess() {
  const [, script = "", address = ""] = process.argv;
  const isHost = /[\\/]dynamic-provider([\\/]index\.js)?$/.test(script);
  return isHost && /:\d+$/.test(address) ? watchEngine(address) : noEngine;
}

/** What `exports.handler` of the pointer hands to the host. */
export const provider = new Provider();
