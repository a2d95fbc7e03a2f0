// Makes the troubles of a plan happen: to the server, to the processes, to disks and clocks.
import type { ChildProcess } from "node:child_process";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { JournalEntry } from "../../embedded";
import { realSessionId } from "../../provider/packs/places";
import { checkout } from "../../toolchain/checkout";
import type { Ledger } from "./ledger";
import type { Notes } from "./notes";
import { folder as folderOfChaos, isPlace, type SeenSession } from "./packs";
import type { Place } from "./place";
import { type Moment, nameOf, packKillName, type Trouble } from "./plan";
import { isAlive } from "./promises";
import type { ServerProcess } from "./server";
import { SmallDisk } from "./smallDisk";

/** A command that is under way. */
export interface UnderWay {
  readonly over: AbortSignal;
  readonly cli: () => ChildProcess | undefined;
  /** How many launches the server had seen when the command began. */
  readonly firstLaunches: number;
}

export class Mischief {
  readonly #disks: SmallDisk[] = [];
  #records: SmallDisk | undefined;
  #slowestMs = 0;
  #busyUntil = 0;

  constructor(
    private readonly server: ServerProcess,
    private readonly place: Place,
    private readonly ledger: Ledger,
    private readonly notes: Notes,
  ) {}

  /** The longest that any rule so far has let a request wait: whatever rules there are now, it may be carried out so late. */
  get slowestMs(): number {
    return this.#slowestMs;
  }

  /** Until when a POST of a killed command may come, or be carried out. Milliseconds since 1970. */
  get busyUntil(): number {
    return this.#busyUntil;
  }

  /** What runs writes its records to what is there from the start: a disk of their own, which can be filled. */
  async prepareRecords(): Promise<void> {
    this.#records = await SmallDisk.over(path.join(this.server.dataDir, folderOfChaos, ".jobs"));
    if (this.#records) this.#disks.push(this.#records);
  }

  /** Before the command: rules, disks, clocks. @returns variables that it needs */
  async prepare(trouble: Trouble): Promise<Record<string, string>> {
    switch (trouble.kind) {
      case "fault": {
        await this.server.misbehave(trouble.rules);
        const waits = trouble.rules.map((rule) => (rule.kind === "slow" ? rule.ms : 0));
        this.#slowestMs = Math.max(this.#slowestMs, ...waits);
        return {};
      }
      case "clock":
        this.notes.meets(nameOf(trouble));
        return {
          NODE_OPTIONS: `--require ${path.join(checkout, "test/chaos/clockJump.cjs")}`,
          CHAOS_CLOCK_MS: `${trouble.ms}`,
          CHAOS_CLOCK_AFTER_MS: `${trouble.afterMs}`,
        };
      case "disk full":
        return this.#smallDisk(trouble);
      default:
        return {};
    }
  }

  async #smallDisk(
    trouble: Extract<Trouble, { kind: "disk full" }>,
  ): Promise<Record<string, string>> {
    const { place } = this;
    if (trouble.of === "records") {
      if (this.#records) this.notes.meets(nameOf(trouble));
      else this.notes.leaves(nameOf(trouble), "no small disk can be mounted here");
      await this.#records?.fill();
      return {};
    }
    const folder = {
      logs: place.logs,
      state: place.backend,
      temporary: place.env.TMPDIR ?? "",
    }[trouble.of];
    const disk = await SmallDisk.over(folder);
    if (disk) {
      this.#disks.push(disk);
      this.notes.meets(nameOf(trouble));
      if (trouble.of !== "state") await disk.fill();
      return {};
    }
    if (trouble.of !== "logs") {
      this.notes.leaves(nameOf(trouble), "no small disk can be mounted here");
      return {};
    }
    this.notes.meets(nameOf(trouble));
    return {
      NODE_OPTIONS: `--require ${path.join(checkout, "test/chaos/diskFull.cjs")}`,
      CHAOS_FULL_FOLDER: folder,
    };
  }

  /** During the command. */
  async happens(trouble: Trouble, at: UnderWay): Promise<void> {
    const name = nameOf(trouble);
    switch (trouble.kind) {
      case "kill cli": {
        if (!(await this.#moment(trouble.when, at))) return;
        const child = at.cli();
        if (!child || child.exitCode !== null) return;
        child.kill("SIGKILL");
        this.notes.meets(name);
        this.#mayPostUntil(Date.now() + this.#slowestMs + 500);
        return;
      }
      case "kill provider": {
        if (!(await this.#moment(trouble.when, at))) return;
        const from = Date.now();
        if (!(await this.place.killProvider())) return;
        this.notes.meets(name);
        const to = Date.now() + this.#slowestMs + 1_000;
        this.ledger.raced(from - 200, to);
        this.#mayPostUntil(to);
        return;
      }
      case "kill server":
        if (!(await this.#moment(trouble.when, at))) return;
        await this.server.kill();
        this.notes.meets(name);
        await sleep(trouble.awayMs);
        return this.server.begin();
      case "kill pack": {
        if (!(await this.#moment(trouble.when, at))) return;
        const alive = (await this.server.sessions()).filter((one) => isPlace(one) && isAlive(one));
        const begun = alive.findLast(({ hasBegun }) => hasBegun) ?? alive.at(-1);
        if (begun) await this.killPack(begun, trouble);
        return;
      }
      case "disk full":
        if (trouble.of !== "state") return;
        if (await this.#moment({ launches: 1, ms: 2_500 }, at)) await this.#disks.at(-1)?.fill();
        return;
      default:
        return;
    }
  }

  /** @param session a place in the pack, or the pack itself */
  async killPack(
    session: SeenSession,
    kill: { readonly what: "runner" | "session" | "job"; readonly cut: boolean },
  ): Promise<void> {
    if (!this.server.packs.kill(session, kill.what)) return;
    const isCut = kill.cut && kill.what !== "job";
    this.notes.meets(packKillName({ ...kill, cut: isCut }));
    if (!isCut) return;
    const id = realSessionId(session.id);
    while (this.server.packs.isRunning(id)) await sleep(20);
    this.server.packs.cut(session);
  }

  /** After the command. @param journal what the server was asked, and which fault it answered with */
  async ends(troubles: readonly Trouble[], journal: readonly JournalEntry[]): Promise<void> {
    await this.server.behave();
    for (const disk of this.#disks) await disk.free();
    const applied = new Set(journal.flatMap(({ fault }) => (fault === undefined ? [] : [fault])));
    for (const one of troubles) {
      if (one.kind !== "fault") continue;
      const isMet = one.rules.some(
        (rule) =>
          applied.has(rule.kind) ||
          (rule.kind === "slow" &&
            journal.some(({ method }) => (rule.method ?? method) === method)),
      );
      if (isMet) this.notes.meets(nameOf(one));
    }
  }

  /** Waits until nothing is carried out any more that was asked for before: all goes well from here on. */
  async untilOver(): Promise<void> {
    this.#slowestMs = 0;
    await sleep(Math.max(0, this.#busyUntil - Date.now()));
  }

  close(): void {
    for (const disk of this.#disks) disk.unmount();
  }

  /** A POST may still be carried out until that time. */
  #mayPostUntil(time: number): void {
    this.#busyUntil = Math.max(this.#busyUntil, time);
  }

  /** Waits for a moment of the command. @returns false if the command was over before */
  async #moment({ launches, ms }: Moment, { over, firstLaunches }: UnderWay): Promise<boolean> {
    const deadline = Date.now() + ms;
    for (;;) {
      if (over.aborted) return false;
      if (Date.now() >= deadline) return true;
      if (launches !== undefined && (await this.server.launches()) >= firstLaunches + launches) {
        return true;
      }
      await sleep(15);
    }
  }
}
