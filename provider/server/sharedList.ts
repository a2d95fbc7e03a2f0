// The server's list for commands that are started many at a time, each a process of its own: one list serves all of a
// user's processes on this machine for some seconds. It lies in a folder of the user's own, beside what was launched
// since, so that a launch can look there whether its job is there already.
import fs from "node:fs";
import path from "node:path";
import { z } from "zod";
import { FileLock } from "../../machine/fileLock";
import { essential, readSessions, type Session, sessionSchema } from "../api";
import { messageOf, SkahaError } from "../errors";
import { type Clock, isWithin } from "../run/clock";
import type { Launch, Listing, SkahaClient } from "../skaha/client";

export interface SharedListOptions {
  readonly clock: Clock;
  /** This user's own, for temporary files. */
  readonly folder: string;
  /** Tells server and user apart from others: a digest. */
  readonly whose: () => Promise<string>;
  /**
   * Whether a list that failed for another process a moment ago, or has not been answered to it for some seconds, fails here
   * without being asked for. Who launches asks again. @default false
   */
  readonly takesFailures?: boolean | undefined;
}

/** For so long a list serves whoever asks for the first time. Milliseconds. */
const servesMs = 4_000;
/** No two lists are asked for within this time. Milliseconds. */
const spacingMs = 2_000;
/** After a launch whose process was killed: the server may still be carrying it out. Milliseconds. */
const settlesMs = 2_000;
const napMs = 50;
/** For so long who takes failures waits for the list that another process asks for. Milliseconds. */
const patienceMs = 3_000;
const ofLaunch = ".launched.json";
/** What is older serves nobody: other tokens' lists, and launches without a list since. Milliseconds. */
const forgottenMs = 3_600_000;

const stored = z.object({
  /** Milliseconds since 1970. */
  askedAt: z.number(),
  user: z.string().optional(),
  sessions: z.unknown(),
});
const failed = z.object({ at: z.number(), message: z.string() });
const noted = z.object({ at: z.number(), session: sessionSchema });

interface Known extends Listing {
  readonly askedAt: number;
}

export class SharedList {
  /** The server as this process sees it. */
  readonly client: SkahaClient;
  /** A list has to be asked for at this time or later. Milliseconds since 1970; undefined: one of some seconds ago will do. */
  #since: number | undefined;
  #isFirst = true;

  constructor(
    private readonly real: SkahaClient,
    private readonly options: SharedListOptions,
  ) {
    this.client = {
      ...real,
      list: () => this.#list(),
      create: (launch) => this.#create(launch),
    };
  }

  /** A killed process may have launched what no list shows yet: the next list is asked for after a while. */
  forget(): void {
    this.#since = this.options.clock.now() + settlesMs;
  }

  /** What was listed before this call does not serve: the next list is one that is asked for after it. */
  askAnew(): void {
    this.#since = Math.max(this.#since ?? 0, this.options.clock.now());
  }

  /** The first time a list of some seconds ago; later one that is asked for after the call. */
  async #list(): Promise<Listing> {
    const { clock, takesFailures } = this.options;
    const folder = await this.#folder();
    // Whoever asks again wants to see what became of something.
    const since = [
      ...(this.#since === undefined ? [] : [this.#since]),
      ...(this.#isFirst ? [] : [clock.now()]),
    ];
    const from = since.length === 0 ? undefined : Math.max(...since);
    this.#since = undefined;
    this.#isFirst = false;
    const lock = new FileLock(path.join(folder, "asking.lock"));
    let waitedMs = 0; // counted, because the clock may be set meanwhile
    for (;;) {
      const known = listIn(folder);
      if (known && this.#serves(known, from)) return this.#withLaunches(folder, known);
      const failure = read(path.join(folder, "failure.json"), failed);
      if (takesFailures && failure && isWithin(clock, failure.at, servesMs)) {
        throw new SkahaError(failure.message);
      }
      if (lock.take().isTaken) {
        try {
          const now = listIn(folder);
          if (now && this.#serves(now, from)) return this.#withLaunches(folder, now);
          await this.#pause(Math.max(now?.askedAt ?? 0, failure?.at ?? 0), from);
          return await this.#ask(folder);
        } finally {
          lock.release();
        }
      }
      if (takesFailures && waitedMs >= patienceMs) {
        const by = `another command of this machine asked for them ${patienceMs / 1_000} s ago`;
        throw new SkahaError(`could not list the sessions: ${by}, and has no answer yet`);
      }
      await clock.sleep(napMs);
      waitedMs += napMs;
    }
  }

  async #create(launch: Launch): Promise<string> {
    const folder = await this.#folder();
    try {
      const id = await this.real.create(launch);
      const { name, image } = launch;
      const session = { id, userid: "", name, image, type: "headless", status: "Pending" };
      write(path.join(folder, `${name}${ofLaunch}`), { at: this.options.clock.now(), session });
      return id;
    } catch (error) {
      // It may have been launched nevertheless: what was listed before says nothing of it.
      fs.rmSync(path.join(folder, "list.json"), { force: true });
      throw error;
    }
  }

  #serves({ askedAt }: Known, from: number | undefined): boolean {
    const { clock } = this.options;
    return from === undefined ? isWithin(clock, askedAt, servesMs) : askedAt > from;
  }

  async #pause(lastAskedAt: number, from = 0): Promise<void> {
    const { clock } = this.options;
    const next = isWithin(clock, lastAskedAt, spacingMs) ? lastAskedAt + spacingMs : 0;
    const waitMs = Math.min(Math.max(next, from) - clock.now(), settlesMs);
    if (waitMs > 0) await clock.sleep(waitMs);
  }

  async #ask(folder: string): Promise<Listing> {
    const askedAt = this.options.clock.now();
    try {
      const { user, sessions } = await this.real.list();
      const known = { askedAt, user, sessions: sessions.map(essential) };
      write(path.join(folder, "list.json"), known);
      fs.rmSync(path.join(folder, "failure.json"), { force: true });
      removeOld(path.dirname(folder));
      return this.#withLaunches(folder, known);
    } catch (error) {
      const at = this.options.clock.now();
      write(path.join(folder, "failure.json"), { at, message: messageOf(error) });
      throw error;
    }
  }

  /** What was launched before the list was asked for is in it, or gone. */
  #withLaunches(folder: string, { askedAt, user, sessions }: Known): Listing {
    const listed = new Set(sessions.map(({ id }) => id));
    const since: Session[] = [];
    for (const name of fs.readdirSync(folder)) {
      if (!name.endsWith(ofLaunch)) continue;
      const file = path.join(folder, name);
      const note = read(file, noted);
      if (note === undefined) continue;
      // A process that has an older list still looks for it.
      if (note.at < askedAt - 2 * servesMs) fs.rmSync(file, { force: true });
      else if (note.at >= askedAt && !listed.has(note.session.id)) since.push(note.session);
    }
    return { user, sessions: [...sessions, ...since] };
  }

  async #folder(): Promise<string> {
    const { folder, whose } = this.options;
    const own = path.join(folder, "lists", (await whose()).slice(0, 24));
    fs.mkdirSync(own, { recursive: true, mode: 0o700 });
    return own;
  }
}

function listIn(folder: string): Known | undefined {
  const known = read(path.join(folder, "list.json"), stored);
  const sessions = known && readSessions(known.sessions);
  if (!sessions?.success) return undefined;
  return { askedAt: known?.askedAt ?? 0, user: known?.user, sessions: sessions.data };
}

function read<T>(file: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(fs.readFileSync(file, "utf8"))).data;
  } catch {
    return undefined; // there is none, or it is of another release
  }
}

/** Whole or not at all. */
function write(file: string, value: object): void {
  const draft = `${file}.${process.pid}`;
  fs.writeFileSync(draft, JSON.stringify(value), { mode: 0o600 });
  fs.renameSync(draft, file);
}

/** By the clock that dates the files. */
function removeOld(lists: string): void {
  try {
    for (const name of fs.readdirSync(lists)) {
      const folder = path.join(lists, name);
      const { mtimeMs } = fs.statSync(folder);
      if (Date.now() - mtimeMs > forgottenMs) fs.rmSync(folder, { recursive: true, force: true });
    }
  } catch {
    // Another process was quicker.
  }
}
