// What ran, as entities of a crate: one action for each attempt, with the program that it ran, the image that it ran in, its
// parameters, its outputs, and what it used. Pure.
import path from "node:path";
import { hasEnded, hasFailed } from "../../provider/job/status";
import { counted } from "../../provider/text/counted";
import { shellWord } from "../../provider/text/shellWord";
import { type Entity, idPart, type Reference, refTo } from "./entity";
import { formatOf } from "./format";
import type { PublishedAttempt, PublishedJob, PublishedOutput } from "./publishedJob";

/** Entities that several have in common, each once. */
class Entities {
  readonly #all = new Map<string, Entity>();

  /** @returns a reference to it */
  add(entity: Entity): Reference {
    const id = entity["@id"];
    if (!this.#all.has(id)) this.#all.set(id, entity);
    return refTo(id);
  }

  get all(): Entity[] {
    return [...this.#all.values()];
  }
}

export function runEntities(jobs: readonly PublishedJob[]): Entity[] {
  const entities = new Entities();
  for (const job of jobs) {
    const last = job.attempts.at(-1);
    for (const attempt of job.attempts) {
      if (statusOf(attempt) === undefined) continue; // it has not ended: nothing can be said of it yet
      entities.add(actionOf(job, attempt, attempt === last, entities));
    }
  }
  return entities.all;
}

/** As schema.org says it, in the profile's spelling; undefined where it has not ended. */
function statusOf({ status }: PublishedAttempt): string | undefined {
  if (!hasEnded(status)) return undefined;
  return `http://schema.org/${hasFailed(status) ? "Failed" : "Completed"}ActionStatus`;
}

function actionOf(
  job: PublishedJob,
  attempt: PublishedAttempt,
  isLast: boolean,
  entities: Entities,
): Entity {
  const { name, id, command, user } = job;
  const suffix = attempt.attempt === 1 ? "" : `-${attempt.attempt}`;
  const start = attempt.record?.start ?? attempt.startTime ?? attempt.launchTime;
  const end = attempt.record?.end ?? attempt.endTime ?? attempt.endSeenTime;
  const params = Object.entries(job.params ?? {});
  const outputs = isLast && attempt.status === "Completed" ? (job.outputs ?? []) : [];
  const environment = Object.entries(job.env ?? {});
  const usage = usageOf(`#${id}${suffix}`, attempt, entities);
  return {
    "@id": `#${id}${suffix}`,
    "@type": "CreateAction",
    name: suffix === "" ? name : `${name}, attempt ${attempt.attempt}`,
    description: descriptionOf(command, attempt),
    identifier: `${id}${suffix}`,
    ...(start !== undefined && { startTime: isoTime(start) }),
    ...(end !== undefined && { endTime: isoTime(end) }),
    actionStatus: statusOf(attempt),
    ...(statusOf(attempt)?.includes("Failed") && { error: errorOf(attempt) }),
    instrument: entities.add(programOf(job)),
    ...(job.image !== undefined && { containerImage: entities.add(imageOf(job.image, job)) }),
    ...(params.length > 0 && {
      object: params.map(([key, value]) => entities.add(paramOf(job, key, value))),
    }),
    ...(outputs.length > 0 && { result: outputs.map((one) => entities.add(outputOf(one))) }),
    ...(environment.length > 0 && {
      environment: environment.map(([key, value]) => entities.add(variableOf(key, value))),
    }),
    ...(usage.length > 0 && { resourceUsage: usage }),
    ...(user !== undefined && { agent: entities.add(agentOf(user)) }),
  };
}

function descriptionOf(
  command: readonly string[] | undefined,
  { cores, ram, gpus }: PublishedAttempt,
): string {
  const words = command && shownCommand(command).map(shellWord).join(" ");
  const size = [
    ...(cores === undefined ? [] : [counted(cores, "core")]),
    ...(ram === undefined ? [] : [`${ram} GiB`]),
    ...(gpus === undefined ? [] : [counted(gpus, "GPU")]),
  ];
  const runs = words === undefined ? "Runs the image's own entrypoint" : `Runs: ${words}`;
  return size.length === 0 ? runs : `${runs} (with ${size.join(", ")})`;
}

/** A script is in jobs.json; here it would be repeated for each job. */
function shownCommand([first, option, ...others]: readonly string[]): readonly string[] {
  if (first === "bash" && option === "-c") return [first, option, "<script>", ...others.slice(2)];
  return [first, option, ...others].filter((word) => word !== undefined);
}

function errorOf({ cause, exitCode, record, status }: PublishedAttempt): string {
  const code = exitCode ?? record?.exitCode;
  const signal = record?.signal;
  const missing = record?.missingOutputs ?? [];
  return [
    cause ?? record?.cause ?? status,
    ...(code === undefined ? [] : [`exit code ${code}`]),
    ...(signal === undefined ? [] : [`signal ${signal}`]),
    ...(missing.length === 0 ? [] : [`missing ${missing.join(", ")}`]),
  ].join(", ");
}

/** What the process was, by the first words of its command: jobs of a sweep have it in common. */
function programOf({ image, command = [], imageDigest, server }: PublishedJob): Entity {
  const what = programWords(command);
  const version = imageDigest ?? tagOf(image) ?? "not known";
  return {
    "@id": `#program-${idPart(`${what} in ${image ?? "an image"}${imageDigest ? `@${imageDigest}` : ""}`)}`,
    "@type": "SoftwareApplication",
    name: what,
    ...{ description: `${what}, in the image ${image ?? "that is not known"}`, version },
    url: image === undefined ? (server ?? "about:blank") : pageOf(image),
  };
}

/** An interpreter and its script, else the command alone. */
function programWords(command: readonly string[]): string {
  const [first, ...others] = command;
  if (first === undefined) return "the image's entrypoint";
  if (first === "bash" && others[0] === "-c") return "a bash script";
  const script = others.find((word) => !word.startsWith("-"));
  const isScript = script !== undefined && /\.(py|sh|R|jl|pl|js)$/.test(script);
  return isScript ? `${path.posix.basename(first)} ${path.posix.basename(script)}` : first;
}

function imageOf(image: string, { imageDigest }: PublishedJob): Entity {
  const [registry = "", ...rest] = image.split("/");
  const tag = tagOf(image);
  const name = rest.join("/").replace(/:[^:/]*$/, "");
  const digest = imageDigest?.replace(/^sha256:/, "");
  return {
    "@id": `#image-${idPart(digest === undefined ? image : `${image}@${digest}`)}`,
    "@type": "ContainerImage",
    additionalType: refTo("https://w3id.org/ro/terms/workflow-run#DockerImage"),
    ...{ registry, name: name || image },
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { sha256: digest }),
  };
}

function tagOf(image: string | undefined): string | undefined {
  return /:([^:/]+)$/.exec(image ?? "")?.[1];
}

function pageOf(image: string): string {
  return `https://${image.replace(/[:@][^/]*$/, "")}`;
}

function paramOf(
  { sweep = "" }: PublishedJob,
  name: string,
  value: string | number | boolean | null,
): Entity {
  return {
    "@id": `#param-${idPart(`${sweep}/${name}=${value}`)}-${typeof value}`,
    "@type": "PropertyValue",
    ...{ name, value: value ?? "" },
  };
}

function variableOf(name: string, value: string): Entity {
  return {
    "@id": `#env-${idPart(`${name}=${value}`)}`,
    "@type": "PropertyValue",
    ...{ name, value },
  };
}

/** It lies where the job wrote it, and not in the crate. */
function outputOf({ path: place, sha256, bytes, unknown }: PublishedOutput): Entity {
  return {
    "@id": `#output-${idPart(place)}`,
    "@type": "File",
    ...{ name: path.posix.basename(place), localPath: place },
    ...(sha256 !== undefined && { sha256 }),
    ...(bytes !== undefined && { contentSize: String(bytes) }),
    encodingFormat: formatOf(place),
    description: `A file that a job wrote, and that is not in this crate.${unknown === undefined ? "" : ` Its checksum is not known. ${unknown}`}`,
  };
}

function usageOf(action: string, { record }: PublishedAttempt, entities: Entities): Reference[] {
  const { peakMemoryBytes, meanCores } = record ?? {};
  const values = [
    ["peak-memory", "peak memory", peakMemoryBytes, "bytes"],
    ["mean-cores", "mean cores", meanCores, "CPU time over wall time"],
  ] as const;
  return values.flatMap(([key, name, value, unitText]) =>
    value === undefined
      ? []
      : [
          entities.add({
            "@id": `${action}-${key}`,
            "@type": "PropertyValue",
            ...{ name, value: String(value), unitText },
          }),
        ],
  );
}

function agentOf(user: string): Entity {
  return { "@id": `#user-${idPart(user)}`, "@type": "Person", name: user };
}

/** As the profile's validator has it: with an offset in place of `Z`. */
function isoTime(text: string): string {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? text : time.toISOString().replace(/Z$/, "+00:00");
}
