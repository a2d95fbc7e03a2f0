// `pulumi-skaha init`: makes a folder a project that can launch jobs, and launches a first one. What is there
// already is kept, whatever it says.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { canAsk, confirm } from "../../ask";
import { CommandError } from "../../commandError";
import { packageFindings, readProjectFile } from "../../doctor/project";
import { assertBackend } from "../../init/assertBackend";
import { runFirstJob } from "../../init/firstJob";
import { setFirstRecord } from "../../init/firstRecord";
import { freeProjectName } from "../../init/freeName";
import {
  type Form,
  firstConfig,
  newFiles,
  otherPackages,
  projectName,
  templateImage,
} from "../../init/newFiles";
import { ownPackage } from "../../init/ownPackage";
import { type GlobalOptions, openProject, type Project, passphraseFile } from "../../project";
import { coloured, say, shellWord } from "../../terminal";
import { examine, lineOf } from "../doctor/action";

export interface InitOptions extends GlobalOptions {
  readonly typescript?: boolean | undefined;
  /** False: `--no-launch`. */
  readonly launch: boolean;
  readonly yes?: boolean | undefined;
}

/** Of a `file://` backend in the project's own folder. */
const stateFolder = ".pulumi-state";
const firstStack = "dev";

/** @returns the exit status: 1 where something keeps jobs from running */
export async function init(options: InitOptions): Promise<number> {
  const folder = path.resolve(options.cwd ?? ".");
  const form: Form = options.typescript ? "typescript" : "yaml";
  const stack = options.stack ?? firstStack;
  await mkdir(folder, { recursive: true });
  await writeProject(folder, form, stack);
  await makeStateFolder(folder);
  await assertBackend(await openProject({ cwd: folder }));
  await ignoreInGit(folder);
  await installPackages(folder, form);
  await makePassphrase(folder, stack);
  const project = await openProject({ cwd: folder });
  const isNew = await makeStack(project, stack, form);

  say();
  const verdict = await examine({ cwd: folder, stack }, (finding) =>
    say(lineOf(finding, process.stderr)),
  );
  say();
  if (verdict === "fault") {
    say(
      "Jobs cannot be launched until you correct the faults above; then run pulumi-skaha doctor again.",
    );
    return 1;
  }
  if (isNew) await setFirstRecord(project, stack);
  if (options.launch) await launch(project, stack, options.yes ?? false);
  sayWhatNext(folder, form);
  return 0;
}

async function writeProject(folder: string, form: Form, stack: string): Promise<void> {
  const there = ["Pulumi.yaml", "Pulumi.yml"].find((name) => existsSync(path.join(folder, name)));
  if (there !== undefined) {
    say(`kept     ${there}, and the program that it names`);
    return;
  }
  const own = await ownPackage();
  const { PULUMI_BACKEND_URL: elsewhere } = process.env;
  const backendUrl = elsewhere ? undefined : `file://./${stateFolder}`;
  const name = elsewhere ? projectName(folder) : await freeProjectName(folder, stack);
  for (const file of await newFiles(form, { name, backendUrl, source: own.source })) {
    await writeNew(folder, file.name, file.text);
  }
  if (elsewhere) say("state    stays where PULUMI_BACKEND_URL says");
}

/** Pulumi takes a folder for its state that is there, and makes none. Git, which ignores it, brings none. */
async function makeStateFolder(folder: string): Promise<void> {
  const url = (await readProjectFile(folder)).backend?.url ?? "";
  const state = path.resolve(folder, url.replace(/^file:\/\//, ""));
  if (process.env.PULUMI_BACKEND_URL || !url.startsWith("file://./") || existsSync(state)) return;
  await mkdir(state, { recursive: true });
  say(`made     ${path.relative(folder, state)}/, where the jobs' state is kept: back it up`);
}

/** @returns false where the file is there */
async function writeNew(
  folder: string,
  name: string,
  text: string,
  about = "",
  mode = 0o666,
): Promise<boolean> {
  try {
    await writeFile(path.join(folder, name), text, { flag: "wx", mode });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    say(`kept     ${name}, which is there`);
    return false;
  }
  say(`wrote    ${name}${about}`);
  return true;
}

async function ignoreInGit(folder: string): Promise<void> {
  const wanted = [
    "node_modules/",
    "logs/",
    ".skaha/",
    "report.html",
    `${stateFolder}/`,
    passphraseFile,
  ];
  const file = path.join(folder, ".gitignore");
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) {
    await writeNew(folder, ".gitignore", `${wanted.join("\n")}\n`);
    return;
  }
  const lines = new Set(text.split("\n").map((line) => line.trim()));
  const missing = wanted.filter((line) => !lines.has(line) && !lines.has(`/${line}`));
  if (missing.length === 0) {
    say("kept     .gitignore, which is there");
    return;
  }
  await appendFile(
    file,
    `${text === "" || text.endsWith("\n") ? "" : "\n"}${missing.join("\n")}\n`,
  );
  say(`added    to .gitignore: ${missing.join(" ")}`);
}

async function installPackages(folder: string, form: Form): Promise<void> {
  const findings = packageFindings(folder, await readProjectFile(folder));
  if (findings.every(({ verdict }) => verdict !== "fault")) {
    say("kept     the packages, which are there");
    return;
  }
  const manifest = JSON.parse(
    await readFile(path.join(folder, "package.json"), "utf8").catch(() => "{}"),
  );
  const own = await ownPackage();
  const declared = { ...manifest.dependencies, ...manifest.devDependencies }["pulumi-skaha"];
  if (own.place && (declared === undefined || declared === own.source)) {
    const file = own.source.replace(/^file:/, "");
    if (existsSync(path.join(folder, file))) say(`kept     ${file}, which is there`);
    else say(`packed   ${await own.place(folder)}, this very package`);
  }
  // A manifest that is there gets what it lacks; npm keeps the rest of it.
  const added =
    declared === undefined
      ? [own.place ? own.source : `pulumi-skaha@${own.source}`, ...(await otherPackages(form))]
      : [];
  say(`running  npm install ${added.join(" ")}`.trimEnd());
  await npmInstall(folder, added);
}

async function npmInstall(folder: string, added: readonly string[]): Promise<void> {
  const words = ["install", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"];
  const child = spawn("npm", [...words, ...added], { cwd: folder, stdio: ["ignore", 2, 2] });
  const status = await new Promise((resolve, reject) => {
    child.once("error", (error) =>
      reject(new CommandError(`npm does not start: ${error.message}: it comes with Node`)),
    );
    child.once("close", (code, signal) => resolve(signal ?? code));
  });
  if (status !== 0) {
    throw new CommandError(
      `npm install ended with ${status} in ${folder}: see its output above, then run pulumi-skaha init again`,
    );
  }
}

async function makePassphrase(folder: string, stack: string): Promise<void> {
  const { PULUMI_CONFIG_PASSPHRASE, PULUMI_CONFIG_PASSPHRASE_FILE } = process.env;
  if (PULUMI_CONFIG_PASSPHRASE !== undefined || PULUMI_CONFIG_PASSPHRASE_FILE !== undefined) {
    say("secrets  are encrypted with the passphrase of your environment");
    return;
  }
  const settings = await readFile(path.join(folder, `Pulumi.${stack}.yaml`), "utf8").catch(
    () => "",
  );
  if (settings.includes("encryptionsalt") && !existsSync(path.join(folder, passphraseFile))) {
    throw new CommandError(
      `Pulumi.${stack}.yaml was made with a passphrase that is not here: put it into ${passphraseFile}, or set PULUMI_CONFIG_PASSPHRASE_FILE`,
    );
  }
  const text = `${randomBytes(32).toString("base64url")}\n`;
  const about = ", which encrypts the stack's secrets: keep a copy in a safe place";
  await writeNew(folder, passphraseFile, text, about, 0o600);
}

const stacks = z.array(z.looseObject({ name: z.string() }));

/** @returns false where the stack is there */
async function makeStack({ pulumi }: Project, stack: string, form: Form): Promise<boolean> {
  const listed = stacks.parse(JSON.parse(await pulumi.read(["stack", "ls", "--json"])));
  if (listed.some(({ name }) => name === stack || name.split("/").at(-1) === stack)) {
    await pulumi.read(["stack", "select", stack]);
    say(`kept     the stack ${stack}, and selected it`);
    return false;
  }
  await pulumi.read(["stack", "init", stack]);
  const present = JSON.parse(await pulumi.read(["config", "--json", "--stack", stack]));
  const config = (await firstConfig(form)).filter(([key]) => !(key in present));
  for (const [key, value] of config) {
    await pulumi.read(["config", "set", key, value, "--stack", stack]);
  }
  const set = config.map((pair) => pair.join("=")).join(", ");
  say(`made     the stack ${stack}${set && `, with ${set}`}`);
  return true;
}

const exported = z.looseObject({
  deployment: z.looseObject({ resources: z.array(z.unknown()).nullish() }),
});

async function launch(project: Project, stack: string, isAgreed: boolean): Promise<void> {
  const { pulumi, folder } = project;
  const state = await pulumi.read(["stack", "export", "--stack", stack]);
  const { resources } = exported.parse(JSON.parse(state)).deployment;
  // The trial is the whole program of its run: on a stack with jobs it would cancel them.
  if (resources && resources.length > 0) {
    say(`The stack ${stack} has jobs already: no trial job is launched there.`);
    return;
  }
  const question = `Launch a first job of ten seconds on the stack ${stack}, and remove it again?`;
  if (!isAgreed && !canAsk()) {
    say("There is no terminal to ask on, so no first job is launched (--yes launches it).");
    return;
  }
  if (!isAgreed && !(await confirm(question))) return;
  say("Launching a first job of ten seconds ...");
  const { name } = await readProjectFile(folder);
  const image = await templateImage();
  const hasRun = await runFirstJob({ project, projectName: name, stack, image });
  say(hasRun ? "It works." : "Launching and cancelling work; but nobody saw the job run.");
}

function sayWhatNext(folder: string, form: Form): void {
  const isHere = path.resolve(".") === folder;
  const program = form === "yaml" ? "fleet.yaml" : "index.ts";
  const lines = [
    ...(isHere ? [] : [`cd ${shellWord(folder)}`]),
    `npx pulumi-skaha preview     what ${program} would launch; edit it first`,
    "npx pulumi-skaha up          launch it",
    "npx pulumi-skaha status      how the jobs stand",
    "npx pulumi-skaha pulumi config set skaha:maxInFlight 50     any other command of Pulumi's",
  ];
  say("Next:");
  for (const line of lines) say(coloured("bold", `  ${line}`, process.stderr));
}
