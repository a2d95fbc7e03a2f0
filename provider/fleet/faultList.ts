// The faults that were found in one fleet.yaml so far, each at the place where it is written.
import type { Fault } from "./faults";
import type { Path, Source } from "./read";

export class FaultList {
  readonly #faults: Fault[] = [];

  constructor(private readonly source: Source) {}

  get all(): readonly Fault[] {
    return this.#faults;
  }

  /** @param atKey whether it is about the key of what is there, not about its value */
  add(path: Path, message: string, atKey = false): void {
    const { keyOffsetOf, offsetOf } = this.source;
    this.#faults.push({ offset: atKey ? keyOffsetOf(path) : offsetOf(path), message });
  }
}
