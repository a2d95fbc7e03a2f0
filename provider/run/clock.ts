// Time as a parameter: the system's in the provider, a test's own in tests.
import { setTimeout } from "node:timers/promises";

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms) => setTimeout(ms),
};

/**
 * Whether `time` is at most `ms` ago. What seems to be still to come was before the clock was set back: nobody
 * knows how long.
 */
export function isWithin(clock: Clock, time: number, ms: number): boolean {
  const age = clock.now() - time;
  return age >= 0 && age <= ms;
}
