// In the program's process: the jobs that the engine has not answered about, for whoever refuses one of them. The
// engine ends a run at the first job that `check` refuses, so that `check` has to name the others: it asks here, on
// a socket in this user's own temporary folder. Nothing is written to disk, and a run without faults asks nothing.
import { rmSync } from "node:fs";
import net from "node:net";
import { serialize } from "node:v8";
import * as pulumi from "@pulumi/pulumi";
import { type PendingJob, type SourceLocations, socketOf } from "./pendingJobs";
import { isPlainMap } from "./plainMap";
import { unknownValue } from "./unknown";

class PendingJobsServer {
  readonly #pending = new Set<() => readonly PendingJob[]>();
  readonly #places = new Map<string, () => SourceLocations>();
  #close: (() => void) | undefined;

  constructor(
    private readonly address: string,
    private readonly onEmpty: () => void,
  ) {}

  knowLocations(name: string, places: () => SourceLocations): void {
    let known: SourceLocations | undefined;
    const once = () => {
      known ??= places();
      return known;
    };
    this.#places.set(name, once); // one for all jobs of an array, and handed over once
  }

  add(jobs: () => readonly OfferedJob[], answered: Promise<unknown>): void {
    this.#close ??= this.#open();
    const entry = (): PendingJob[] =>
      jobs().map(({ name, inputs }) => ({
        name,
        inputs: literals(inputs),
        places: this.#placesOf(name),
      }));
    this.#pending.add(entry);
    const remove = () => {
      this.#pending.delete(entry);
      if (this.#pending.size > 0) return;
      this.#close?.();
      this.#close = undefined;
      this.onEmpty();
    };
    answered.then(remove, remove);
  }

  #placesOf(name: string): SourceLocations | undefined {
    const sweep = name.slice(0, Math.max(0, name.indexOf("/")));
    return (this.#places.get(name) ?? this.#places.get(sweep))?.();
  }

  /** Where that fails the list is empty, and a refused job is named alone. */
  #open(): () => void {
    try {
      const path = socketOf(this.address);
      rmSync(path, { force: true }); // of a program that was killed
      const server = net.createServer((socket) => {
        socket.on("error", () => {}); // the asker has gone
        socket.end(serialize([...this.#pending].flatMap((entry) => entry())));
      });
      server.on("error", () => {});
      server.listen(path).unref();
      const remove = () => rmSync(path, { force: true });
      process.once("exit", remove);
      return () => {
        process.off("exit", remove);
        server.close();
      };
    } catch {
      return () => {};
    }
  }
}

/** One for each engine: an Automation program may run several at once. */
const servers = new Map<string, PendingJobsServer>();

/**
 * @param name the job's, as users know it
 * @param inputs as they are handed to the engine; outputs and promises among them are not known
 * @param answered settles with the engine's answer
 */
export function offerPendingJob(
  name: string,
  inputs: Readonly<Record<string, unknown>>,
  answered: Promise<unknown>,
): void {
  serverOfThisRun()?.add(() => [{ name, inputs }], answered);
}

/** A job as it is handed to the engine. */
export interface OfferedJob {
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** The same for all jobs of an array. @param jobs called when a job is refused */
export function offerPendingArray(
  jobs: () => readonly OfferedJob[],
  answered: Promise<unknown>,
): void {
  serverOfThisRun()?.add(jobs, answered);
}

/**
 * Says where the inputs of a job, or of all jobs of a sweep, are written. To be called before they are declared.
 * @param name the job's or the sweep's
 * @param places called when a job is refused
 */
export function offerLocations(name: string, places: () => SourceLocations): void {
  serverOfThisRun()?.knowLocations(name, places);
}

/** Undefined without an engine, as with mocks. */
function serverOfThisRun(): PendingJobsServer | undefined {
  const engine = pulumi.runtime.getEngine() as
    | { getChannel?(): { getTarget(): string } }
    | undefined;
  const address = engine?.getChannel?.().getTarget();
  if (address === undefined) return undefined;
  const server =
    servers.get(address) ?? new PendingJobsServer(address, () => servers.delete(address));
  servers.set(address, server);
  return server;
}

function literals(inputs: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const known = Object.entries(inputs).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    known.map(([key, value]) => [key, isLiteral(value) ? value : unknownValue]),
  );
}

function isLiteral(value: unknown): boolean {
  if (typeof value === "function" || typeof value === "symbol") return false;
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every(isLiteral);
  return isPlainMap(value) && Object.values(value).every(isLiteral);
}
