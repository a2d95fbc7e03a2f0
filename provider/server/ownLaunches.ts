// What one run launched itself, beside what lists show. There are thousands, kept for as long as the run lasts.
import { attemptName, parseName } from "../job/identity";
import type { JobSession } from "../job/sessions";
import type { Launch } from "../skaha/client";
import { sharing } from "../text/sharedText";

/** A launch of this process. */
export interface OwnLaunch {
  readonly sessionId: string;
  /** The job's; with the attempt it makes the session's name. */
  readonly id: string;
  readonly attempt: number;
  readonly image: string;
  /** When it was answered. */
  readonly at: number;
  /** The launch of the same job before this one. */
  readonly before: OwnLaunch | undefined;
}

export class OwnLaunches {
  /** The last launch of each job, by its id. */
  readonly #last = new Map<string, OwnLaunch>();
  readonly #all: OwnLaunch[] = [];
  readonly #shared = sharing();

  /** @param at when it was answered, in milliseconds since 1970 */
  add({ name, image }: Pick<Launch, "name" | "image">, sessionId: string, at: number): void {
    const job = parseName(name);
    if (!job) return;
    const { id, attempt } = job;
    const before = this.#last.get(id);
    const own = { sessionId, id, attempt, image: this.#shared(image), at, before };
    this.#last.set(id, own);
    this.#all.push(own);
  }

  /** Those of a job, in their order. */
  of(id: string): OwnLaunch[] {
    return upTo(this.#last.get(id));
  }

  get count(): number {
    return this.#all.length;
  }

  /** Those after the first so many, in their order. */
  *after(position: number): Iterable<OwnLaunch> {
    for (let index = position; index < this.#all.length; index += 1) {
      yield this.#all[index] as OwnLaunch;
    }
  }
}

function upTo(last: OwnLaunch | undefined): OwnLaunch[] {
  return last ? [...upTo(last.before), last] : [];
}

/** A session as it is right after its launch. */
export function justLaunched({ sessionId, id, attempt, image }: OwnLaunch): JobSession {
  const name = attemptName(id, attempt);
  const times = { startTime: undefined, expiryTime: undefined };
  const session = { id: sessionId, userid: "", name, image, type: "headless", ...times };
  return { session: { ...session, status: "Pending" }, attempt };
}
