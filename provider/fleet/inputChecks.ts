// Checks the inputs that a fleet.yaml gives a job, as the engine's `check` would, and knows where each is written.
import type { SourceLocations } from "../engine/pendingJobs";
import { unknownValue } from "../engine/unknown";
import { checkInputs } from "../job/inputs";
import { propertyPath } from "../text/propertyPath";
import type { FaultList } from "./faultList";
import { asWritten } from "./leftOut";
import type { Path, Source } from "./read";
import type { JobSpec } from "./schema/schema";
import { isMap } from "./soundFleet";

/** Inputs as they are written, but for `after` and `canary`; `{fromConfig}` is still to be resolved. */
export type Inputs = Readonly<Record<string, unknown>>;

export interface InputChecksOptions {
  /** How errors call the file. */
  readonly file: string;
  /** Whether the stack's configuration has a key. */
  readonly isConfigured: (key: string) => boolean;
  /** Whether it is known what all jobs have in common. */
  readonly hasDefaults: boolean;
}

export class InputChecks {
  constructor(
    private readonly source: Source,
    private readonly faults: FaultList,
    private readonly options: InputChecksOptions,
  ) {}

  /**
   * @param places where inputs may be written, the first goes first
   * @param of says which job of several it is
   * @param written the inputs with what was left out of them
   */
  check(inputs: Inputs, places: readonly Path[], of: string, written?: JobSpec): void {
    const [own = []] = places;
    if (inputs.image === undefined && this.options.hasDefaults) {
      this.faults.add(own, "the image is missing: give it here or in defaults", true);
    }
    const stubs = this.#stubbed(inputs, places) as Inputs;
    const { failures } = checkInputs({}, { image: "a.b/c", ...stubs, identity: "fleet" });
    for (const { property: left, reason } of failures) {
      const property = asWritten(left, written);
      const steps = stepsOf(property);
      const place = this.deepest(places, steps);
      const isWritten = this.source.depthOf([...place, ...steps]) > place.length;
      const message = `${property} ${reason}${of}`;
      this.faults.add(isWritten ? [...place, ...steps] : own, message, !isWritten);
    }
  }

  /** With something in place of values of the stack's configuration. */
  #stubbed(value: unknown, places: readonly Path[], steps: Path = []): unknown {
    if (Array.isArray(value)) return value;
    if (typeof value !== "object" || value === null) return value;
    const { fromConfig } = value as { fromConfig?: unknown };
    if (typeof fromConfig === "string" && steps.length === 2) {
      if (!this.options.isConfigured(fromConfig)) {
        const path = [...this.deepest(places, steps), ...steps, "fromConfig"];
        const set = `npx pulumi-skaha pulumi config set --secret ${fromConfig}`;
        this.faults.add(path, `the stack's configuration has no ${fromConfig}: ${set}`);
      }
      return unknownValue;
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, this.#stubbed(one, places, [...steps, key])]),
    );
  }

  /** The place where most of a path is written. */
  deepest(places: readonly Path[], steps: Path): Path {
    const depth = (place: Path) => this.source.depthOf([...place, ...steps]) - place.length;
    return places.reduce((best, place) => (depth(place) > depth(best) ? place : best));
  }

  /** @param places as those of `check` */
  locations(inputs: Inputs, places: readonly Path[]): SourceLocations {
    const [own = []] = places;
    const found: Record<string, string> = { "": this.#shownPlace(own, true) };
    const note = (steps: Path) => {
      const place = [...this.deepest(places, steps), ...steps];
      if (this.source.depthOf(place) === place.length) {
        found[propertyPath(steps)] = this.#shownPlace(place);
      }
    };
    for (const [key, value] of Object.entries(inputs)) {
      note([key]);
      if (isMap(value)) for (const inner of Object.keys(value)) note([key, inner]);
    }
    return found;
  }

  #shownPlace(path: Path, atKey = false): string {
    const { keyOffsetOf, offsetOf, placeOf } = this.source;
    const { line, column } = placeOf(atKey ? keyOffsetOf(path) : offsetOf(path));
    return `${this.options.file}:${line}:${column}`;
  }
}

/** `env["1A"]` is `["env", "1A"]`, `args[0]` is `["args", 0]`. */
function stepsOf(property: string): Path {
  const steps = property.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([A-Za-z_]\w*)/g);
  return [...steps].map(([, index, quoted, word]) =>
    index !== undefined ? Number(index) : quoted ? (JSON.parse(quoted) as string) : (word ?? ""),
  );
}
