// What works but is rarely meant: said in the preview, with a remedy, and refused by nobody. Pure.
import { hasUnknown } from "../../engine/unknown";
import { placeholdersIn } from "../../files/place";
import { splitCommand } from "../command";
import type { JobInputs } from "../inputs";

/** From these sizes on, sessions wait noticeably longer for a node (CANFAR's own advice). */
const largeCores = 16;
const largeRam = 64;

export function warningsOf(inputs: Partial<JobInputs>): string[] {
  return [
    ...ofImage(inputs),
    ...ofSize(inputs),
    ...localPaths(inputs).map(
      (path) => `${path} is a path of this machine; jobs see /arc and /scratch`,
    ),
    ...ofScript(inputs),
    ...ofArgs(inputs),
    ...ofVariables(inputs),
    ...ofFolder(inputs),
  ];
}

/** What the command names only where there is something to name. */
function ofFolder({ files, members, ...inputs }: Partial<JobInputs>): string[] {
  const { cmd, script, args, resumeArgs, env, untrackedEnv } = inputs;
  const lists = [args, resumeArgs].flatMap((words) => (Array.isArray(words) ? words : []));
  const maps = [env, untrackedEnv].flatMap((map) => Object.values(map ?? {}));
  const words = [cmd, script, ...lists, ...maps];
  const named = new Set(
    words.flatMap((word) =>
      typeof word === "string" && !hasUnknown(word) ? placeholdersIn(word) : [],
    ),
  );
  const asIs = (name: "files" | "members", what: string) =>
    named.has(name)
      ? [`{${name}} reaches the program as it is, because the job has no \`${name}\`: ${what}`]
      : [];
  return [
    ...(files === undefined ? asIs("files", "list the files that it stands for") : []),
    ...(members ? [] : asIs("members", "`members: true` makes a job that merges those of `after`")),
  ];
}

function ofImage({ image }: Partial<JobInputs>): string[] {
  const isNamed = typeof image === "string" && !hasUnknown(image);
  if (!isNamed || !(/:latest$/.test(image) || !/[:@][^/]*$/.test(image))) return [];
  return [
    `image ${image}: ":latest" may be another image for the next job of a sweep; name a version`,
  ];
}

function ofSize({ cores, ram }: Partial<JobInputs>): string[] {
  if ((cores ?? 0) < largeCores && (ram ?? 0) < largeRam) return [];
  return [
    `${cores === 1 ? "1 core" : `${cores ?? "default"} cores`}, ${ram ?? "default"} GiB: large sessions wait longer in the queue`,
  ];
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

const shells = ["sh", "bash", "dash", "ksh", "zsh", "csh", "tcsh", "fish"];

function ofScript({ script }: Partial<JobInputs>): string[] {
  if (typeof script !== "string" || hasUnknown(script)) return [];
  const warnings: string[] = [];
  if (script.includes("\r\n")) {
    warnings.push(
      'script has Windows line ends (CR LF), and bash takes each CR for a part of the line\'s last word: save the file with Unix line ends (LF), or give script.replaceAll("\\r\\n", "\\n")',
    );
  }
  const [, interpreter = "", options = ""] =
    /^#!\s*(?:\S*\/env\s+(?:-\S+\s+)*)?(\S+)[^\S\r\n]*([^\r\n]*)/.exec(script) ?? [];
  const program = interpreter.split("/").at(-1) ?? "";
  if (program !== "" && !/^(ba|da)?sh$/.test(program)) {
    const remedy = shells.includes(program)
      ? `give cmd: ${JSON.stringify(program)} and args: ["-c", the script]`
      : `keep the script in a file on /arc and give cmd: ${JSON.stringify(`${program} /arc/...`)}`;
    warnings.push(`script begins with ${firstLine(script)}, but bash runs it: ${remedy}`);
  } else if (options.trim() !== "") {
    warnings.push(
      `script begins with ${firstLine(script)}, but bash is started without those options: write set ${options.trim()} in the next line`,
    );
  }
  return warnings;
}

function firstLine(text: string): string {
  return text.split(/\r?\n/, 1)[0]?.trim() ?? "";
}

/** Redirections and operators, as words of their own; `>file` is one as well. */
const operator = /^(?:\d?>>?(?:&\d|[\w./~$-]*)|&>>?.*|<|<<|<<<|\|\|?|\|&|&&?|;)$/;
/** What a shell would put something else in the place of, at the beginning of a word or of a part of it. */
const expansion = /(?:^|[=:,])(~(?=\/|$)|\$(?:[A-Z_][A-Z0-9_]*|\{[A-Za-z_]\w*\})(?=\/|:|$))/;

function ofArgs({ cmd, args, resumeArgs }: Partial<JobInputs>): string[] {
  const all = [args, resumeArgs].flatMap((words) => (Array.isArray(words) ? words : []));
  return all.flatMap((word, index) => {
    if (typeof word !== "string" || hasUnknown(word)) return [];
    const isOperator =
      operator.test(word) && !(word === ";" && all.some((one) => /^-(exec|ok)/.test(one)));
    const [, name] = expansion.exec(word) ?? [];
    if ((!isOperator && name === undefined) || isForShell(cmd, all, index)) return [];
    if (isOperator) {
      return [
        `the argument ${JSON.stringify(word)} reaches the program as it is: no shell runs the command; use script if you need a shell`,
      ];
    }
    const instead =
      name === "~" || /HOME/.test(name ?? "") ? "write /arc/home/NAME" : "write the value";
    return [
      `the argument ${JSON.stringify(word)} reaches the program with ${name} as it is: no shell runs the command; ${instead}, or use script`,
    ];
  });
}

/** What follows `-c` is a shell's to read. */
function isForShell(cmd: unknown, args: readonly unknown[], index: number): boolean {
  if (typeof cmd !== "string") return false;
  const words = [...splitCommand(cmd).words, ...args];
  const at = words.length - args.length + index;
  const isShell = words.slice(0, at).some((word) => shells.includes(lastStep(word)));
  const before = words[at - 1];
  return isShell && typeof before === "string" && /^-\w*c$/.test(before);
}

/** Of what is no text, which is refused elsewhere, nothing. */
function lastStep(path: unknown): string {
  return typeof path === "string" ? (path.split("/").at(-1) ?? "") : "";
}

/** Only of `env`, whose values are no secrets. */
function ofVariables({ env, untrackedEnv }: Partial<JobInputs>): string[] {
  const all = [env, untrackedEnv].flatMap((map) =>
    typeof map === "object" && map !== null ? Object.entries(map) : [],
  );
  return all.flatMap(([name, value]) => {
    if (typeof value !== "string" || hasUnknown(value)) return [];
    const [, found] = expansion.exec(value) ?? [];
    const script = `script: 'export ${name}=${value.replaceAll("'", "")}; ...'`;
    if (found !== undefined) {
      return [
        `the variable ${name}=${value} has ${found} as it is: no shell expands it; set it in the command, like ${script}`,
      ];
    }
    if (name === "PATH" && !value.split(":").includes("/bin")) {
      return [
        `the variable PATH=${value} replaces the image's own, so that programs of /usr/bin are not found; add to it in the command, like script: 'export PATH=${value}:$PATH; ...'`,
      ];
    }
    return [];
  });
}
