// The memory of a provider's process that has tens of thousands of jobs in hand. Between two operations it waits for the
// program, the engine or the server, each of which needs memory then, with hundreds of megabytes of what is over.
import { giveMemoryBack, keepHeapSmall } from "../../machine/smallHeap";

/** From so many jobs on memory counts for more than time, whatever is done to them. */
const huge = 20_000;
const idleMs = 500;

export class MemoryCare {
  #isHuge = false;
  #underWay = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(private readonly heap = { keepHeapSmall, giveMemoryBack }) {}

  /** Tells of an array with so many jobs. */
  know(jobs: number): void {
    if (this.#isHuge || jobs < huge) return;
    this.#isHuge = true;
    this.heap.keepHeapSmall();
  }

  /** Does an operation; when none has followed for a moment, what is not used any more goes back to the system. */
  async during<T>(operation: () => Promise<T>): Promise<T> {
    this.#underWay += 1;
    clearTimeout(this.#idle);
    try {
      return await operation();
    } finally {
      this.#underWay -= 1;
      if (this.#isHuge && this.#underWay === 0) {
        this.#idle = setTimeout(() => this.heap.giveMemoryBack(), idleMs).unref();
      }
    }
  }
}
