// The metadata of a crate, ro-crate-metadata.json: RO-Crate 1.2 with the profile Process Run Crate 0.5, flat JSON-LD. It is
// written here, and not with npm's `ro-crate`, whose licence (GPL 3) is not ours; a test reads it with Python's. Pure.
import { type Entity, idPart, refTo } from "./entity";
import { formatOf } from "./format";
import type { PublishedJob } from "./publishedJob";
import { runEntities } from "./runEntities";

export const metadataFile = "ro-crate-metadata.json";

export interface Crate {
  readonly name: string;
  readonly description: string;
  /** A URL, or a sentence where none is chosen yet. */
  readonly license: string;
  readonly authors: readonly Author[];
  /** ISO 8601. */
  readonly madeAt: string;
  readonly files: readonly CrateFile[];
  readonly jobs: readonly PublishedJob[];
}

export interface Author {
  readonly name: string;
  /** An ORCID as a URL. */
  readonly orcid?: string | undefined;
}

/** A file that is in the crate. */
export interface CrateFile {
  /** With `/`. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256?: string | undefined;
  readonly about?: string | undefined;
}

const spec = "https://w3id.org/ro/crate/1.2";
const profile = "https://w3id.org/ro/wfrun/process/0.5";
const terms = "https://w3id.org/ro/terms/workflow-run#";

/** The profile's terms that RO-Crate's own context does not have. */
const context = [
  `${spec}/context`,
  Object.fromEntries(
    [
      "ContainerImage",
      "DockerImage",
      "containerImage",
      "environment",
      "registry",
      "resourceUsage",
      "tag",
    ].map((term) => [term, `${terms}${term}`]),
  ),
];

export function metadataOf(crate: Crate): object {
  const run = runEntities(crate.jobs);
  const graph = [...rootEntities(crate, run), ...run];
  return { "@context": context, "@graph": graph.map(withoutListsOfOne) };
}

/** As JSON-LD has it: one value is no list. */
function withoutListsOfOne(entity: Entity): object {
  const values = Object.entries(entity).map(([name, value]) => {
    return [name, Array.isArray(value) && value.length === 1 ? value[0] : value];
  });
  return Object.fromEntries(values);
}

function rootEntities(crate: Crate, run: readonly Entity[]): Entity[] {
  const { name, description, license, madeAt } = crate;
  const authors = crate.authors.map(person);
  const files = crate.files.map(fileEntity);
  const outputs = run.filter(({ "@type": type }) => type === "File");
  const actions = run.filter(({ "@type": type }) => type === "CreateAction");
  const ids = (entities: readonly Entity[]) => entities.map((one) => refTo(one["@id"]));
  return [
    {
      "@id": metadataFile,
      "@type": "CreativeWork",
      about: refTo("./"),
      conformsTo: refTo(spec),
    },
    {
      "@id": "./",
      "@type": "Dataset",
      ...{ name, description, datePublished: madeAt },
      license: isUrl(license) ? refTo(license) : license,
      conformsTo: refTo(profile),
      ...(authors.length > 0 && { author: ids(authors) }),
      hasPart: ids([...files, ...outputs]),
      mentions: ids(actions),
    },
    {
      "@id": profile,
      "@type": ["CreativeWork", "Profile"],
      name: "Process Run Crate",
      version: "0.5",
    },
    ...(isUrl(license) ? [licenseEntity(license)] : []),
    ...authors,
    ...files,
  ];
}

function licenseEntity(url: string): Entity {
  const description = "The licence of this crate, whose text is there";
  return {
    "@id": url,
    "@type": "CreativeWork",
    name: url.replace(/.*\/licenses\//, ""),
    description,
  };
}

function isUrl(text: string): boolean {
  return /^https?:\/\/\S+$/.test(text);
}

function person({ name, orcid }: Author, index: number): Entity {
  return { "@id": orcid ?? `#author-${index + 1}`, "@type": "Person", name };
}

function fileEntity({ path, bytes, sha256, about }: CrateFile): Entity {
  return {
    "@id": path.split("/").map(idPart).join("/"),
    "@type": "File",
    name: path,
    description: about ?? "A file of the program that declared the jobs",
    encodingFormat: formatOf(path),
    contentSize: String(bytes),
    ...(sha256 !== undefined && { sha256 }),
  };
}
