// What the server makes of a POST: its checks in their order, the text it builds, and the Job that comes out
// (`PostAction`, docs/skaha-api.md 1 and 2). Nothing here starts anything.

import type { AdmittedLaunch, Job, Size, Sizes } from "../job";
import { refuse, unexpected } from "../refusal";
import { admit } from "./kubernetes";
import type { Parameters } from "./parameters";
import { javaSplit } from "./snakeyaml/javaText";
import { renderTemplate } from "./template";

/** What `GET /context` answers, and what the checks below look at. Sizes in cores, GiB and GPUs. */
export interface ContextOptions {
  readonly cores: ResourceOptions;
  readonly memoryGB: ResourceOptions;
  readonly gpus: { readonly options: readonly number[] };
  readonly maxInteractiveSessions: string;
}

interface ResourceOptions {
  readonly default: number;
  readonly defaultRequest: number;
  readonly defaultLimit: number;
  readonly options: readonly number[];
}

/** What the registries would say of an image. */
export type ImageVerdict = "public" | "unknown" | "pullable" | "unpullable";

export interface LaunchWorld {
  readonly context: ContextOptions;
  readonly registries: readonly string[];
  readonly gpuEnabled: boolean;
  /** Running and Pending sessions of the user that are neither headless nor desktop apps. */
  readonly interactiveSessions: number;
  readonly user: string;
  readonly sessionId: string;
  /** `skaha.hostname`, which a user may put into his text. @default "127.0.0.1" */
  readonly host?: string | undefined;
  /** Is the image on the public list? If not, may these credentials (`name:secret`) pull it? */
  judgeImage(image: string, credentials: string | undefined): ImageVerdict;
  /** The header `x-skaha-registry-auth`. */
  readonly registryAuth: string | undefined;
}

const sessionTypes = [
  "carta",
  "contributed",
  "desktop",
  "notebook",
  "headless",
  "desktop-app",
  "firefly",
];

/** Throws a `Refusal` with the server's words. */
export function translate(parameters: Parameters, world: LaunchWorld): AdmittedLaunch {
  const image = parameters.get("image");
  if (image === undefined) throw refuse(400, "Missing parameter 'image'");
  const type = checkedType(image, parameters.get("type"), world.registries);
  const { context, host = "127.0.0.1" } = world;
  const cores = checkedSize(parameters.get("cores"), "cores", context.cores.options);
  const ram = checkedSize(parameters.get("ram"), "ram", context.memoryGB.options);
  const name = checkedName(parameters.get("name"));
  if (type !== "headless" && world.interactiveSessions >= Number(context.maxInteractiveSessions)) {
    const limit = context.maxInteractiveSessions;
    throw refuse(400, `User ${world.user} has reached the maximum of ${limit} active sessions.`);
  }
  const gpus = checkedGpus(parameters.get("gpus"), context.gpus.options);
  const verdict = checkedImage(image, world);
  if (type === "desktop-app") {
    // `SessionType.getJobConfigPath` has an underscore where the chart's file has a hyphen.
    throw unexpected("java.nio.file.NoSuchFileException: /config/launch-desktop_app.yaml");
  }

  const requestCores = cores ?? context.cores.defaultRequest;
  const requestRam = ram ?? context.memoryGB.defaultRequest;
  const threads = Math.max(1, Math.trunc(requestCores));
  const gpu = world.gpuEnabled && gpus > 0 ? { "nvidia.com/gpu": String(gpus) } : {};
  const requests = { ...sizes(requestCores, requestRam), ...gpu };
  const limits = {
    ...sizes(cores ?? context.cores.defaultLimit, ram ?? context.memoryGB.defaultLimit),
    ...gpu,
  };

  const container = renderTemplate(
    imageBundle(image, parameters.get("cmd"), parameters.get("args"), parameters.all("env")),
    {
      "skaha.hostname": host,
      "skaha.sessions.hostname": host,
      "skaha.jobname": jobName(type, world.user, world.sessionId),
      "skaha.sessiontype": type.replace("-", "_"),
      "skaha.sessionid": world.sessionId,
      "skaha.sessionname": name.toLowerCase(),
      "skaha.userid": world.user,
      SKAHA_TOP_LEVEL_DIR: "/arc",
      SKAHA_USER_HOME_DIR: `/arc/home/${world.user}`,
      SKAHA_PROJECTS_DIR: "/arc/projects",
      "software.imageid": image,
      "software.hostname": name.toLowerCase(),
      "software.thread.count": String(threads),
      "software.requests.cores": javaText(requestCores),
      "software.limits.cores": javaText(cores ?? context.cores.defaultLimit),
      "software.requests.ram": `${javaText(requestRam)}Gi`,
      "software.limits.ram": `${javaText(ram ?? context.memoryGB.defaultLimit)}Gi`,
      "headless.priority": "",
    },
  );
  const label = nameLabel(name.toLowerCase());
  const hostname = name.toLowerCase();
  const admitted = admit(container, { label, hostname });
  const job: Job = { ...admitted, requests, limits, hostname };
  return {
    job,
    image: container.image ?? image,
    type,
    name: label,
    size: sizeOf(requestCores, requestRam, world.gpuEnabled ? gpus : 0),
    threads,
    fixed: requests.memory === limits.memory,
    unpullable: verdict === "unpullable" ? true : undefined,
  };
}

/** `K8SUtil.getJobName`; Kubernetes lists Jobs in the order of these. */
export function jobName(type: string, user: string, sessionId: string): string {
  const owner = user.replace(/[^0-9a-zA-Z-]/g, "-").toLowerCase();
  return `skaha-${type}-${owner}-${sessionId}`;
}

function checkedType(image: string, type: string | undefined, registries: readonly string[]) {
  if (image.trim() === "") throw refuse(400, "image is required");
  if (!registries.some((host) => image.startsWith(host))) {
    const hosts = registries.join(", ");
    throw refuse(400, `session image '${image}' must come from one of [${hosts}]`);
  }
  const asked = type === undefined || type.trim() === "" ? "headless" : type;
  const known = sessionTypes.find((candidate) => candidate === asked.trim().toLowerCase());
  if (!known) throw refuse(400, `Invalid session type: ${asked}`);
  return known;
}

function checkedSize(text: string | undefined, what: "cores" | "ram", options: readonly number[]) {
  if (text === undefined || text.trim() === "") return undefined;
  const number = javaDouble(text);
  if (number === undefined || !options.includes(Math.trunc(number))) {
    throw refuse(400, `Invalid value for '${what}': ${text}`);
  }
  return number;
}

function checkedName(name: string | undefined): string {
  if (name === undefined || name.trim() === "") throw refuse(400, "Missing parameter 'name'");
  if (!/^[A-Za-z0-9-]+$/.test(name) || name.endsWith("\n")) {
    throw refuse(400, "name can only contain alpha-numeric chars and '-'");
  }
  return name;
}

function checkedGpus(text: string | undefined, options: readonly number[]): number {
  if (text === undefined || text.trim() === "") return 0;
  const gpus = /^[+-]?[0-9]+$/.test(text) ? Number(text) : Number.NaN;
  if (!options.includes(gpus)) throw refuse(400, `Invalid value for 'gpus': ${text}`);
  return gpus;
}

function checkedImage(image: string, { registryAuth, judgeImage }: LaunchWorld): ImageVerdict {
  const listed = judgeImage(image, undefined);
  if (listed === "public") return listed;
  if (registryAuth === undefined || registryAuth.trim() === "") {
    throw refuse(
      400,
      "No authentication provided for unknown or private image.  Use x-skaha-registry-auth request header with base64Encode(username:secret).",
    );
  }
  const credentials = javaSplit(Buffer.from(registryAuth, "base64").toString("utf8"), ":");
  if (credentials.length !== 2) {
    throw refuse(400, "Invalid input.  Must be in form of username:secret");
  }
  return judgeImage(image, credentials.map((part) => part.trim()).join(":"));
}

/** `SessionLabels.truncateLabelValue`: shortened until Kubernetes would take it as a label. */
function nameLabel(name: string): string {
  const label = name.slice(0, 63).replace(/[^a-z0-9]+$/, "");
  if (!/^[a-z0-9]/.test(label)) throw refuse(400, "canfar.net/name label value cannot be blank");
  return label;
}

/** `PostAction.getHeadlessImageBundle`. Nothing is escaped: that is the point. */
function imageBundle(
  image: string,
  cmd: string | undefined,
  args: string | undefined,
  envs: readonly string[],
): string {
  const lines = [`image: "${image}"`];
  if (cmd !== undefined) lines.push(`command: ["${cmd}"]`);
  const pieces = args === undefined ? [] : javaSplit(args, " ");
  if (pieces.length > 0) lines.push(`args: [${pieces.map((piece) => `"${piece}"`).join(", ")}]`);
  lines.push("env:");
  for (const env of envs) {
    const [name, value, ...more] = javaSplit(env, "=");
    // Any other count is dropped without a word.
    if (name === undefined || value === undefined || more.length > 0) continue;
    lines.push(`- name: ${name}`, `  value: "${value}"`);
  }
  return lines.join("\n        ");
}

function sizes(cores: number, ramGiB: number): Sizes {
  return { memory: quantity(ramGiB * 2 ** 30), cpu: quantity(cores) };
}

function sizeOf(cores: number, ramGiB: number, gpus: number): Size {
  return { cores, ramBytes: ramGiB * 2 ** 30, gpus };
}

/** A Kubernetes quantity: whole, or in thousandths. */
function quantity(amount: number): string {
  return Number.isInteger(amount) ? String(amount) : `${Math.ceil(amount * 1000 - 1e-6)}m`;
}

/** `Double.valueOf`: also `1e0`, ` 2 `, `2d`, `0x2p0`; undefined for what it does not take. */
function javaDouble(text: string): number | undefined {
  // Java trims everything up to the space; its `D`/`F` suffix means nothing.
  const trimmed = text.trim();
  const decimal = /^([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)[fFdD]?$/.exec(trimmed);
  if (decimal) return Number(decimal[1]);
  const hex = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?[0-9]+)[fFdD]?$/.exec(trimmed);
  if (!hex) return undefined; // NaN and Infinity too: no option equals them
  const [, sign, whole = "", fraction = "", exponent] = hex;
  if (whole + fraction === "") return undefined;
  const mantissa = Number.parseInt(whole + fraction, 16) / 16 ** fraction.length;
  return (sign === "-" ? -1 : 1) * mantissa * 2 ** Number(exponent);
}

/** `Double.toString`, for the numbers that sizes can be. */
function javaText(number: number): string {
  return Number.isInteger(number) ? `${number}.0` : String(number);
}
