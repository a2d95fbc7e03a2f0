// The files of a new project, made from the templates that the package ships (template/).
import { readFile } from "node:fs/promises";
import path from "node:path";
import { parse, parseDocument } from "yaml";
import { z } from "zod";
import { checkout } from "../../toolchain/checkout";

export type Form = "yaml" | "typescript";

export interface NewFile {
  /** In the project's folder. */
  readonly name: string;
  readonly text: string;
}

export interface NewProject {
  readonly name: string;
  /** Where state is to be kept, if Pulumi.yaml is to say so. */
  readonly backendUrl: string | undefined;
  /** Where npm gets this package from: a version, or `file:` and a path. */
  readonly source: string;
}

const files: Readonly<Record<Form, readonly string[]>> = {
  yaml: ["fleet.yaml", "index.js"],
  typescript: ["index.ts", "tsconfig.json"],
};

const template = z.looseObject({
  template: z.looseObject({
    description: z.string(),
    config: z.record(z.string(), z.looseObject({ default: z.string().optional() })),
  }),
});

export async function newFiles(
  form: Form,
  { name, backendUrl, source }: NewProject,
): Promise<NewFile[]> {
  const pulumi = parseDocument(await read(form, "Pulumi.yaml"));
  const { description } = template.parse(pulumi.toJS()).template;
  pulumi.set("name", name);
  pulumi.set("description", description);
  pulumi.delete("template");
  if (backendUrl !== undefined) pulumi.set("backend", { url: backendUrl });
  const manifest = JSON.parse(await read(form, "package.json"));
  manifest.name = name.toLowerCase().replace(/^[._]+/, "");
  manifest.dependencies["pulumi-skaha"] = source;
  return [
    { name: "Pulumi.yaml", text: pulumi.toString() },
    ...(await Promise.all(
      files[form].map(async (name) => ({ name, text: await read(form, name) })),
    )),
    { name: "package.json", text: `${JSON.stringify(manifest, null, 2)}\n` },
  ];
}

/** The stack configuration that a new stack begins with. */
export async function firstConfig(form: Form): Promise<[key: string, value: string][]> {
  const { config } = template.parse(parse(await read(form, "Pulumi.yaml"))).template;
  return Object.entries(config).flatMap(([key, { default: value }]) =>
    value === undefined ? [] : [[key, value]],
  );
}

/** The packages that a program of this form needs besides this one, as npm installs them. */
export async function otherPackages(form: Form): Promise<string[]> {
  const { dependencies, devDependencies } = JSON.parse(await read(form, "package.json"));
  const others = Object.entries({ ...dependencies, ...devDependencies });
  return others.flatMap(([name, version]) =>
    name === "pulumi-skaha" ? [] : [`${name}@${version}`],
  );
}

/** An image that the templates use. */
export async function templateImage(): Promise<string> {
  return z
    .looseObject({ defaults: z.looseObject({ image: z.string() }) })
    .parse(parse(await read("yaml", "fleet.yaml"))).defaults.image;
}

/** A project's name as Pulumi takes it. */
export function projectName(folder: string): string {
  const name = path
    .basename(folder)
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^A-Za-z0-9_.-]+/g, "-")
    .replace(/^[-_.]+|[-_.]+$/g, "")
    .slice(0, 100);
  return name || "jobs";
}

function read(form: Form, name: string): Promise<string> {
  return readFile(path.join(checkout, "template", form, name), "utf8");
}
