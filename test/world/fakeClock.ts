// A clock that a test sets: sleeping takes no time but passes it.
import { setImmediate } from "node:timers/promises";
import type { Clock } from "../../provider/run/clock";

export class FakeClock implements Clock {
  #now: number;

  constructor(start = "2026-11-22T12:00:00Z") {
    this.#now = Date.parse(start);
  }

  readonly now = (): number => this.#now;

  readonly sleep = async (ms: number): Promise<void> => {
    const until = this.#now + ms;
    await setImmediate();
    this.#now = Math.max(this.#now, until);
  };

  pass(ms: number): void {
    this.#now += ms;
  }
}
