// What to do where a disk is full: the system's own words name no file, and no remedy.

/**
 * @param temporary where files are kept that a command needs while it runs
 * @returns the end of a sentence; empty for another error
 */
export function fullDiskRemedy(error: unknown, temporary: string): string {
  const { code = "" } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  if (!["ENOSPC", "EDQUOT"].includes(code)) return "";
  return `: free space in ${temporary}, or set TMPDIR to another folder, and see that there is space where your project is; then run the command again`;
}
