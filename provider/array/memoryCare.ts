// The memory of a provider's process that has thousands of jobs in hand. Between two operations it waits for the program,
// the engine or the server, each of which needs memory then, with tens or hundreds of megabytes of what is over.
import { giveMemoryBack, keepHeapSmall } from "../../machine/smallHeap";

/** From so many jobs on what is over goes back while the process waits: it takes some 40 ms of a time in which nothing is done. */
const many = 5_000;
/** From so many on memory counts for more than time, whatever is done to them. */
const huge = 20_000;
/** The engine takes a moment between two operations that belong together. */
const idleMs = { ofMany: 250, ofHuge: 500 };
/** A timer that is so late waited for work of this process: it was not idle. */
const lateMs = 50;

export class MemoryCare {
  #most = 0;
  #underWay = 0;
  #idle: NodeJS.Timeout | undefined;

  /** @param now milliseconds of a clock that only goes forward */
  constructor(
    private readonly heap = { keepHeapSmall, giveMemoryBack },
    private readonly now = () => performance.now(),
  ) {}

  /** Tells of an array with so many jobs. */
  know(jobs: number): void {
    if (jobs >= huge && this.#most < huge) this.heap.keepHeapSmall();
    this.#most = Math.max(this.#most, jobs);
  }

  /** Does an operation; when none has followed for a moment, what is not used any more goes back to the system. */
  async during<T>(operation: () => Promise<T>): Promise<T> {
    this.#underWay += 1;
    clearTimeout(this.#idle);
    try {
      return await operation();
    } finally {
      this.#underWay -= 1;
      if (this.#most >= many && this.#underWay === 0) {
        this.#giveBackWhenIdle(this.#most < huge ? idleMs.ofMany : idleMs.ofHuge);
      }
    }
  }

  /** The table of what was done is still to be written and sent: the engine waits for it, and may end this process then. */
  #giveBackWhenIdle(ms: number): void {
    const due = this.now() + ms;
    const look = () => {
      if (this.now() - due > lateMs) this.#giveBackWhenIdle(ms);
      else this.heap.giveMemoryBack();
    };
    this.#idle = setTimeout(look, ms).unref();
  }
}
