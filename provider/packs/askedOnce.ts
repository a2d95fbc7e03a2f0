// What would be asked of a session for each of the jobs that share it, asked once in a run for all of them.
import { placeIn } from "./places";

export class AskedOnce<T> {
  readonly #answers = new Map<string, Promise<T>>();

  constructor(private readonly ask: (sessionId: string) => Promise<T>) {}

  /** @param id of a session, or of a place in one */
  of(id: string): Promise<T> {
    const sessionId = placeIn(id)?.sessionId;
    if (sessionId === undefined) return this.ask(id);
    const known = this.#answers.get(sessionId);
    if (known !== undefined) return known;
    const answer = this.ask(sessionId);
    this.#answers.set(sessionId, answer);
    answer.catch(() => this.#answers.delete(sessionId));
    return answer;
  }
}
