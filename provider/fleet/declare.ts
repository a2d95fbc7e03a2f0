// Declares the jobs and sweeps of the fleet.yaml of the program's folder.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { offerLocations } from "../engine/pendingJobsServer";
import { messageOf } from "../errors";
import { HeadlessSession, type HeadlessSessionArgs, type Predecessor } from "../headlessSession";
import { expandHome } from "../homePath";
import type { SweepArgs, SweepJobArgs } from "../sweep/expand";
import type { Row } from "../sweep/row";
import { Sweep } from "../sweep/sweep";
import type { Inputs } from "./inputChecks";
import { type Plan, planFleet } from "./plan";
import type { Link } from "./predecessors";

const fileName = "fleet.yaml";

export interface Declared {
  readonly jobs: Readonly<Record<string, HeadlessSession>>;
  readonly sweeps: Readonly<Record<string, Sweep>>;
}

/** @throws pulumi.RunError that says all that is wrong with the file; the engine shows it without a stack */
export function declareFleet(): Declared {
  try {
    const folder = folderOfFleet();
    const config = configuration();
    const plan = planFleet(textOf(path.join(folder, fileName)), {
      file: fileName,
      folder,
      now: Date.now(),
      isConfigured: config.has,
    });
    return declare(plan, folder, config.secret);
  } catch (error) {
    throw new pulumi.RunError(messageOf(error));
  }
}

/** The program's folder; or that of Pulumi.yaml, where `main` there is a file of this package. */
function folderOfFleet(): string {
  const folders = [process.cwd(), pulumi.getRootDirectory()];
  const found = folders.find((folder) => existsSync(path.join(folder, fileName)));
  if (found !== undefined) return found;
  const places = [...new Set(folders)].filter((folder) => !folder.startsWith(__dirname));
  throw new Error(
    `there is no ${fileName} in ${places.join(" or ")}: write one there, or begin in an empty folder with npx pulumi-skaha init, which writes an example`,
  );
}

function textOf(file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    if (error instanceof TypeError) throw new Error(`${fileName} is not UTF-8; save it as UTF-8`);
    throw error;
  }
}

/** Keys are the project's own, or like `other:key`. */
function configuration() {
  const of = (key: string) => {
    const [, space, name = key] = /^([^:]+):(.+)$/.exec(key) ?? [];
    return { config: new pulumi.Config(space), name };
  };
  return {
    has: (key: string) => of(key).config.getSecret(of(key).name) !== undefined,
    secret: (key: string): pulumi.Output<string> => of(key).config.requireSecret(of(key).name),
  };
}

function declare(
  { declarations }: Plan,
  folder: string,
  secret: (key: string) => pulumi.Output<string>,
): Declared {
  const jobs: Record<string, HeadlessSession> = {};
  const sweeps: Record<string, Sweep> = {};
  const predecessors = (links: readonly Link[]): Predecessor[] =>
    links.flatMap((link): readonly Predecessor[] => {
      if ("sessionId" in link) return [link];
      if ("job" in link) return own(jobs, link.job);
      return own(sweeps, link.sweep).flatMap((sweep) =>
        link.key === undefined ? sweep.jobs : [sweep.job(link.key)],
      );
    });
  const resolved = (inputs: Inputs) => fromFolder(withSecrets(inputs, secret), folder);
  for (const one of declarations) {
    if ("job" in one) {
      const { name, places, inputs, after, canary } = one.job;
      offerLocations(name, places);
      jobs[name] = new HeadlessSession(name, {
        ...resolved(inputs),
        after: predecessors(after),
        canary: predecessors(canary).filter((job) => HeadlessSession.isInstance(job)),
      } as unknown as HeadlessSessionArgs); // as the schema says
    } else {
      const { name, places, args, job } = one.sweep;
      offerLocations(name, places);
      sweeps[name] = new Sweep(name, {
        ...resolved(args),
        job: (row: Row) => {
          const { inputs, after } = job(row);
          return { ...resolved(inputs), after: predecessors(after) } as SweepJobArgs;
        },
      } as unknown as SweepArgs<Row>); // as the schema says
    }
  }
  return { jobs, sweeps };
}

function own<T>(of: Record<string, T>, name: string): T[] {
  const found = Object.hasOwn(of, name) ? of[name] : undefined;
  return found === undefined ? [] : [found];
}

function withSecrets(inputs: Inputs, secret: (key: string) => pulumi.Output<string>): Inputs {
  const inside = (value: unknown) =>
    Object.fromEntries(
      Object.entries(value as Record<string, unknown>).map(([key, one]) => [
        key,
        isFromConfig(one) ? secret(one.fromConfig) : one,
      ]),
    );
  return {
    ...inputs,
    ...(inputs.env !== undefined && { env: inside(inputs.env) }),
    ...(inputs.registryAuth !== undefined && { registryAuth: inside(inputs.registryAuth) }),
  };
}

function isFromConfig(value: unknown): value is { fromConfig: string } {
  return typeof value === "object" && value !== null && "fromConfig" in value;
}

/** The provider resolves paths of this machine from the program's folder, which `main` can move into this package. */
function fromFolder(inputs: Inputs, folder: string): Inputs {
  const { logs, files } = inputs;
  if (folder === process.cwd()) return inputs;
  const resolved = (written: unknown) =>
    typeof written !== "string" || path.isAbsolute(expandHome(written))
      ? written
      : path.relative(process.cwd(), path.resolve(folder, written));
  return {
    ...inputs,
    ...(logs !== undefined && { logs: resolved(logs) }),
    ...(Array.isArray(files) && { files: files.map(resolved) }),
  };
}
