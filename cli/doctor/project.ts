// What a project's folder has: Pulumi.yaml as this provider needs it, and the packages of its program.
import { existsSync, readFileSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import semver from "semver";
import { parse } from "yaml";
import { z } from "zod";
import { messageOf } from "../../provider/errors";
import { issueText } from "../../provider/text/issueText";
import { checkout } from "../../toolchain/checkout";
import { CommandError } from "../commandError";
import { type Finding, fault, ok, warning } from "./finding";

const projectFile = z.looseObject({
  name: z.string(),
  main: z.string().optional(),
  runtime: z.union([z.string(), z.looseObject({ name: z.string() })]),
  backend: z.looseObject({ url: z.string().optional() }).nullish(),
  options: z.looseObject({ refresh: z.unknown() }).nullish(),
});
export type ProjectFile = z.infer<typeof projectFile>;

export async function readProjectFile(folder: string): Promise<ProjectFile> {
  const names = ["Pulumi.yaml", "Pulumi.yml"].map((name) => path.join(folder, name));
  const file = names.find((name) => existsSync(name)) ?? names[0] ?? "";
  const read = projectFile.safeParse(parsed(await readFile(file, "utf8"), file));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const place = issue?.path.join(".") || "its top";
  throw new CommandError(
    `${file} is not a Pulumi project, at ${place}: it ${issue && issueText(issue)}; it needs at least name: my-study and runtime: nodejs`,
  );
}

/** @returns the folder below the project's that its program runs in, as Pulumi has it; "" for the project's */
export function programPlace(folder: string, { main = "" }: ProjectFile): string {
  const isFolder = statSync(path.join(folder, main), { throwIfNoEntry: false })?.isDirectory();
  const place = path.normalize(isFolder ? main : path.dirname(main)).replace(/\/+$/, "");
  return place === "." ? "" : place;
}

/** @throws CommandError with the place of what is no YAML */
function parsed(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    const [words = ""] = messageOf(error).split("\n");
    const text = `${file} is no YAML: ${words.replace(/:$/, "")}; correct that file`;
    throw new CommandError(text, 1, { cause: error });
  }
}

export function projectFinding(folder: string, { name, options }: ProjectFile): Finding {
  return options?.refresh === "always"
    ? ok("project", `${name} in ${folder}; each up looks at the jobs first`)
    : warning(
        "project",
        `${name} in ${folder} has no \`refresh: always\`, so that a plain up acts on what the last one saw`,
        "add to Pulumi.yaml: options: { refresh: always }",
      );
}

const manifest = z.looseObject({
  version: z.string(),
  peerDependencies: z.record(z.string(), z.string()).optional(),
});

/** The program's own packages: the command may be another installation. */
export function packageFindings(folder: string, { main = ".", runtime }: ProjectFile): Finding[] {
  const language = typeof runtime === "string" ? runtime : runtime.name;
  if (language !== "nodejs") {
    return [
      fault("packages", `the runtime is ${language}`, "programs with this provider run on nodejs"),
    ];
  }
  const program = path.resolve(folder, main);
  const from = path.extname(program) === "" ? program : path.dirname(program);
  const ours = manifestOf("pulumi-skaha", from);
  const pulumi = manifestOf("@pulumi/pulumi", from);
  if (!ours || !pulumi) {
    const missing = [ours ? [] : ["pulumi-skaha"], pulumi ? [] : ["@pulumi/pulumi"]].flat();
    return [fault("packages", `${from} has no ${missing.join(" and no ")}`, "npm install")];
  }
  const range = ours.peerDependencies?.["@pulumi/pulumi"] ?? "*";
  if (!semver.satisfies(pulumi.version, range)) {
    const text = `@pulumi/pulumi is ${pulumi.version}; it must be ${range}`;
    return [fault("packages", text, `npm install "@pulumi/pulumi@${range}"`)];
  }
  const own = manifestOf("pulumi-skaha", checkout)?.version;
  const text = `pulumi-skaha ${ours.version}, @pulumi/pulumi ${pulumi.version}`;
  return own === undefined || own === ours.version
    ? [ok("packages", text)]
    : [
        warning(
          "packages",
          `${text}, but this command is of pulumi-skaha ${own}`,
          "npx pulumi-skaha in the project runs the project's own",
        ),
      ];
}

/** As Node finds a package for the program, or through its own name inside it. */
function manifestOf(name: string, folder: string): z.infer<typeof manifest> | undefined {
  try {
    const file = createRequire(path.join(folder, "_.js")).resolve(`${name}/package.json`);
    return manifest.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
}
