// Where a project is in its git repository, and git itself.
import { execFile } from "node:child_process";

export interface PlaceInGit {
  readonly top: string;
  /** Of the project below it, with `/`. */
  readonly folder: string;
  readonly head: string;
  readonly isDirty: boolean;
}

/** @returns undefined without git, outside a checkout, and in one without a commit */
export async function placeInGit(project: string): Promise<PlaceInGit | undefined> {
  try {
    const [top, prefix, head, changes] = await Promise.all([
      git(project, ["rev-parse", "--show-toplevel"]),
      git(project, ["rev-parse", "--show-prefix"]),
      git(project, ["rev-parse", "HEAD"]),
      git(project, ["status", "--porcelain", "--untracked-files=no", "--", "."]),
    ]);
    return {
      top: top.trimEnd(),
      folder: prefix.trimEnd().replace(/\/$/, ""),
      head: head.trim(),
      isDirty: changes.trim() !== "",
    };
  } catch {
    return undefined;
  }
}

interface GitOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Lists of names go through a pipe: they may be thousands. */
  readonly stdin?: string;
  readonly encoding?: BufferEncoding;
}

/** @returns what it prints */
export async function git(
  folder: string,
  words: readonly string[],
  { env = process.env, stdin = "", encoding = "utf8" }: GitOptions = {},
): Promise<string> {
  const options = { cwd: folder, env, timeout: 60_000, maxBuffer: 2 ** 28, encoding };
  return await new Promise((resolve, reject) => {
    const child = execFile("git", words, options, (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    );
    child.stdin?.on("error", () => {}); // git may end before it reads; then it says why
    child.stdin?.end(stdin);
  });
}
