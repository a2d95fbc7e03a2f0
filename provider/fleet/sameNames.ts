// Refuses what commands could not tell apart by name: a job and a sweep, and jobs of sweeps, which are named by it and
// their key.
import type { FaultList } from "./faultList";
import type { SoundFleet } from "./soundFleet";

/** @param keys of each sweep's jobs */
export function refuseSameNames(
  { jobs, sweeps }: Pick<SoundFleet, "jobs" | "sweeps">,
  keys: ReadonlyMap<string, ReadonlySet<string>>,
  faults: FaultList,
): void {
  for (const name of Object.keys(sweeps)) {
    if (!Object.hasOwn(jobs, name)) continue;
    faults.add(["sweeps", name], `a job is called ${name} too; rename one`, true);
  }
  const sweepOf = new Map<string, string>();
  for (const [sweep, own] of keys) {
    for (const key of own) {
      const name = `${sweep}/${key}`;
      const message = `a job of the sweep ${sweep} is called ${name} too; rename one`;
      if (Object.hasOwn(jobs, name)) faults.add(["jobs", name], message, true);
      if (Object.hasOwn(sweeps, name)) faults.add(["sweeps", name], message, true);
      const other = sweepOf.get(name);
      sweepOf.set(name, sweep);
      if (other === undefined) continue;
      const both = `its job ${name} is called like one of the sweep ${other}; rename one of the sweeps`;
      faults.add(["sweeps", sweep], both, true);
    }
  }
}
