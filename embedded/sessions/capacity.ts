// How much of the server's capacity is taken: by sessions that were started and are not known to be dead.
import type { Size } from "../job";

export class Capacity {
  readonly #holding = new Map<string, Size>();

  constructor(private readonly all: Size) {}

  hold(id: string, size: Size): void {
    this.#holding.set(id, size);
  }

  release(id: string): void {
    this.#holding.delete(id);
  }

  isHeldBy(id: string): boolean {
    return this.#holding.has(id);
  }

  /** The ids of the sessions that hold some. */
  holders(): readonly string[] {
    return [...this.#holding.keys()];
  }

  /** By requests, nominal. */
  taken(): Size {
    const taken = { cores: 0, ramBytes: 0, gpus: 0 };
    for (const size of this.#holding.values()) {
      taken.cores += size.cores;
      taken.ramBytes += size.ramBytes;
      taken.gpus += size.gpus;
    }
    return taken;
  }

  /** Whether a session of that size fits now. */
  hasRoomFor(size: Size): boolean {
    const taken = this.taken();
    return fits(size, {
      cores: this.all.cores - taken.cores,
      ramBytes: this.all.ramBytes - taken.ramBytes,
      gpus: this.all.gpus - taken.gpus,
    });
  }

  /** Whether it would fit if nothing else ran. */
  canEverHold(size: Size): boolean {
    return fits(size, this.all);
  }

  /** What keeps it out, in the scheduler's words. */
  shortage(size: Size): string {
    if (size.gpus > this.all.gpus) return "Insufficient nvidia.com/gpu";
    return size.ramBytes > this.all.ramBytes ? "Insufficient memory" : "Insufficient cpu";
  }
}

function fits(size: Size, room: Size): boolean {
  return size.cores <= room.cores && size.ramBytes <= room.ramBytes && size.gpus <= room.gpus;
}
