// The jobs of a run that the engine has not answered about: what the program's process hands over to the provider's, and where.
import path from "node:path";
import { ownTemporaryFolder } from "../run/temporaryFolder";

/** Where inputs are written, like `fleet.yaml:7:12`, by their property paths; the job itself by "". */
export type SourceLocations = Readonly<Record<string, string>>;

/** A job that the engine has not answered about. */
export interface PendingJob {
  readonly name: string;
  /** As `check` gets them; what is an output or a promise in the program is `unknownValue`. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Of a job of fleet.yaml. */
  readonly places: SourceLocations | undefined;
}

/**
 * @param address the engine's, as the program or the provider's host knows it: `127.0.0.1:PORT`, maybe after a scheme
 * @returns a path in the user's own temporary folder
 */
export function socketOf(address: string): string {
  const port = /:(\d+)$/.exec(address)?.[1];
  if (port === undefined) throw new Error(`no port in ${address}`);
  return path.join(ownTemporaryFolder(), `pending-${port}.sock`);
}

/** @example locationIn({ "": "fleet.yaml:3:3", "env.A": "fleet.yaml:9:7" }, "env.A")  // "fleet.yaml:9:7" */
export function locationIn(
  places: SourceLocations | undefined,
  property: string,
): string | undefined {
  for (let at = property; at !== ""; at = above(at)) {
    if (places && Object.hasOwn(places, at)) return places[at];
  }
  return places?.[""];
}

/** The path without its last part: `env` for `env.A` and `env["a.b]"]`, `args` for `args[0]`. Always shorter. */
function above(path: string): string {
  const [last = path] = /(?:\.[^.[\]"]+|\[\d+\]|\["(?:[^"\\]|\\.)*"\])$/.exec(path) ?? [];
  return path.slice(0, -last.length);
}
