// What can be said of a job before it is launched, from what the server offers: refusals that the server
// would make only at the launch. Pure.
import type { Context, Image } from "../../api";
import { hasUnknown } from "../../engine/unknown";
import { asksForNew } from "../../record/outputs";
import { needingCommand } from "../catalogue";
import { nonEmpty } from "../digests";
import type { CheckFailure, JobInputs } from "../inputs";

export function refusedByServer(
  inputs: Partial<JobInputs>,
  facts: { readonly context: Context; readonly images: readonly Image[] },
  hasRegistryAuth: boolean,
): CheckFailure[] {
  const { context, images } = facts;
  const failures: CheckFailure[] = [];
  const size = (property: "cores" | "ram" | "gpus", options: readonly number[], unit: string) => {
    const wanted = inputs[property];
    if (typeof wanted !== "number" || options.length === 0) return;
    if (property === "gpus" && wanted === 0) return;
    const parallel = inputs.pack?.parallel ?? 1;
    if (options.includes(Math.trunc(wanted * parallel))) return; // the server compares the whole part
    const all = options.join(", ") + unit;
    const reason =
      parallel === 1
        ? `${wanted} is not offered: choose one of ${all}`
        : `${wanted} times pack.parallel ${parallel} is ${wanted * parallel}, which no session can have: lower one of both, so that it is one of ${all}`;
    failures.push({ property, reason });
  };
  size("cores", context.cores.options, "");
  size("ram", context.memoryGB.options, " GiB");
  size("gpus", context.gpus.options, "");

  const { image } = inputs;
  const isKnown = images.length === 0 || images.some(({ id }) => id === image);
  if (typeof image === "string" && !hasUnknown(image) && !isKnown && !hasRegistryAuth) {
    const name = image.replace(/[:@][^/]*$/, "");
    const others = images.map(({ id }) => id).filter((id) => id.startsWith(`${name}:`));
    const hint = others.length > 0 ? ` (it has ${others.slice(0, 5).join(", ")})` : "";
    failures.push({
      property: "image",
      reason:
        elsewhere(image, images) ??
        `${image} is not among the server's public images${hint}: correct it, or give registryAuth if it is private`,
    });
  }
  return failures;
}

/**
 * Why a job cannot share a session with others.
 * @param record where it is recorded, if anywhere
 */
export function refusedInPack(
  inputs: Partial<JobInputs>,
  record: string | undefined,
): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const refuse = (property: string, reason: string) => failures.push({ property, reason });
  if (inputs.cmd === undefined && inputs.script === undefined) {
    refuse("pack", "needs cmd or script: a session runs several commands then");
  } else if (record === undefined) {
    refuse(
      "pack",
      'needs a record: it alone tells the jobs of a session apart; give record: "/arc/..." or pulumi config set skaha:record /arc/...',
    );
  }
  for (const name of ["cores", "ram"] as const) {
    if (inputs[name] !== undefined) continue;
    refuse("pack", `needs ${name}: the session gets as much as the jobs that run in it at a time`);
  }
  if (inputs.adopt !== undefined) refuse("adopt", "and pack exclude each other");
  return failures;
}

/** Files are put in the record's home or project, and what is newer than the start is newer than what is recorded of it. */
export function refusedWithoutRecord(
  { files, members, outputs }: Partial<JobInputs>,
  record: string | undefined,
): CheckFailure[] {
  if (record !== undefined) return [];
  const remedy = 'give record: "/arc/..." or pulumi config set skaha:record /arc/...';
  const failures: CheckFailure[] = [];
  if (nonEmpty(files) !== undefined) {
    const reason = `needs a record, in whose home or project the files are put: ${remedy}`;
    failures.push({ property: "files", reason });
  }
  if (members === true) {
    const reason = `needs a record, in whose home or project their list is put: ${remedy}`;
    failures.push({ property: "members", reason });
  }
  if (asksForNew(outputs)) {
    const reason = `with newerThanStart needs a record, which has the start: ${remedy}`;
    failures.push({ property: "outputs", reason });
  }
  return failures;
}

/** Of a job that `/bin/sh` runs: dash and busybox hand on only variables that they can have themselves. */
export function lostInShell({ env, secretEnv }: Partial<JobInputs>): CheckFailure[] {
  return [env, secretEnv]
    .flatMap((map) => (typeof map === "object" && map !== null ? Object.keys(map) : []))
    .filter((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    .map((name) => ({
      property: `env[${JSON.stringify(name)}]`,
      reason: `is a name that a shell does not pass on, and with any of ${needingCommand.join(", ")} /bin/sh runs the job: use letters, digits and _, and start with a letter or _`,
    }));
}

/** @returns undefined for an image of a registry from which there are others */
function elsewhere(image: string, images: readonly Image[]): string | undefined {
  const [host = "", ...rest] = image.split("/");
  const hosts = [...new Set(images.map(({ id }) => id.split("/")[0] ?? ""))];
  if (hosts.includes(host)) return undefined;
  const path = rest.join("/");
  const same = images.find(({ id }) => id.slice(id.indexOf("/") + 1) === path);
  const remedy =
    same === undefined
      ? `push it there (docker tag ${image} ${hosts[0]}/PROJECT/${rest.at(-1)}, then docker push), or choose another`
      : `write ${same.id}`;
  return `${image} is from the registry ${host}, and the server runs only images of ${hosts.join(", ")}: ${remedy}`;
}
