// Which version of the program launched a job: the commit of the git checkout that it stands in.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

export interface Provenance {
  readonly gitCommit?: string;
  /** Whether the checkout had changes that were not committed. */
  readonly gitDirty?: boolean;
}

/** @returns nothing where there is no git, or no checkout */
export async function provenanceOf(folder: string): Promise<Provenance> {
  const git = async (...args: string[]) =>
    (await promisify(execFile)("git", args, { cwd: folder, timeout: 10_000 })).stdout;
  try {
    const [commit, changes] = await Promise.all([
      git("rev-parse", "HEAD"),
      git("status", "--porcelain", "--untracked-files=no"),
    ]);
    return { gitCommit: commit.trim(), gitDirty: changes.trim() !== "" };
  } catch {
    return {};
  }
}
