// A file that makes a folder of files: a shell script (`record/bundle.sh`), then the files' contents in blocks. One file,
// because over VOSpace each takes the server a while, no folder can be made, and no file becomes executable. What was not
// written to its end is not taken for whole, neither by its length nor by itself.
import { scriptOf } from "../record/script";
import type { FileTree, TreeFile } from "./tree";

const blockBytes = 512;
/** Room for the number of blocks that the script takes, which is part of it. */
const digits = 10;

/** The same bytes for the same files. */
export function bundleOf({ digest, files }: FileTree): Buffer {
  const folders = new Set(files.flatMap(({ name }) => foldersAbove(name)));
  const all = [...[...folders].map((name) => `folder ${quoted(name)}`), ...files.map(lineFor)];
  const script = (at: string) =>
    `{\n_at=${at}\nall() {\n:\n${all.join("\n")}\n}\n${scriptOf("bundle")}}\n`;
  const length = Buffer.byteLength(script(" ".repeat(digits)));
  const head = Math.ceil(length / blockBytes);
  return Buffer.concat([
    Buffer.from(script(String(head).padEnd(digits))),
    padding(length, "\n"),
    ...files.flatMap(({ bytes }) => [bytes, padding(bytes.length, "\0")]),
    Buffer.from(`whole ${digest}\n`),
  ]);
}

/** Nobody writes to them: several jobs, and several users, have the same ones. */
function lineFor({ name, isExecutable, bytes }: TreeFile): string {
  const blocks = Math.floor(bytes.length / blockBytes);
  const more = bytes.length % blockBytes;
  return `file ${blocks} ${more} ${isExecutable ? 555 : 444} ${quoted(`./${name}`)}`;
}

/** `a` and `a/b` of `a/b/c`: those above come first. */
function foldersAbove(name: string): string[] {
  const parts = name.split("/").slice(0, -1);
  return parts.map((_, index) => `./${parts.slice(0, index + 1).join("/")}`);
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function padding(length: number, character: string): Buffer {
  return Buffer.alloc((blockBytes - (length % blockBytes)) % blockBytes, character);
}
