// `/arc` and `/scratch` of a session are folders of the data folder. Mapped only in what is executed.
import { join } from "node:path";

export interface LocalFolders {
  readonly arc: string;
  readonly scratch: string;
}

/** Where the data folder keeps `/arc` and the `/scratch` of one session. */
export function foldersOf(dataDir: string, sessionId: string): LocalFolders {
  return { arc: join(dataDir, "arc"), scratch: join(dataDir, "scratch", sessionId) };
}

/**
 * Replaces a leading `/arc` or `/scratch` of each path in the text: at its start, after `=` `:` `,`, a quote, white
 * space, or shell punctuation that can stand before a word. `http://x/arc` and `$HOME/arc` are no such paths.
 */
export function mapPaths(text: string, folders: LocalFolders): string {
  return text.replace(
    /(^|[\s=:,'"`;&|<>({[])\/(arc|scratch)(?=$|[\s/:,'"`;&|<>(){}[\]*?\\#])/g,
    (_, before: string, root: "arc" | "scratch") => before + folders[root],
  );
}
