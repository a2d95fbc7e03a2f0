// One run of `up`, `preview`, `refresh` or `destroy`: a preview and an update are two runs of the engine, as with
// Pulumi itself; in between it asks.
import { messageOf } from "../../../provider/errors";
import type { FirstList } from "../../../provider/run/firstList";
import { canAsk } from "../../ask";
import { CommandError, StackError } from "../../commandError";
import { type EngineRun, runEngine } from "../../plan/engineRun";
import type { Previewed } from "../../plan/jobsInJson";
import {
  configFile,
  isPartial,
  isPreviewOnly,
  isPulumisOwn,
  type Operation,
  previewOf,
  setsConfig,
  updateOf,
} from "../../plan/pulumiArgs";
import type { GlobalOptions, Project } from "../../project";
import type { Elsewhere } from "../../pulumiProcess";
import type { Stack } from "../../stack/stack";
import { suggested } from "../../suggested";
import { plain, say } from "../../terminal";
import { countsInWords, heading, loadDescriptions } from "./descriptions";

export interface UpOptions extends GlobalOptions {
  readonly yes?: boolean | undefined;
  readonly skipPreview?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly cancelOrphans?: boolean | undefined;
  readonly untilDone?: boolean | undefined;
  /** Sweeps that `stopAfter` holds, and that are to go on. */
  readonly release?: readonly string[] | undefined;
  /** The jobs that it is about. @default all */
  readonly only?: readonly string[] | undefined;
  /** Seconds, with `untilDone`: between two `up`, and until none is begun. */
  readonly every?: number | undefined;
  readonly timeout?: number | undefined;
}

export class OperationRun {
  /** All that Pulumi is told. */
  readonly args: readonly string[];
  /** Whether more was done than to look. */
  hasUpdated = false;
  /** What the provider of the last update said. */
  reported: EngineRun["reported"] = [];
  #stack: Promise<Stack | undefined> | undefined;
  /** What the server listed before the first run of the engine, until that takes it. */
  readonly #firsts: (FirstList | undefined)[] = [];
  /** Asks for it, where that may be done while the first run of the engine begins. */
  #question: (() => Promise<FirstList | undefined>) | undefined;
  /** The sessions in it. */
  #sessionIds: ReadonlySet<string> | undefined;
  /** Why the stack's configuration could not be read. */
  #problem: unknown;

  constructor(
    private readonly operation: Operation,
    args: readonly string[],
    private readonly options: UpOptions,
    private readonly project: Project,
  ) {
    const { stack, json, debug } = options;
    this.args = [
      ...(stack === undefined ? [] : ["--stack", stack]),
      ...(json ? ["--json"] : []),
      ...(debug ? ["--debug"] : []),
      ...args,
    ];
  }

  /** @param mayGoOn asked before anything is done; throws where the user has changed their mind */
  async perform(mayGoOn: () => void): Promise<number> {
    const { operation } = this;
    if (isPreviewOnly(operation, this.args)) {
      await this.#ask(previewOf(operation, this.args));
      return (await this.#previewed()).status;
    }
    if (isPulumisOwn(this.args)) {
      await this.#ask([operation]);
      return this.#handedOver();
    }
    if (!this.#isAgreed && !canAsk()) {
      throw new CommandError(
        `there is no terminal to ask on: give --yes, or look first with pulumi-skaha ${operation === "up" ? "preview" : `${operation} --preview-only`}`,
      );
    }
    const updating = updateOf(operation, this.args);
    await this.#ask(this.options.skipPreview ? updating : previewOf(operation, this.args));
    if (!this.options.skipPreview) {
      const { status, actions } = await this.#previewed();
      if (status !== 0) return status;
      const { isConfirmed } = await import("./confirmation.js");
      if (!this.#isAgreed && !(await isConfirmed(operation, actions))) {
        say("Nothing was done.");
        return 1;
      }
    }
    mayGoOn();
    return this.#done(await this.#updated(updating));
  }

  /**
   * What would fail each job fails here, in one sentence.
   * @param engineArgs of the first run of the engine
   */
  async #ask(engineArgs: readonly string[]): Promise<void> {
    const { operation, args, project, options } = this;
    const { assertInstalled } = await import("../../plan/packages.js");
    assertInstalled(project.folder);
    await this.#chooseStack();
    const { describeHosts, endLeftHosts } = await import("../../stack/leftHosts.js");
    const hosts = await endLeftHosts(project);
    if (hosts.length > 0) say(`Ended ${describeHosts(hosts)}.`);
    // Kept nowhere: a list of thousands would take memory while Pulumi runs. A run that is tried again asks again.
    const question = async () => {
      const { askFirst } = await import("../../plan/firstQuestion.js");
      const opened = () => this.#opened();
      const first = await askFirst(operation, args, project, options.stack, opened);
      this.#sessionIds = first && new Set(first.sessions.map(({ id }) => id));
      return first;
    };
    const { mayBeginUnasked } = await import("../../plan/unasked.js");
    if (mayBeginUnasked(project.pulumi, engineArgs)) this.#question = question;
    else this.#firsts.push(await question());
  }

  /**
   * Without a selected stack Pulumi ends: the only one there is has to be taken before it begins.
   * @throws StackError where there is none, or Pulumi would have to ask for one, and nobody can be asked
   */
  async #chooseStack(): Promise<void> {
    const { stateFileOf, textOf } = await import("../../stack/ownState.js");
    const { folder, env } = this.project.pulumi;
    const { stack } = this.options;
    const file = stateFileOf({ folder, env, stack });
    const isThere = stack === undefined ? file !== undefined : !file || textOf(file) !== undefined;
    if (isThere || (await this.#opened()) !== undefined || canAsk()) return;
    if (this.#problem instanceof StackError) throw this.#problem;
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
    return this.#done(await this.#runEngine([this.operation, ...more, ...this.args]));
  }

  async #previewed(): Promise<Previewed> {
    if (this.options.json !== true) return this.#planned();
    if (!isPreviewOnly(this.operation, this.args)) return this.#planned("ignore");
    const { previewWithJobs } = await import("../../plan/jobsInJson.js");
    return previewWithJobs((stdout) => this.#planned(stdout), this.project.pulumi.env);
  }

  /** @param stdout where Pulumi prints; here, where it is not said */
  async #planned(stdout?: Elsewhere): Promise<Previewed> {
    const args = previewOf(this.operation, this.args);
    const run = await this.#runEngine(args, { stdout, needsStack: true });
    if (run.status !== 0) return { status: run.status, actions: [] };
    const { describeRefresh, describeActions, jobsByAction } = await loadDescriptions();
    if (this.operation === "refresh") {
      heading("To be seen", describeRefresh(run.refreshed));
      return { status: 0, actions: [] };
    }
    const { planNow } = await import("./planNow.js");
    const { release } = this.options;
    const stack = await this.#opened();
    const actions = await planNow(run.changes, stack, this.#sessionIds, release);
    heading("To do", describeActions(actions, "todo") ?? "there are no jobs", run.others);
    const cost = await this.#toldCost(run, actions, stack);
    return { status: 0, actions, jobs: jobsByAction(actions), ...(cost && { cost }) };
  }

  async #toldCost({ changes }: EngineRun, actions: Previewed["actions"], stack?: Stack) {
    if (this.operation === "destroy") return undefined;
    const { tellCost } = await import("./tellCost.js");
    return tellCost(changes, actions, stack);
  }

  async #updated(args: readonly string[]): Promise<EngineRun> {
    return this.#runEngine(args, { needsStack: this.options.cancelOrphans === true });
  }

  /** Runs the engine; where a killed run left something in its way, mends that or says what to do. */
  async #runEngine(
    args: readonly string[],
    { stdout, needsStack = false }: { stdout?: Elsewhere | undefined; needsStack?: boolean } = {},
  ): Promise<EngineRun> {
    // What is needed when it is over loads while Pulumi is at work.
    const meanwhile = () => {
      if (needsStack) this.#openSoon();
      return loadDescriptions();
    };
    const { release: released } = this.options;
    const takeFirst = () => this.#firsts.pop();
    const options = { stdout, released, takeFirst, question: this.#question, meanwhile };
    this.#question = undefined;
    const run = await runEngine(this.project.pulumi, args, options);
    if (run.status === 0 || run.hasBegun) return run;
    const { repairLeftover } = await import("../../stack/leftover.js");
    const isMended = await repairLeftover(this.project, this.options);
    return isMended ? runEngine(this.project.pulumi, args, options) : run;
  }

  async #done(run: EngineRun): Promise<number> {
    const { status, changes, refreshed } = run;
    if (!run.hasBegun) return this.#leftOrphans(status);
    this.hasUpdated = true;
    this.reported = run.reported;
    if (run.isUnknown) {
      say("It is not known what was done to the jobs: see pulumi-skaha status.");
      return this.#leftOrphans(status);
    }
    const { completedActions, countByStatus, describeActions, describeRefresh, jobsByAction } =
      await loadDescriptions();
    if (this.operation === "refresh") {
      const isNothingSeen = refreshed.length === 0 && status !== 0;
      heading(
        "Seen",
        isNothingSeen ? "no job: see what failed, above" : describeRefresh(refreshed),
      );
    } else {
      const nothing = status === 0 ? "there are no jobs" : "nothing: see what failed, above";
      const actions = completedActions(run, Date.now());
      heading("Done", describeActions(actions, "done") ?? nothing, run.others);
      if (actions.some(({ kind }) => kind === "interrupt")) {
        say(suggested(`The next pulumi-skaha ${this.operation} does the rest.`, this.options));
      }
      if (this.options.json) {
        const { printJobs } = await import("../../plan/jobsInJson.js");
        printJobs(jobsByAction(actions));
      }
    }
    const now = [
      ...changes.map(({ after }) => after),
      ...(changes.length === 0 ? refreshed.map(({ after }) => after) : []),
    ].filter((state) => state !== undefined);
    if (now.length > 0 && this.operation !== "destroy")
      heading("Now", countsInWords(countByStatus(now)));
    return status === 0 ? this.#reportOrphans(run) : this.#leftOrphans(status);
  }

  /** What a run that failed leaves undone cannot be told from what nobody wants. */
  #leftOrphans(status: number): number {
    if (!this.options.cancelOrphans) return status;
    const isWell = status === 0;
    say(`Orphans were not cancelled: ${isWell ? "" : "correct what failed, then "}run this again.`);
    return isWell ? 1 : status;
  }

  async #reportOrphans(run: EngineRun): Promise<number> {
    if (isPartial(this.args)) return 0;
    const { cancelOrphans = false } = this.options;
    const { lastList } = run;
    const { isStillLaunching, showsNoOrphans } = await loadDescriptions();
    // A provider that outlives its killed engine may launch what this run's list could not show yet.
    const mayGrow = isStillLaunching(run);
    if (!cancelOrphans && !mayGrow && lastList && showsNoOrphans(lastList, run)) return 0;
    const stack = await this.#opened();
    if (stack === undefined) {
      say(plain(`Orphans were not looked for: ${messageOf(this.#problem)}`));
      return cancelOrphans ? 1 : 0;
    }
    const { reportOrphans } = await import("../../plan/cancelOrphans.js");
    return reportOrphans(stack, this.operation, run, {
      stackName: this.options.stack,
      cwd: this.options.cwd,
      isCancelling: cancelOrphans,
      isAgreed: this.#isAgreed,
    });
  }

  /** Reads the configuration while Pulumi is at work, unless this run of Pulumi changes it. */
  #openSoon(): void {
    if (!setsConfig(this.args)) void this.#opened();
  }

  async #opened(): Promise<Stack | undefined> {
    const options = { ...this.options, configFile: configFile(this.args) };
    this.#stack ??= (async () => {
      try {
        const { openStack } = await import("../../stack/stack.js");
        return await openStack(options, this.project);
      } catch (error) {
        this.#stack = undefined; // a stack or a passphrase that Pulumi asks for is there later
        this.#problem = error;
        return undefined;
      }
    })();
    return this.#stack;
  }
}
