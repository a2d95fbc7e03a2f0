// What is never put on /arc with a job's files: secrets, what belongs to Pulumi, what this package and other tools write beside a
// program. Others read what is there; and a state that changes at each run would run the jobs again each time.
import { readdirSync, realpathSync } from "node:fs";
import path from "node:path";
import { resolveWritten } from "../homePath";

interface Kind {
  /** As a sentence goes on after its name. */
  readonly why: string;
  /** Of a name in small letters. */
  readonly has: (name: string) => boolean;
}

const oneOf = (...names: readonly string[]) => {
  const known = new Set(names);
  return (name: string) => known.has(name);
};

/** Nothing of them is taken, and nothing that is in them, under whatever name a link gives it. */
const closed: readonly Kind[] = [
  {
    why: "keeps Pulumi's settings, secrets or state",
    has: oneOf(".pulumi", ".pulumi-state", ".pulumi-passphrase"),
  },
  {
    why: "keeps Pulumi's settings, and may keep secrets",
    has: (name) => /^pulumi(\..+)?\.(ya?ml|json)$/.test(name),
  },
  {
    why: "may keep passwords or keys",
    has: (name) => name === ".env" || name === ".netrc" || name.endsWith(".pem"),
  },
  {
    why: "keeps working files of pulumi-skaha",
    has: (name) => /^\.(skaha|skaha-jobs|skaha-files(-[0-9a-f]+)?|pulumi-skaha)$/.test(name),
  },
];

/** Not taken as a whole; what is in them is, where it is named. */
const needless: readonly Kind[] = [
  { why: "is version control's", has: oneOf(".git", ".hg", ".svn") },
  { why: "has what npm installs", has: oneOf("node_modules") },
  {
    why: "has what tools leave behind",
    has: oneOf("__pycache__", ".ipynb_checkpoints", ".ds_store"),
  },
];

/** What commands of this package write beside a program; elsewhere the names are the user's. */
const written = oneOf("logs", "report.html");
const projectFile = /^Pulumi\.(ya?ml|json)$/;

export class LeftOut {
  readonly #folder: string;
  readonly #realFolder: string;
  readonly #passphrases: ReadonlySet<string>;
  /** Whether commands of this package write there, by folder. */
  readonly #isProject = new Map<string, boolean>();

  /** @param folder the program's: where it lies itself does not count */
  constructor(
    folder: string,
    { PULUMI_CONFIG_PASSPHRASE_FILE: named, PWD: shell = "." }: NodeJS.ProcessEnv = process.env,
  ) {
    this.#folder = path.resolve(folder);
    this.#realFolder = realOf(this.#folder);
    // Pulumi reads a relative one from where the user is; its providers are elsewhere.
    const starts = named ? [".", shell, this.#folder] : [];
    this.#passphrases = new Set(starts.map((from) => realOf(resolveWritten(from, named ?? ""))));
  }

  /**
   * @param file an absolute path
   * @returns why it is not taken: a sentence that begins with its name; undefined where it is taken
   */
  reason(file: string): string | undefined {
    const real = realOf(file);
    if (this.#passphrases.has(real)) {
      return `${path.basename(file)} is the passphrase of Pulumi's secrets`;
    }
    if (real === this.#realFolder) return undefined;
    const parts = [
      ...path.relative(this.#folder, file).split(path.sep),
      ...path.relative(this.#realFolder, real).split(path.sep),
    ];
    const last = path.basename(file);
    return reasonOf(closed, parts) ?? reasonOf(needless, [last]) ?? this.#reasonHere(file, last);
  }

  #reasonHere(file: string, name: string): string | undefined {
    if (!written(name) || !this.#hasProgram(path.dirname(file))) return undefined;
    return `${name} is what pulumi-skaha writes beside a program`;
  }

  #hasProgram(folder: string): boolean {
    const known = this.#isProject.get(folder);
    if (known !== undefined) return known;
    const has =
      realOf(folder) === this.#realFolder ||
      readdirSync(folder).some((name) => projectFile.test(name));
    this.#isProject.set(folder, has);
    return has;
  }
}

function reasonOf(kinds: readonly Kind[], names: readonly string[]): string | undefined {
  for (const name of names) {
    const kind = kinds.find(({ has }) => has(name.toLowerCase()));
    if (kind) return `${name} ${kind.why}`;
  }
  return undefined;
}

/** Of what is not there: its own path. */
function realOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
