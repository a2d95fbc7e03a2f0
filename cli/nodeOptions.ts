// NODE_OPTIONS as Node splits them: what is preloaded into the processes that Pulumi starts. Pure.

/** Options with one more module that is loaded before anything else. */
export function withPreload(options: string, file: string): string {
  return `${options} ${preload(file)}`.trim();
}

/** The same options without it, where it is the last one. */
export function withoutPreload(options: string, file: string): string {
  const last = preload(file);
  return options.endsWith(last) ? options.slice(0, -last.length).trim() : options;
}

/** Within double quotes a backslash goes before each of its own kind and each quote. */
function preload(file: string): string {
  return `--require "${file.replaceAll(/["\\]/g, "\\$&")}"`;
}
