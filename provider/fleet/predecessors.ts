// What the names in `after` and `canary` of a fleet.yaml stand for, and an order in which each comes after what it
// refers to.
import { nearest } from "../text/nearest";
import type { FaultList } from "./faultList";
import type { Path } from "./read";
import type { PredecessorSpec } from "./schema/schema";
import type { SoundFleet } from "./soundFleet";

/** What a name in `after` stands for; a job of a sweep has a key. */
export type Link =
  | { readonly job: string }
  | { readonly sweep: string; readonly key?: string }
  | { readonly sessionId: string };

export class Predecessors {
  readonly #links = new Map<string, { to: string; path: Path }[]>();

  /**
   * @param keys of each sweep's jobs
   * @param broken the sweeps with faults: what would come of them is not known
   */
  constructor(
    private readonly fleet: SoundFleet,
    private readonly keys: ReadonlyMap<string, ReadonlySet<string>>,
    private readonly broken: ReadonlySet<string>,
    private readonly faults: FaultList,
  ) {}

  /**
   * @param from the job or sweep whose `after` or `canary` it is
   * @returns undefined where nothing has that name, which is a fault, or where its sweep has faults of its own
   */
  link(from: string, spec: PredecessorSpec, path: Path): Link | undefined {
    if (typeof spec !== "string") return spec;
    const found = this.#named(spec);
    if (found) {
      const links = this.#links.get(from) ?? [];
      links.push({ to: "job" in found ? found.job : found.sweep, path });
      this.#links.set(from, links);
      return found;
    }
    const [sweep = ""] = spec.split("/");
    const isOfSweep = spec !== sweep && Object.hasOwn(this.fleet.sweeps, sweep);
    if (isOfSweep && this.broken.has(sweep)) return undefined;
    const all = Object.keys({ ...this.fleet.jobs, ...this.fleet.sweeps });
    const known = isOfSweep
      ? [...(this.keys.get(sweep) ?? [])].map((key) => `${sweep}/${key}`)
      : all;
    const close = nearest(spec, known);
    const hint =
      close !== undefined
        ? `did you mean ${close}?`
        : `there are ${known.slice(0, 10).join(", ")}${known.length > 10 ? ", ..." : ""}`;
    this.faults.add(path, `no job or sweep is called ${JSON.stringify(spec)}: ${hint}`);
    return undefined;
  }

  #named(name: string): { job: string } | { sweep: string; key?: string } | undefined {
    if (Object.hasOwn(this.fleet.jobs, name)) return { job: name };
    if (Object.hasOwn(this.fleet.sweeps, name)) return { sweep: name };
    for (const [sweep, keys] of this.keys) {
      const key = name.slice(sweep.length + 1);
      if (name.startsWith(`${sweep}/`) && keys.has(key)) return { sweep, key };
    }
    return undefined;
  }

  /** Each name after those it refers to. A circle is a fault. */
  order(names: readonly string[]): readonly string[] {
    const ordered = new Set<string>();
    const visit = (name: string, trail: readonly string[]): void => {
      if (ordered.has(name)) return;
      for (const { to, path } of this.#links.get(name) ?? []) {
        const round = [...trail, name];
        if (round.includes(to)) {
          const circle = [...round.slice(round.indexOf(to)), to].join(" after ");
          this.faults.add(
            path,
            `these jobs wait for each other: ${circle}; take out one of these \`after\``,
          );
        } else visit(to, round);
      }
      ordered.add(name);
    };
    for (const name of names) visit(name, []);
    return [...ordered];
  }
}
