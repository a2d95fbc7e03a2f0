// Looking for programs as a shell does, but on a PATH of one's choice.

import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";

const endings = process.platform === "win32" ? [".exe", ".cmd"] : [""];

export function findExecutable(name: string, searchPath: string | undefined): string | undefined {
  return (searchPath ?? "")
    .split(path.delimiter)
    .filter((folder) => folder !== "")
    .flatMap((folder) => endings.map((ending) => path.resolve(folder, name + ending)))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
