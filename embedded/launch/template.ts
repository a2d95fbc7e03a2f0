// The Job's text with the parameters in it, and the container that SnakeYAML reads out of that text. Of the real
// template (`launch-headless.yaml`) only what decides is here: the indentation around the parameters, the line on which
// they stand, and the placeholders that are replaced after them.

import { unexpected } from "../refusal";
import { composeYaml, type YamlMapping, type YamlNode } from "./snakeyaml/composer";
import { javaReplaceAll } from "./snakeyaml/javaText";
import { YamlError } from "./snakeyaml/scanner";

/** `V1Container`, as far as a POST decides it. Null: nothing was said. */
export interface Container {
  readonly image: string | null;
  readonly command: readonly (string | null)[] | null;
  readonly args: readonly (string | null)[] | null;
  readonly env: readonly { readonly name: string | null; readonly value: string | null }[];
}

/** Values of the placeholders that a user may put into his own text, by their names in the template. */
export type Placeholders = Readonly<Record<string, string>>;

/** The order of the server's HashMap. The bundle is replaced first, so the others are replaced in the user's text. */
const replaced = [
  "skaha.hostname",
  "skaha.jobname",
  "skaha.sessiontype",
  "SKAHA_TOP_LEVEL_DIR",
  "software.limits.cores",
  "SKAHA_USER_HOME_DIR",
  "software.requests.cores",
  "skaha.sessionexpiry",
  "skaha.sessionid",
  "software.imageid",
  "software.thread.count",
  "skaha.sessions.hostname",
  "skaha.userid",
  "skaha.posixid",
  "software.hostname",
  "software.limits.ram",
  "SKAHA_PROJECTS_DIR",
  "headless.priority",
  "skaha.supgroups",
  "skaha.sessionname",
  "software.requests.ram",
];

/** The line on which the bundle begins in the recorded server; errors name lines. */
const bundleLine = 80;
const before = [
  "---",
  "spec:",
  "  template:",
  "    spec:",
  "      initContainers:",
  "      - name: backup-original-passwd-groups",
  `        image: \${software.imageid}`,
];
const between = [
  "      containers:",
  `      - name: "\${skaha.jobname}"`,
  "        # image and start of the 'env' label comes from the image bundle",
];
const after = [
  "        - name: skaha_hostname",
  `          value: "\${skaha.hostname}"`,
  "        securityContext:",
  "          privileged: false",
  "      volumes: []",
];
const head = [
  ...before,
  ...Array.from({ length: bundleLine - 1 - before.length - between.length }, () => "#"),
  ...between,
];

/** Throws the server's 400 and 500 for text that Java or SnakeYAML will not take. */
export function renderTemplate(bundle: string, values: Placeholders): Container {
  const placeholder = `        \${headless.image.bundle}`;
  let text = [...head, placeholder, ...after, ""].join("\n");
  text = javaReplaceAll(text, placeholder.trim(), bundle);
  for (const name of replaced) {
    const value = values[name];
    if (value !== undefined) text = javaReplaceAll(text, `\${${name}}`, value);
  }
  checkPrintable(text);
  try {
    const container = containerOf(composeYaml(text));
    // The server's own variables follow the user's; here one stands for all.
    return { ...container, env: container.env.slice(0, -1) };
  } catch (error) {
    if (error instanceof YamlError) throw unexpected(error.message);
    throw error;
  }
}

function checkPrintable(text: string): void {
  const found =
    // What `StreamReader.isPrintable` leaves out.
    /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(text);
  if (!found) return;
  const [char] = found;
  const code = char.codePointAt(0)?.toString(16).toUpperCase();
  throw unexpected(
    `unacceptable code point '${char}' (0x${code}) special characters are not allowed\nin "'reader'", position ${found.index}`,
  );
}

/** What `V1Container` has; a key that is not here is an error. */
const containerKeys = [
  "args",
  "command",
  "env",
  "envFrom",
  "image",
  "imagePullPolicy",
  "lifecycle",
  "livenessProbe",
  "name",
  "ports",
  "readinessProbe",
  "resizePolicy",
  "resources",
  "restartPolicy",
  "securityContext",
  "startupProbe",
  "stdin",
  "stdinOnce",
  "terminationMessagePath",
  "terminationMessagePolicy",
  "tty",
  "volumeDevices",
  "volumeMounts",
  "workingDir",
];

function containerOf(document: YamlNode): Container {
  const spec = child(child(child(document, "spec"), "template"), "spec");
  const containers = child(spec, "containers");
  const container = containers?.kind === "sequence" ? containers.items[0] : undefined;
  if (container?.kind !== "mapping") throw notAJob("containers are not a list of containers");
  checkKeys(container, containerKeys);
  const env = child(container, "env");
  if (env?.kind !== "sequence") throw notAJob("env is not a list");
  return {
    image: property(container, "image"),
    command: texts(child(container, "command")),
    args: texts(child(container, "args")),
    env: env.items.map((item) => {
      if (item.kind !== "mapping") throw notAJob("a variable is not a mapping");
      checkKeys(item, ["name", "value", "valueFrom"]);
      return { name: property(item, "name"), value: property(item, "value") };
    }),
  };
}

function child(node: YamlNode | undefined, key: string): YamlNode | undefined {
  if (node?.kind !== "mapping") return undefined;
  // Of a key that is there twice the last one counts.
  return node.entries.findLast(([name]) => name.kind === "scalar" && name.value === key)?.[1];
}

function checkKeys(node: YamlMapping, known: readonly string[]): void {
  for (const [key] of node.entries) {
    const name = key.kind === "scalar" ? key.value : null;
    if (name === null || !known.includes(name)) throw notAJob(`Unable to find property '${name}'`);
  }
}

function text(node: YamlNode | undefined): string | null {
  if (node === undefined) return null;
  if (node.kind !== "scalar") throw notAJob("a text is a collection");
  if (node.ownTag) throw notAJob("could not determine a constructor for the tag");
  return node.value;
}

/** A `String` of a bean: a boolean is constructed as one, and is then written as Java writes it. */
function property(bean: YamlMapping, name: string): string | null {
  const node = child(bean, name);
  const value = text(node);
  const isBoolean = node?.kind === "scalar" && node.boolean !== undefined;
  return isBoolean ? String(node.boolean) : value;
}

function texts(node: YamlNode | undefined): (string | null)[] | null {
  if (node === undefined || (node.kind === "scalar" && node.value === null)) return null;
  if (node.kind !== "sequence") throw notAJob("a list of texts is something else");
  return node.items.map(text);
}

/** The real server goes on with a dump of the whole Java object. */
function notAJob(reason: string) {
  return unexpected(
    `Cannot create property=spec for JavaBean=class V1Job {\n    (not dumped by the embedded server: ${reason})\n}`,
  );
}
