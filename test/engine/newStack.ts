// A stack as `pulumi stack init` leaves it. Of each program, CLI and passphrase it is run once in a run of the tests, and what
// it wrote is copied for the Benches that follow: the command takes half a second, and there are hundreds of them.
import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";

export interface NewStack {
  /** A word that is nowhere else. */
  readonly stack: string;
  /** Where backend and home are. */
  readonly folder: string;
  /** The folder of the Pulumi.yaml. */
  readonly program: string;
  readonly command: string;
}

/** Of a Bench's folder, and beside them the stack's settings, which are in the program's. */
const written = ["backend", "home/workspaces"];
const settings = "settings.yaml";

/** @param init runs `pulumi stack init` */
export async function makeStack(
  { stack, folder, program, command }: NewStack,
  passphrase: string,
  init: () => Promise<unknown>,
): Promise<void> {
  const wanted = { stack, folder, program, command };
  const ofStack = path.join(program, `Pulumi.${stack}.yaml`);
  const ofRun = process.env.PULUMI_SKAHA_TEST_RUN; // by test/ofRun.cjs
  if (!ofRun || existsSync(ofStack)) {
    await init();
    return;
  }
  const project = await readFile(path.join(program, "Pulumi.yaml"), "utf8");
  const key = createHash("sha256").update(JSON.stringify([program, project, command, passphrase]));
  const kept = path.join(ofRun, `stack-${key.digest("hex").slice(0, 16)}`);
  if (existsSync(kept)) {
    await copy(kept, wanted, ofStack);
    return;
  }
  await init();
  await keep(kept, wanted, ofStack);
}

/** Another worker may have been quicker: then its copy stays. */
async function keep(kept: string, made: NewStack, ofStack: string): Promise<void> {
  const own = `${kept}.${randomUUID()}`;
  for (const part of written) {
    await cp(path.join(made.folder, part), path.join(own, part), { recursive: true });
  }
  await cp(ofStack, path.join(own, settings));
  await writeFile(path.join(own, "made.json"), JSON.stringify(made));
  await rename(own, kept).catch(() => rm(own, { recursive: true }));
}

/** The stack's name and the Bench's folder are in the files and their names. */
async function copy(kept: string, wanted: NewStack, ofStack: string): Promise<void> {
  const made: NewStack = JSON.parse(await readFile(path.join(kept, "made.json"), "utf8"));
  const own = (text: string) =>
    text.replaceAll(made.stack, wanted.stack).replaceAll(made.folder, wanted.folder);
  for (const part of written) {
    const entries = await readdir(path.join(kept, part), { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((one) => one.isFile() && isOfNow(one.name))) {
      const file = path.join(entry.parentPath, entry.name);
      const place = path.join(wanted.folder, own(path.relative(kept, file)));
      await mkdir(path.dirname(place), { recursive: true });
      await writeFile(place, own(await readFile(file, "utf8")));
    }
  }
  await cp(path.join(kept, settings), ofStack);
}

/** Not a checksum of what is written otherwise here, nor the state before. */
function isOfNow(name: string): boolean {
  return !name.endsWith(".attrs") && !name.endsWith(".bak");
}
