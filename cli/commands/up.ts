// `pulumi-skaha up`, `preview`, `refresh` and `destroy`: Pulumi, with what it would do and has done told in
// jobs. A preview and an update are two runs of the engine, as with Pulumi itself; in between it asks.

import { messageOf } from "../../provider/errors";
import type { LaunchPolicy } from "../../provider/job/hold";
import { isAlive, statusOf } from "../../provider/job/status";
import type { FirstList } from "../../provider/lifecycle/firstList";
import { canAsk, confirm, longRunMs } from "../ask";
import { CommandError } from "../commandError";
import type { Deed } from "../plan/deeds";
import {
  configFile,
  isPartial,
  isPreviewOnly,
  isPulumisOwn,
  leavesOutRefresh,
  type Operation,
  previewOf,
  setsConfig,
  updateOf,
} from "../plan/passedOn";
import { type Phase, runPhase } from "../plan/phase";
import { type GlobalOptions, openProject, type Project } from "../project";
import { isStillLaunching } from "../stack/launching";
import type { Stack } from "../stack/stack";
import { coloured, colouredStatus, duration, plain, say } from "../terminal";

export interface UpOptions extends GlobalOptions {
  readonly yes?: boolean | undefined;
  readonly skipPreview?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly cancelOrphans?: boolean | undefined;
  readonly untilDone?: boolean | undefined;
  /** Seconds, with `untilDone`: between two `up`, and until none is begun. */
  readonly every?: number | undefined;
  readonly timeout?: number | undefined;
}

/**
 * @param words all that is Pulumi's, as it was written
 * @returns the exit status
 */
export async function operate(
  operation: Operation,
  words: readonly string[],
  options: UpOptions,
): Promise<number> {
  if (options.cancelOrphans && isPartial(words)) {
    throw new CommandError(
      "--cancel-orphans needs a look at all jobs: leave out --target, --exclude and --exclude-protected",
    );
  }
  if (options.untilDone && (options.json || isPulumisOwn(words))) {
    throw new CommandError(
      "--until-done is many ups, and says how they went: leave out --json, --plan, --strict and the like",
    );
  }
  if (options.untilDone && leavesOutRefresh(words)) {
    throw new CommandError(
      "--until-done waits for what a refresh sees: leave out --refresh=false, or give one up with it first",
    );
  }
  const project = await openProject(options);
  const operating = new Operating(operation, words, options, project);
  return options.untilDone ? untilDone(operating, options, project) : operating.run(() => {});
}

async function untilDone(
  operating: Operating,
  options: UpOptions,
  project: Project,
): Promise<number> {
  const { Interruption } = await import("../interruption.js");
  using interruption = new Interruption();
  const status = await operating.run(() => interruption.throwIfInterrupted());
  if (!operating.hasUpdated) return status;
  interruption.throwIfInterrupted();
  const { goOnUntilDone } = await import("./untilDone.js");
  const { every = 60, timeout } = options;
  const { openStack } = await import("../stack/stack.js");
  const stack = await openStack(options, project);
  const times = { every, timeout, about: options };
  return await goOnUntilDone(stack, operating.words, status === 0, times, interruption);
}

class Operating {
  /** All that Pulumi is told. */
  readonly words: readonly string[];
  /** Whether more was done than to look. */
  hasUpdated = false;
  #stack: Promise<Stack | undefined> | undefined;
  /** What the server listed before the first run of the engine, which takes it. */
  #first: FirstList | undefined;
  /** Why the stack's configuration could not be read. */
  #problem = "";

  constructor(
    private readonly operation: Operation,
    words: readonly string[],
    private readonly options: UpOptions,
    private readonly project: Project,
  ) {
    const { stack, json, debug } = options;
    this.words = [
      ...(stack === undefined ? [] : ["--stack", stack]),
      ...(json ? ["--json"] : []),
      ...(debug ? ["--debug"] : []),
      ...words,
    ];
  }

  /** @param mayGoOn asked before anything is done; throws where the user has changed their mind */
  async run(mayGoOn: () => void): Promise<number> {
    const { operation } = this;
    if (isPreviewOnly(operation, this.words)) {
      await this.#ask();
      return (await this.#previewed()).status;
    }
    if (isPulumisOwn(this.words)) {
      await this.#ask();
      return this.#handedOver();
    }
    if (!this.#isAgreed && !canAsk()) {
      throw new CommandError(
        `without a terminal nobody can be asked: say --yes, or look first with pulumi-skaha ${operation === "up" ? "preview" : `${operation} --preview-only`}`,
      );
    }
    await this.#ask();
    if (!this.options.skipPreview) {
      const { status, deeds } = await this.#previewed();
      if (status !== 0) return status;
      if (!this.#isAgreed && !(await this.#isConfirmed(deeds))) {
        say("Nothing was done.");
        return 1;
      }
    }
    mayGoOn();
    return this.#done(await this.#updated(updateOf(operation, this.words)));
  }

  /** What would fail each job fails here, in one sentence. */
  async #ask(): Promise<void> {
    const { askFirst } = await import("../plan/firstQuestion.js");
    const { operation, words, project, options } = this;
    this.#first = await askFirst(operation, words, project, options.stack, () => this.#opened());
  }

  get #isAgreed(): boolean {
    const { yes, skipPreview } = this.options;
    const { PULUMI_SKIP_CONFIRMATIONS: skip = "" } = this.project.pulumi.env;
    return Boolean(yes || skipPreview || /^(1|true)$/i.test(skip));
  }

  /** What Pulumi does in one go: it asks by itself, and only what was done can be told in jobs. */
  async #handedOver(): Promise<number> {
    const { yes, skipPreview } = this.options;
    const more = [...(yes ? ["--yes"] : []), ...(skipPreview ? ["--skip-preview"] : [])];
    return this.#done(await this.#phase([this.operation, ...more, ...this.words]));
  }

  async #previewed(): Promise<{ status: number; deeds: readonly Deed[] }> {
    this.#openSoon();
    const isSilent = this.options.json === true && !isPreviewOnly(this.operation, this.words);
    const phase = await this.#phase(previewOf(this.operation, this.words), isSilent);
    if (phase.status !== 0) return { status: phase.status, deeds: [] };
    const { refreshedInWords, told } = await telling();
    if (this.operation === "refresh") {
      heading("To be seen", refreshedInWords(phase.refreshed));
      return { status: 0, deeds: [] };
    }
    const deeds = await this.#intended(phase);
    heading("To do", told(deeds, "todo") ?? "there are no jobs", phase.others);
    return { status: 0, deeds };
  }

  async #intended({ changes }: Phase): Promise<Deed[]> {
    const { intended } = await import("../plan/intended.js");
    const stack = await this.#opened();
    let policy: LaunchPolicy = {
      now: Date.now(),
      window: undefined,
      maxInFlight: undefined,
    };
    let inFlight: number | undefined;
    try {
      const connection = stack?.connection();
      if (connection) {
        const { window, maxInFlight } = connection.settings;
        policy = { ...policy, window, maxInFlight };
        const launches = intended(changes, policy, 0).some(({ kind }) => kind === "launch");
        if (maxInFlight !== undefined && launches) {
          const { sessions } = await connection.client.list();
          inFlight = sessions.filter(({ status }) => isAlive(statusOf(status))).length;
        }
      }
    } catch (error) {
      say(plain(`Not asked how many sessions there are: ${messageOf(error)}`));
    }
    return intended(changes, policy, inFlight);
  }

  async #isConfirmed(deeds: readonly Deed[]): Promise<boolean> {
    const what = this.operation === "up" ? "update" : this.operation;
    if (!(await confirm(`Perform this ${what}?`))) return false;
    const long = deeds.filter(
      ({ kind, runningMs = 0 }) => kind === "cancel" && runningMs > longRunMs,
    );
    if (long.length === 0) return true;
    const { named } = await telling();
    const which = named(
      long.map((deed) => ({ name: `${deed.name} (${duration(deed.runningMs ?? 0)})` })),
    );
    const [job, it] =
      long.length === 1 ? ["A job that has", "it"] : [`${long.length} jobs that have`, "them"];
    return confirm(
      `${job} been running for over an hour would be cancelled: ${which}. Cancel ${it}?`,
    );
  }

  async #updated(words: readonly string[]): Promise<Phase> {
    if (this.options.cancelOrphans) this.#openSoon();
    return this.#phase(words);
  }

  /** Runs the engine; where a killed run left something in its way, mends that or says what to do. */
  async #phase(words: readonly string[], isSilent = false): Promise<Phase> {
    // What tells of it loads while Pulumi is at work.
    const options = { isSilent, first: this.#first, meanwhile: telling };
    this.#first = undefined;
    const phase = await runPhase(this.project.pulumi, words, options);
    if (phase.status === 0 || phase.hasBegun) return phase;
    const { mended } = await import("../stack/leftover.js");
    const isMended = await mended(this.project, this.options);
    return isMended ? runPhase(this.project.pulumi, words, options) : phase;
  }

  async #done(phase: Phase): Promise<number> {
    const { status, changes, refreshed } = phase;
    if (!phase.hasBegun) return this.#leftOrphans(status);
    this.hasUpdated = true;
    if (phase.isUntold) {
      say("What was done cannot be told in jobs: see pulumi-skaha status.");
      return this.#leftOrphans(status);
    }
    const { countByStatus, done, refreshedInWords, told } = await telling();
    if (this.operation === "refresh") {
      heading("Seen", refreshedInWords(refreshed));
    } else {
      heading("Done", told(done(phase, Date.now()), "done") ?? "there are no jobs", phase.others);
    }
    const now = [
      ...changes.map(({ after }) => after),
      ...(changes.length === 0 ? refreshed.map(({ after }) => after) : []),
    ].filter((state) => state !== undefined);
    if (now.length > 0 && this.operation !== "destroy")
      heading("Now", countsInWords(countByStatus(now)));
    return status === 0 ? this.#sweptOrphans(phase) : this.#leftOrphans(status);
  }

  /** What a run that failed leaves undone cannot be told from what nobody wants. */
  #leftOrphans(status: number): number {
    if (!this.options.cancelOrphans) return status;
    const isWell = status === 0;
    say(
      `Orphans were not cancelled: ${isWell ? "" : "put right what failed, then "}run this again.`,
    );
    return isWell ? 1 : status;
  }

  async #sweptOrphans(phase: Phase): Promise<number> {
    if (isPartial(this.words)) return 0;
    const { cancelOrphans = false } = this.options;
    const { lastList } = phase;
    // A provider that outlives its killed engine may launch what this run's list could not show yet.
    const mayGrow = isStillLaunching(phase);
    const { showsNoOrphans } = await telling();
    if (!cancelOrphans && !mayGrow && lastList && showsNoOrphans(lastList, phase)) return 0;
    const stack = await this.#opened();
    if (stack === undefined) {
      say(plain(`Orphans were not looked for: ${this.#problem}`));
      return cancelOrphans ? 1 : 0;
    }
    const { sweepOrphans } = await import("../stack/orphans.js");
    return sweepOrphans(stack, this.operation, phase, {
      stackName: this.options.stack,
      cwd: this.options.cwd,
      isCancelling: cancelOrphans,
      isAgreed: this.#isAgreed,
    });
  }

  /** Reads the configuration while Pulumi is at work, unless this run of Pulumi changes it. */
  #openSoon(): void {
    if (!setsConfig(this.words)) void this.#opened();
  }

  async #opened(): Promise<Stack | undefined> {
    const options = { ...this.options, configFile: configFile(this.words) };
    this.#stack ??= (async () => {
      try {
        const { openStack } = await import("../stack/stack.js");
        return await openStack(options, this.project);
      } catch (error) {
        this.#stack = undefined; // a stack or a passphrase that Pulumi asks for is there later
        this.#problem = messageOf(error);
        return undefined;
      }
    })();
    return this.#stack;
  }
}

/** Loaded once there is something to tell, so that Pulumi begins sooner. */
async function telling() {
  const [deeds, { done }, orphans, { refreshedInWords }, { countByStatus }] = await Promise.all([
    import("../plan/deeds.js"),
    import("../plan/done.js"),
    import("../plan/orphans.js"),
    import("../plan/refreshed.js"),
    import("../../provider/job/status.js"),
  ]);
  return { ...deeds, ...orphans, done, refreshedInWords, countByStatus };
}

function heading(title: string, text: string, others = 0): void {
  const more = others > 0 ? `; ${others} other ${others === 1 ? "resource" : "resources"}` : "";
  say(`${coloured("bold", `${title}:`, process.stderr)} ${text}${more}`);
}

function countsInWords(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([status, count]) => colouredStatus(status, `${count} ${plain(status)}`, process.stderr))
    .join(", ");
}
