// Packs as a run looks at them: each job of one as a session of its own, from what the server remembers of the pack and
// what the job's own processes wrote down. The ledger of a pack, by which the stack judges, is not asked. And what can
// be done to a pack that runs.
import { existsSync, readFileSync, statSync, truncateSync } from "node:fs";
import path from "node:path";
import type { SessionSummary } from "../../embedded";
import { commandLineOf, pidsWith } from "../../machine/processes";
import { attemptName, parseName } from "../../provider/job/identity";
import { isPackName, placeIn, realSessionId } from "../../provider/packs/places";
import { leaveFile, ledgerFile, readLeave } from "../../provider/record/ledger";

/** A session, or a job's place in one. */
export interface SeenSession extends SessionSummary {
  /** Of a place: whether its job began. */
  readonly hasBegun?: boolean;
  /** Of a place that its pack did not come to before it was over: nothing ran. */
  readonly isUnbegun?: true;
}

export interface Double {
  readonly text: string;
  /** The second session; undefined where it is one and the same. */
  readonly session?: string | undefined;
}

interface Life {
  readonly pid: number;
  readonly begin: number;
  readonly end?: { readonly at: number; readonly code: number };
}

export const folder = "arc/projects/chaos";
export const record = "/arc/projects/chaos/.jobs";

export class Packs {
  /** When a job was first seen dead that wrote no end. */
  readonly #deaths = new Map<string, number>();

  constructor(private readonly dataDir: string) {}

  /** The server's sessions, with each pack as its jobs. */
  unpacked(sessions: readonly SessionSummary[]): SeenSession[] {
    if (!sessions.some(({ name }) => isPackName(name))) return [...sessions];
    const { lives } = this.#truth();
    return sessions.flatMap((session) =>
      isPackName(session.name) ? this.#places(session, lives) : [session],
    );
  }

  /** Jobs that saw themselves run twice at a time, or that a pack ran twice. */
  doubles(): readonly Double[] {
    return this.#truth().doubles;
  }

  #truth(): { lives: Map<string, Life>; doubles: Double[] } {
    const lives = new Map<string, Life>();
    const doubles: Double[] = [];
    const file = path.join(this.dataDir, folder, "truth");
    const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(0, -1) : [];
    for (const line of lines) {
      const [what, session, id, attempt, time, number] = line.split(" ");
      const key = `${session} ${attemptName(id ?? "", Number(attempt))}`;
      const at = Number(time);
      const known = lives.get(key);
      if (what === "begin") {
        if (known) doubles.push({ text: `${key} began twice` });
        lives.set(key, { pid: Number(number), begin: at });
      } else if (what === "end" && known) {
        lives.set(key, { ...known, end: { at, code: Number(number) } });
      } else if (what === "double") {
        const text = `${key} began at ${at} while process ${number} of another session ran it`;
        doubles.push({ text, session });
      }
    }
    return { lives, doubles };
  }

  #places(pack: SessionSummary, lives: ReadonlyMap<string, Life>): SeenSession[] {
    const members = this.#members(pack.id);
    const names = members.map(([id, attempt]) => attemptName(id, attempt));
    const hasBegun = names.some((name) => lives.has(`${pack.id} ${name}`));
    const left = this.#left(pack.id);
    return names.map((name, index): SeenSession => {
      const life = lives.get(`${pack.id} ${name}`);
      const place = { ...pack, id: `${pack.id}.${index + 1}`, name };
      const isTaken = left.places.includes(index + 1);
      const killed = this.#deaths.get(place.id);
      if (life === undefined && killed !== undefined) {
        return { ...place, started: killed, hasBegun: true, ended: killed, exitCode: 137 };
      }
      if (life === undefined) return unbegun(place, hasBegun, isTaken ? left.at : undefined);
      const end = life.end ?? this.#death(place, pack, life);
      const { ended: _ended, exitCode: _exitCode, ...alive } = place;
      const begun = { ...alive, started: life.begin, hasBegun: true };
      if (end === undefined) return begun;
      const over = { ...begun, ended: end.at, exitCode: end.code };
      // A job that was taken away goes when it ends, as a session that is deleted does.
      return isTaken && over.forgotten === undefined && end.at >= left.at
        ? { ...over, forgotten: { at: end.at, why: "deleted" } }
        : over;
    });
  }

  /** Of a job that wrote no end: its processes were killed. */
  #death(place: SeenSession, pack: SessionSummary, { pid }: Life): Life["end"] {
    const overAt = pack.ended ?? pack.forgotten?.at;
    if (overAt === undefined && commandLineOf(pid).includes("/truth")) return undefined;
    const at = this.#deaths.get(place.id) ?? overAt ?? Date.now();
    this.#deaths.set(place.id, at);
    return { at, code: 137 };
  }

  #members(sessionId: string): [string, number][] {
    const file = path.join(this.dataDir, "sessions", sessionId, "session.json");
    const text = readFileSync(file, "utf8").replaceAll("\\", "");
    const [, jobs] = /"pack":1,"jobs":(\[\[.*?\]\])/.exec(text) ?? [];
    if (jobs === undefined) throw new Error(`${file} tells no jobs of the pack`);
    return JSON.parse(jobs);
  }

  #left(sessionId: string): { readonly places: readonly number[]; readonly at: number } {
    const file = path.join(this.dataDir, leaveFile(record, sessionId));
    if (!existsSync(file)) return { places: [], at: 0 };
    return { places: readLeave(readFileSync(file, "utf8")), at: statSync(file).mtimeMs };
  }

  /** Kills with -9 what runs of a pack. @returns whether there was anything */
  kill(session: SeenSession, what: "runner" | "session" | "job"): boolean {
    const all = pidsWith(`skaha_sessionid=${realSessionId(session.id)}`);
    const named = (word: string) =>
      all.filter((pid) => commandLineOf(pid).includes(`\0${word}\0`)).sort((a, b) => a - b);
    const id = parseName(session.name)?.id ?? "";
    const pids = {
      runner: named("skaha-pack").slice(0, 1),
      session: all,
      job: named("skaha-record")
        .filter((pid) => commandLineOf(pid).includes(`/${id}/`))
        .slice(0, 1),
    }[what];
    if (what === "job" && pids.length > 0) this.#deaths.set(session.id, Date.now());
    for (const pid of pids) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // it ended by itself
      }
    }
    return pids.length > 0;
  }

  isRunning(sessionId: string): boolean {
    return pidsWith(`skaha_sessionid=${sessionId}`).length > 0;
  }

  /** As a node that loses its power may leave it: the last line of a pack's ledger is half there. */
  cut(session: SeenSession): boolean {
    const file = path.join(this.dataDir, ledgerFile(record, realSessionId(session.id)));
    if (!existsSync(file)) return false;
    const whole = readFileSync(file, "utf8").trimEnd();
    const from = whole.lastIndexOf("\n") + 1;
    truncateSync(file, from + Math.ceil((whole.length - from) / 2));
    return true;
  }
}

/** @param takenAt undefined where it was not taken away */
function unbegun(place: SeenSession, hasBegun: boolean, takenAt: number | undefined): SeenSession {
  const { ended, forgotten } = place;
  const endedOrGone = ended ?? forgotten?.at;
  if (takenAt !== undefined && (endedOrGone === undefined || takenAt < endedOrGone)) {
    const { ended: _ended, exitCode: _exitCode, ...never } = place;
    return { ...never, hasBegun: false, forgotten: { at: takenAt, why: "deleted" } };
  }
  const overAt = ended ?? (forgotten?.why === "vanished" ? forgotten.at : undefined);
  // A pack of which nothing began failed, or was lost, with all its jobs.
  if (overAt === undefined || !hasBegun) return { ...place, hasBegun: false };
  const { ended: _ended, exitCode: _exitCode, ...never } = place;
  const isGoneFirst = forgotten !== undefined && forgotten.at <= overAt;
  const gone = isGoneFirst ? forgotten : { at: overAt, why: "vanished" as const };
  return { ...never, hasBegun: false, isUnbegun: true, forgotten: gone };
}

/** Whether a session is one that jobs share. */
export function isPlace({ id }: SeenSession): boolean {
  return placeIn(id) !== undefined;
}
