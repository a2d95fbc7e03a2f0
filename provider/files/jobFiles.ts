// The files of a run's jobs: read once for each list of paths, and put on /arc once for each content that is not there. What is
// there is not read back: that its folder exists, or how long what makes it is, tells enough.
import type { Announcer } from "../actions/announcer";
import { messageOf, SkahaError } from "../errors";
import type { Arc } from "../record/arc";
import { placeOf } from "../record/place";
import { bundleOf } from "./bundle";
import type { Contents, ContentsOf } from "./contents";
import { bundleFile, filesFolder } from "./place";
import { type FileTree, readTree, type TreeFile, treeOf, UnreadableFilesError } from "./tree";

/** Of a job's inputs, as they were checked. */
interface DeclaredFiles {
  readonly files?: readonly string[] | undefined;
  readonly filesDigest?: string | undefined;
}

/**
 * @param folder what relative paths start from
 * @returns reads each list of paths once
 */
export function contentsIn(folder: string): ContentsOf {
  const known = new Map<string, Contents>();
  return (files) => {
    const key = JSON.stringify(files);
    const contents = known.get(key) ?? read(files, folder);
    known.set(key, contents);
    return contents;
  };
}

function read(files: readonly string[], folder: string): Contents {
  try {
    const { digest } = readTree(files, folder);
    return { digest };
  } catch (error) {
    if (!(error instanceof UnreadableFilesError)) throw error;
    return { index: error.index, reason: error.message };
  }
}

export class JobFiles {
  /** As of the first time that this run asks. */
  readonly contentsOf: ContentsOf;
  /** By the folder that they are in. */
  readonly #put = new Map<string, Promise<void>>();

  constructor(
    private readonly arc: Pick<Arc, "isFolder" | "size" | "write">,
    private readonly announce: Pick<Announcer, "say">,
    /** What relative paths start from: the program's folder. */
    private readonly folder: string,
  ) {
    this.contentsOf = contentsIn(folder);
  }

  /**
   * Sees that a job's files are there before it is launched.
   * @param made what this run makes itself: a list of members
   * @returns the folder where jobs see them
   * @throws where they are not there and cannot be put there, or are others by now
   */
  async ready(
    { files = [], filesDigest }: DeclaredFiles,
    record: string,
    made?: TreeFile,
  ): Promise<string> {
    const tree = () => (filesDigest === undefined ? treeOf([]) : this.#treeOf(files, filesDigest));
    const whole = made && treeWith(tree(), made);
    const folder = filesFolder(record, whole?.digest ?? filesDigest ?? "");
    const put = this.#put.get(folder) ?? this.#putUnlessThere(folder, () => whole ?? tree());
    this.#put.set(folder, put);
    try {
      await put;
    } catch (error) {
      if (this.#put.get(folder) === put) this.#put.delete(folder); // the next job tries again
      throw error;
    }
    return folder;
  }

  /** The same contents as when the job was checked. */
  #treeOf(files: readonly string[], digest: string): FileTree {
    let why: string;
    try {
      const tree = readTree(files, this.folder);
      if (tree.digest === digest) return tree;
      why = `${files.join(", ")}: a file was edited since this run looked`;
    } catch (error) {
      why = messageOf(error);
    }
    throw new SkahaError(
      `could not put the job's files on /arc: ${why}; it was not launched; run the command again`,
    );
  }

  async #putUnlessThere(folder: string, made: () => FileTree): Promise<void> {
    if (await this.arc.isFolder(folder)) return;
    const tree = made();
    const bundle = bundleOf(tree);
    const file = bundleFile(folder);
    if ((await this.arc.size(file)) === bundle.length) return;
    if (!(await this.arc.write(file, bundle))) {
      throw new SkahaError(`could not put the job's files on /arc: there is no ${placeOf(file)}`);
    }
    this.announce.say({ kind: "files", text: putText(tree, bundle.length, folder) });
  }
}

/** @throws where the user has a file of that name */
function treeWith({ files }: FileTree, made: TreeFile): FileTree {
  if (files.some(({ name }) => name === made.name || name.startsWith(`${made.name}/`))) {
    throw new SkahaError(
      `could not put the job's files on /arc: \`files\` has ${made.name}, which is the list of members: rename it`,
    );
  }
  return treeOf([...files, made]);
}

function putText({ files }: FileTree, bytes: number, folder: string): string {
  const count = files.length === 1 ? "1 file" : `${files.length} files`;
  return `put ${count} (${Math.ceil(bytes / 1024).toLocaleString("en-US")} KiB) on /arc, for ${folder}`;
}
