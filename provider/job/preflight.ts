// What can be said of a job before it is launched, from what the server offers: refusals that the server
// would make only at the launch, and warnings about what works but rarely as meant. Pure.
import type { Context, Image } from "../api";
import { hasUnknown } from "../engine/unknown";
import type { CheckFailure, JobInputs } from "./inputs";

/** From these sizes on, sessions wait noticeably longer for a node (CANFAR's own advice). */
const largeCores = 16;
const largeRam = 64;

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
    if (options.includes(Math.trunc(wanted))) return; // the server compares the whole part
    failures.push({
      property,
      reason: `${wanted} is not offered: choose one of ${options.join(", ")}${unit}`,
    });
  };
  size("cores", context.cores.options, "");
  size("ram", context.memoryGB.options, " GiB");
  size("gpus", context.gpus.options, "");

  const { image } = inputs;
  const isKnown = images.length === 0 || images.some(({ id }) => id === image);
  if (typeof image === "string" && !hasUnknown(image) && !isKnown && !hasRegistryAuth) {
    const name = image.replace(/[:@][^/]*$/, "");
    const others = images.map(({ id }) => id).filter((id) => id.startsWith(`${name}:`));
    const hint = others.length > 0 ? ` (there is ${others.slice(0, 5).join(", ")})` : "";
    failures.push({
      property: "image",
      reason: `${image} is not among the server's public images${hint}: correct it, or give registryAuth if it is private`,
    });
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
      reason:
        "is a name that a shell does not hand on, and with record, outputs, cwd or maxRunSeconds a job is run by /bin/sh: use letters, digits and _, and start with a letter or _",
    }));
}

export function warningsOf(inputs: Partial<JobInputs>): string[] {
  const warnings: string[] = [];
  const { image, cores, ram } = inputs;
  const isNamed = typeof image === "string" && !hasUnknown(image);
  if (isNamed && (/:latest$/.test(image) || !/[:@][^/]*$/.test(image))) {
    warnings.push(
      `image ${image}: what ":latest" is may change between two jobs of a sweep; name a version`,
    );
  }
  if ((cores ?? 0) >= largeCores || (ram ?? 0) >= largeRam) {
    warnings.push(
      `${cores ?? "default"} cores, ${ram ?? "default"} GiB: large sessions wait longer in the queue`,
    );
  }
  for (const path of localPaths(inputs)) {
    warnings.push(`${path} is a path of this machine; jobs see /arc and /scratch`);
  }
  return warnings;
}

function localPaths({ cmd, script, args = [], env = {} }: Partial<JobInputs>): string[] {
  const words = [cmd, script, ...(Array.isArray(args) ? args : []), ...Object.values(env)];
  const found = words.flatMap((word) =>
    typeof word === "string"
      ? (word.match(/(?<![\w/.-])(?:\/(?:home|Users)\/[^\s"']+|[A-Za-z]:\\[^\s"']*)/g) ?? [])
      : [],
  );
  return [...new Set(found)];
}
