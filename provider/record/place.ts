// Which home or project a path under /arc is in: what is there whenever the file system is.

/** The home or project that a path is in: `/arc/home/alice`. */
export function placeOf(path: string): string {
  const [, arc, top, name] = path.split("/").filter((part, index) => index === 0 || part !== "");
  const isOwned = top === "home" || top === "projects";
  return ["", arc, top, ...(isOwned && name !== undefined ? [name] : [])].join("/");
}
