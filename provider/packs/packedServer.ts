// A server and its files as they look where jobs run in packs: what is asked of a job's session is answered for its
// place in a pack, and launches are put into packs. What does not run in a pack passes through as it is. It is long, because
// what one of its methods learns of a pack the others answer by.
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { Session } from "../api";
import { AlreadyLaunchedError } from "../errors";
import { attemptsOf } from "../job/attempts";
import type { JobState } from "../job/state";
import { isAlive, isFinished, statusOf } from "../job/status";
import type { Arc } from "../record/arc";
import {
  doubtfulPlace,
  indexFile,
  type Ledger,
  leaveFile,
  leaveText,
  ledgerFile,
  membersInLog,
  type PackMember,
  readLeave,
  readLedger,
  withoutMembers,
} from "../record/ledger";
import { beginOf, recordFolder, recordRoot } from "../record/record";
import type { Clock } from "../run/clock";
import type { Launch, Listing, SkahaClient } from "../skaha/client";
import { AskedOnce } from "./askedOnce";
import { KnownPacks, type Pack } from "./knownPacks";
import { isPackable, Packer, type PackLaunch } from "./packer";
import { baseOfPack, isPackName, packBase, placeId, placeIn, shownPack } from "./places";

type KnownJob = Pick<JobState, "sessionId" | "recordedIn" | "attempt" | "status" | "attempts"> &
  Partial<Pick<JobState, "record" | "pack">>;

/** Takings-away of one pack that come within so long are written at once. */
const gatherMs = 25;

export class PackedServer {
  readonly client: SkahaClient;
  readonly arc: Arc;
  readonly #packs = new KnownPacks();
  readonly #packer: Packer;
  #unbegun: ReadonlySet<string> = new Set();
  /** By its name: what the last list showed of packs of which neither stack nor ledger tells: none of their jobs began. */
  #unread = new Map<string, { readonly pack: Pack; readonly lives: boolean }>();
  #clearing: Promise<void> | undefined;
  readonly #leaving = new Map<string, Promise<void>>();
  /** What the names of packs begin with that this run may launch. */
  readonly #launching = new Set<string>();
  /** By a job's id: the file that names all packs of its sweep. */
  readonly #expected = new Map<string, string>();
  readonly #histories = new Map<string, Promise<void>>();
  /** Packs of the last list that were nobody's then: the name of each, by its session's id. */
  #missed = new Map<string, string>();
  /** Told that the last list shows less than is known of it by now. */
  #onMissed = () => {};

  constructor(
    private readonly real: SkahaClient,
    private readonly files: Arc,
    private readonly clock: Clock,
  ) {
    this.#packer = new Packer((launch, jobs) => this.#create(launch, jobs));
    const renewals = new AskedOnce((sessionId) => real.renew(sessionId));
    const events = new AskedOnce((sessionId) => real.events(sessionId));
    this.client = {
      ...real,
      list: async () => this.shown(await real.list()),
      create: async (launch) =>
        isPackable(launch) ? placeId(await this.#packer.launch(launch)) : real.create(launch),
      cancel: (sessionId) => this.#cancel(sessionId),
      renew: (sessionId) => renewals.of(sessionId),
      events: (sessionId) => events.of(sessionId),
      log: (sessionId) => this.#log(sessionId),
    };
    this.arc = { ...files, read: (path) => this.#read(path) };
  }

  /** @param tell that the last list is to be asked for anew, because a pack that it shows is known only now */
  whenMissed(tell: () => void): void {
    this.#onMissed = tell;
  }

  /** Does what may launch a job in a pack: its pack waits for the others that are under way. */
  attend<T>(id: string, work: () => Promise<T>): Promise<T> {
    return this.#packer.attend(id, work);
  }

  /**
   * Tells of a job that the stack has, and of its attempts before: their packs go when it is removed, as sessions of its own do.
   * @param chosen the folder of records, for a job that is in none and says nothing of it. @default none
   */
  know(id: string, state: KnownJob, chosen?: string): void {
    // Another machine may have launched it, too, in a pack of which the stack has no job.
    const root = state.pack && recordOf(id, state, chosen);
    if (state.pack && root !== undefined) this.#expectPacks(packBase(state.pack.name, id), root);
    const attempts = state.attempts === undefined ? [state] : attemptsOf(state);
    for (const { sessionId, attempt, status } of attempts) {
      const place = sessionId === undefined ? undefined : placeIn(sessionId);
      const record = place && recordOf(id, state, chosen);
      if (place === undefined || record === undefined) continue;
      const pack = this.#packs.of(place.sessionId, record);
      pack.members.set(place.place, { id, attempt });
      pack.told.set(place.place, isFinished(status));
      if (!isFinished(status)) pack.isAwaited = true;
      if (this.#missed.has(place.sessionId)) this.#tellMissed();
    }
  }

  /**
   * Tells where a sweep's packs are recorded, of which the stack may know nothing.
   * @param jobId of any job of it
   * @param isNew whether the stack knows nothing of that job: the ledgers tell whether it has run
   */
  expect(sweep: string, jobId: string, record: string, isNew: boolean): void {
    const root = recordRoot(record);
    const base = packBase(sweep, jobId);
    if (isNew) this.#expected.set(jobId, indexFile(root, base));
    // A list that served a refresh until now showed as nobody's what may hold the jobs that are launched now.
    const isNews = !this.#launching.has(base);
    this.#launching.add(base);
    this.#expectPacks(base, root, isNews);
  }

  /** Lists show what such packs hold from now on, whoever launched them. */
  #expectPacks(base: string, root: string, isNews = false): void {
    const isFirst = this.#packs.expect(base, root);
    if (!isFirst && !isNews) return;
    if ([...this.#missed.values()].some((name) => baseOfPack(name) === base)) this.#tellMissed();
  }

  #tellMissed(): void {
    this.#missed = new Map();
    this.#onMissed();
  }

  /** Whether a job's pack was over, in the last list, before the job began. */
  isUnbegun(sessionId: string): boolean {
    return this.#unbegun.has(sessionId);
  }

  /** Whether the ledger of a job's pack says that the job began, and so has what its record says. */
  isTold(sessionId: string): boolean {
    const place = placeIn(sessionId);
    const ledger = place && this.#packs.get(place.sessionId)?.ledger;
    return ledger?.places.get(place?.place ?? 0)?.begin !== undefined;
  }

  /** @throws AlreadyLaunchedError where the last list had a pack of these jobs, and nobody knew what it holds */
  async #create(launch: Launch, jobs: readonly PackLaunch[]): Promise<string> {
    const record = jobs[0]?.recording.record ?? "";
    const members = jobs.map(({ recording: { id, attempt } }) => ({ id, attempt }));
    this.#packs.plan(launch.name, record, members); // from here on lists show these jobs in it
    const launched = this.#unread.get(launch.name)?.pack;
    if (launched !== undefined) {
      this.#unread.delete(launch.name);
      throw new AlreadyLaunchedError(`session ${launched.sessionId} was launched for these jobs`);
    }
    await this.#clear();
    return this.real.create(launch);
  }

  /** Sessions of packs that nobody knows what they hold: those whose jobs are launched now under other names go first. */
  async #clear(): Promise<void> {
    await this.clock.sleep(0); // those that are launched together find theirs before
    this.#clearing ??= (async () => {
      for (const [name, { pack, lives }] of [...this.#unread]) {
        if (!lives) continue;
        await this.real.cancel(pack.sessionId);
        const { sessions } = await this.real.list();
        const isLeft = sessions.some(({ id }) => id === pack.sessionId);
        await this.#look(pack, undefined);
        if (!isLeft && pack.ledger === undefined) {
          this.#unread.delete(name);
          continue;
        }
        throw new Error(
          `session ${pack.sessionId} runs several jobs of this sweep, and what they are was not known before it began: nothing was launched beside it; run the command again`,
        );
      }
    })().finally(() => {
      this.#clearing = undefined;
    });
    return this.#clearing;
  }

  /** A list of the server's with jobs in packs as sessions of their own. */
  async shown(listing: Listing): Promise<Listing> {
    const shown: Session[] = [];
    const listed = new Map<string, Session>();
    const found = this.#packs.foundIn(listing.sessions.filter(({ name }) => isPackName(name)));
    const missed = new Map(
      [...found].flatMap(([{ id, name }, pack]) => (pack ? [] : [[id, name] as const])),
    );
    this.#missed = missed;
    for (const session of listing.sessions) {
      if (found.get(session)) listed.set(session.id, session);
      else shown.push(session);
    }
    const unbegun = new Set<string>();
    const awaited = [...this.#packs.all()].filter(
      (pack) => listed.has(pack.sessionId) || pack.isAwaited,
    );
    await Promise.all(awaited.map((pack) => this.#look(pack, listed.get(pack.sessionId))));
    for (const pack of awaited) {
      const { sessionId } = pack;
      const { places, unbegun: left } = shownPack(listed.get(sessionId), pack, fallback(sessionId));
      shown.push(...places);
      for (const place of left) unbegun.add(placeId({ sessionId, place }));
    }
    this.#unbegun = unbegun;
    const unread = awaited.flatMap((pack) => {
      const session = listed.get(pack.sessionId);
      if (session === undefined || pack.members.size > 0) return [];
      if (!this.#launching.has(baseOfPack(session.name) ?? "")) {
        shown.push(session); // nobody is about to ask for it
        missed.set(session.id, session.name);
        return [];
      }
      return [{ pack, name: session.name, lives: isAlive(statusOf(session.status)) }];
    });
    // Of several of one name one that lives comes last, and stays.
    unread.sort((a, b) => Number(a.lives) - Number(b.lives));
    this.#unread = new Map(unread.map((one) => [one.name, one]));
    return { ...listing, sessions: shown };
  }

  /** Reads a pack's ledger, unless it cannot say more than it did. */
  async #look(pack: Pack, session: Session | undefined): Promise<void> {
    const isOver = session === undefined || ["Completed", "Failed"].includes(session.status);
    pack.isAlive = !isOver;
    const isKnown = pack.members.size > 0 && pack.taken.size === 0;
    const isWaiting = session?.status === "Pending" && isKnown;
    // One that goes on after the stack's jobs in it are over runs others, of which the stack does not know.
    const isDone = isOver && pack.told.size > 0 && !pack.isAwaited && isKnown;
    if (pack.isFinal || isWaiting || isDone) return;
    const written = await this.files.read(ledgerFile(pack.record, pack.sessionId));
    const read = written === undefined ? undefined : readLedger(written);
    const ledger = read && isOver ? await this.#withTornLine(pack, read) : read;
    pack.ledger = ledger ?? pack.ledger;
    const isUntold = session !== undefined && isOver && pack.members.size === 0;
    const members = ledger?.members ?? (isUntold ? await this.#toldInLog(pack) : []);
    for (const [index, member] of members.entries()) pack.members.set(index + 1, member);
    this.#packs.learned();
    // Of jobs that the stack does not have some may have been removed: those are not found again.
    if ([...pack.members.keys()].some((place) => !pack.told.has(place) && !pack.taken.has(place))) {
      const left = await this.files.read(leaveFile(pack.record, pack.sessionId));
      for (const place of readLeave(left ?? "")) pack.taken.add(place);
    }
    if (session !== undefined) pack.isFinal = isOver;
    else if (pack.wasGone) pack.isFinal = true;
    pack.wasGone = session === undefined;
  }

  /** What a pack says that could write nothing down, and so ran no job; nothing where it was over before it could say that. */
  async #toldInLog({ sessionId }: Pack): Promise<readonly PackMember[]> {
    try {
      return membersInLog(await text(await this.real.log(sessionId)));
    } catch {
      return []; // its name may tell enough
    }
  }

  /** What a pack that died could not write down whole: its next job may have begun, and then has a record. */
  async #withTornLine({ record }: Pack, ledger: Ledger): Promise<Ledger> {
    const place = doubtfulPlace(ledger);
    const member = place === undefined ? undefined : ledger.members[place - 1];
    if (place === undefined || member === undefined) return ledger;
    const begin = await beginOf(this.files, recordFolder(record, member.id, member.attempt));
    // The folder may hold what was recorded before: of a job that was removed, and declared again.
    const isOwn = begin !== undefined && !(Date.parse(begin) < Date.parse(ledger.start ?? ""));
    return isOwn ? { ...ledger, places: new Map([...ledger.places, [place, { begin }]]) } : ledger;
  }

  /** Takes a job away from its pack; the session goes with the last of them, and is cancelled again where it has not. */
  async #cancel(id: string): Promise<void> {
    const place = placeIn(id);
    const pack = place && this.#packs.get(place.sessionId);
    if (!place || !pack) return this.real.cancel(place?.sessionId ?? id);
    pack.taken.add(place.place);
    const { sessionId } = place;
    const known = this.#leaving.get(sessionId);
    if (known) return known;
    const leaving = this.#leave(pack).finally(() => this.#leaving.delete(sessionId));
    this.#leaving.set(sessionId, leaving);
    return leaving;
  }

  async #leave(pack: Pack): Promise<void> {
    await this.clock.sleep(gatherMs);
    this.#leaving.delete(pack.sessionId); // who comes now is not in what is written
    const isLeft = (place: number) => {
      const { end, exit, left } = pack.ledger?.places.get(place) ?? {};
      const isOver = pack.told.get(place) === true || (end ?? exit ?? left) !== undefined;
      return pack.taken.has(place) || isOver;
    };
    const isEmpty = () => [...pack.members.keys()].every(isLeft);
    if (isEmpty()) return this.real.cancel(pack.sessionId);
    if ([...pack.taken].every((place) => pack.leaving.has(place))) return; // it has been told
    const file = leaveFile(pack.record, pack.sessionId);
    for (const place of readLeave((await this.files.read(file)) ?? "")) pack.taken.add(place);
    if (isEmpty()) return this.real.cancel(pack.sessionId);
    const places = [...pack.taken].sort((a, b) => a - b);
    if (await this.files.write(file, leaveText(places))) {
      pack.leaving = new Set(places);
      return;
    }
    throw new Error(
      `session ${pack.sessionId} runs several jobs and has not begun, and its records have no folder yet, so that it cannot be told which of them to leave out: run the command again in a minute`,
    );
  }

  #log(sessionId: string): Promise<Readable> {
    const place = placeIn(sessionId);
    const pack = place && this.#packs.get(place.sessionId);
    const member = place && pack?.members.get(place.place);
    if (!pack || !member) return this.real.log(place?.sessionId ?? sessionId);
    return this.#recordedLog(pack, member);
  }

  /** Of a job that wrote none in a pack that ran no job the pack's own says why. */
  async #recordedLog(pack: Pack, member: PackMember): Promise<Readable> {
    const { sessionId, record, ledger, isAlive } = pack;
    const folder = recordFolder(record, member.id, member.attempt);
    const stream = await this.files.stream(`${folder}/log`);
    if (stream !== undefined) return Readable.from(stream);
    if (ledger !== undefined || isAlive) return Readable.from([]);
    return Readable.from([withoutMembers(await text(await this.real.log(sessionId)))]);
  }

  /** Reads the ledgers of all packs that a sweep ever had, but for those that are known: once, for all its jobs. */
  #readHistory(index: string, record: string): Promise<void> {
    const known = this.#histories.get(index);
    const reading =
      known ??
      (async () => {
        const ids = ((await this.files.read(index)) ?? "").split("\n").slice(0, -1);
        await Promise.all(
          ids.map((id) => {
            const isKnown = this.#packs.get(id) !== undefined;
            return isKnown ? undefined : this.#look(this.#packs.of(id, record), undefined);
          }),
        );
      })();
    this.#histories.set(index, reading);
    return reading;
  }

  /** A record that a ledger has told is not asked for again. */
  async #read(path: string): Promise<string | undefined> {
    const [, record = "", id = "", attempt, file] =
      /^(.*)\/([^/]+)\/([1-9]\d*)\/(start|end)\.json$/.exec(path) ?? [];
    if (file === undefined) return this.files.read(path);
    const member = { id, attempt: Number(attempt) };
    const index = this.#expected.get(id);
    const known = this.#packs.entryOf(record, member);
    if (known === undefined && index?.startsWith(`${record}/`)) {
      await this.#readHistory(index, record);
    }
    const entry = known ?? this.#packs.entryOf(record, member);
    if (entry === undefined && index !== undefined) return undefined;
    if (entry === undefined || entry.exit !== undefined) return this.files.read(path);
    if (file === "end" && entry.end === undefined && entry.begin !== undefined) {
      return this.files.read(path); // its pack may have died before it wrote down what the job's own record says
    }
    if (file === "end") return entry.end && JSON.stringify(entry.end);
    return entry.begin && JSON.stringify({ start: entry.begin });
  }
}

/** The folder of a job's records. */
function recordOf(
  id: string,
  { recordedIn, attempt, record }: KnownJob,
  chosen: string | undefined,
): string | undefined {
  const end = `/${id}/${attempt}`;
  if (recordedIn?.endsWith(end)) return recordedIn.slice(0, -end.length);
  const declared = record ?? chosen;
  return declared && recordRoot(declared);
}

/** What is left of a session that is not listed any more. */
function fallback(id: string): Session {
  const unknown = { startTime: undefined, expiryTime: undefined };
  return { id, userid: "", name: "", image: "", type: "headless", status: "", ...unknown };
}
