// What a session executes: the Job after kubelet's expansion, the server's own variables, a container's small
// environment, `/arc` and `/scratch` mapped to local folders.
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import type { SessionRecord } from "../job";
import { expandEnv, expandReferences } from "./kubelet";
import { foldersOf, mapPaths } from "./localPaths";

export interface ProcessOptions {
  readonly dataDir: string;
  /** `skaha_hostname` in the sessions. */
  readonly hostname: string;
  /** What an image runs when a POST has no cmd; undefined: it has no entrypoint here. */
  entrypointOf(image: string): readonly string[] | undefined;
}

export interface SessionProcess {
  /**
   * A text for `sh` that becomes the process. Not a command line, which every user of the machine may read:
   * variables hold secrets.
   */
  readonly script: string;
  /** The session's HOME. */
  readonly cwd: string;
}

/** The argv and environment as the container would have them, `/arc` and `/scratch` mapped. */
/** Throws `CannotStart` if there is nothing that can be executed. */
export function processOf(session: SessionRecord, options: ProcessOptions): SessionProcess {
  const { job, threads, image } = session.launch;
  const home = `/arc/home/${session.user}`;
  const declared = expandEnv([
    ...job.env,
    ["skaha_hostname", options.hostname],
    ["skaha_username", session.user],
    ["skaha_sessionid", session.id],
    ["HOME", home],
    ["PWD", home],
    ["OMP_NUM_THREADS", String(threads)],
  ]);
  const folders = foldersOf(options.dataDir, session.id);
  const env = new Map([
    ["PATH", process.env.PATH ?? "/usr/local/bin:/usr/bin:/bin"],
    ["LANG", process.env.LANG ?? "C.UTF-8"],
  ]);
  for (const [name, value] of declared) env.set(name, mapPaths(value, folders));
  const command = job.command ?? options.entrypointOf(image);
  if (!command) {
    throw new CannotStart(`no cmd, and this server knows no entrypoint of the image ${image}`, 127);
  }
  const cwd = mapPaths(home, folders);
  const [program = "", ...args] = [...command, ...(job.args ?? [])].map((word) =>
    mapPaths(expandReferences(word, declared), folders),
  );
  checkProgram(program, env.get("PATH") ?? "", cwd);
  return { script: scriptOf([program, ...args], env), cwd };
}

/** Variables that a shell makes itself, wherever it gets none. */
const shellsVariables = ["_", "PWD", "OLDPWD", "SHLVL"];

/**
 * Names with which a shell does something of its own, refuses a value, or complains of it. They go through
 * `env`, where their values are seen as arguments for the moment until it becomes the program.
 */
const shellsOwn = new RegExp(
  `^(${[
    ...[
      "_",
      "PATH",
      "IFS",
      "ENV",
      "HOME",
      "PWD",
      "OLDPWD",
      "CDPATH",
      "SHELL",
      "SHLVL",
      "SHELLOPTS",
    ],
    ...[
      "PPID",
      "UID",
      "EUID",
      "GROUPS",
      "LINENO",
      "S?RANDOM",
      "SECONDS",
      "EPOCH\\w*",
      "OPT(ARG|IND|ERR)",
    ],
    ...[
      "FUNCN\\w*",
      "DIRSTACK",
      "PIPESTATUS",
      "HIST\\w*",
      "histchars",
      "HOST(NAME|TYPE)",
      "MACHTYPE",
      "OSTYPE",
    ],
    ...[
      "TERM",
      "TMOUT",
      "TIMEFORMAT",
      "PROMPT\\w*",
      "PS[0-4]",
      "MAIL\\w*",
      "LC_\\w+",
      "LANG(UAGE)?",
      "TEXTDOMAIN\\w*",
    ],
    ...[
      "POSIXLY_CORRECT",
      "GLOB\\w*",
      "IGNOREEOF",
      "INPUTRC",
      "FIGNORE",
      "FCEDIT",
      "EMACS",
      "COLUMNS",
      "LINES",
    ],
    ...["REPLY", "READLINE_\\w*", "COMP\\w*", "COPROC", "MAPFILE", "BASH\\w*", "auto_resume"],
  ].join("|")})$`,
);

/** `env` sets any name, also those that `sh` would lose. It takes a first word with `=` for a variable. */
function scriptOf(argv: readonly string[], env: ReadonlyMap<string, string>): string {
  const isForShell = (name: string) => /^[A-Za-z_]\w*$/.test(name) && !shellsOwn.test(name);
  const variables = [...env];
  const exported = variables.filter(([name]) => isForShell(name));
  const others = variables.filter(([name]) => !isForShell(name));
  const guarded = argv[0]?.includes("=") ? ["/bin/sh", "-c", 'exec "$0" "$@"', ...argv] : argv;
  const words = [
    "/usr/bin/env",
    ...shellsVariables.flatMap((name) => ["-u", name]),
    ...others.map(([name, value]) => `${name}=${value}`),
    ...guarded,
  ];
  return [
    ...exported.map(([name, value]) => `export ${name}=${quoted(value)}`),
    `exec ${words.map(quoted).join(" ")}`,
    "",
  ].join("\n");
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

export class CannotStart extends Error {
  constructor(
    message: string,
    /** As a shell would say it. */
    readonly exitCode: number,
  ) {
    super(message);
  }
}

function checkProgram(program: string, path: string, cwd: string): void {
  const candidates = program.includes("/")
    ? [isAbsolute(program) ? program : join(cwd, program)]
    : path.split(delimiter).map((folder) => join(folder || ".", program));
  const file = program === "" ? undefined : candidates.find(isFile);
  if (!file) throw new CannotStart(`command not found: ${JSON.stringify(program)}`, 127);
  try {
    accessSync(file, constants.X_OK);
  } catch {
    throw new CannotStart(`not executable: ${JSON.stringify(program)}`, 126);
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
