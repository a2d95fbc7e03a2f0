// What Tomcat and Kubernetes make of the path of a request.

/** As Tomcat maps it: without path parameters, decoded, with `.` and `..` resolved. */
export function mappedPath(target: string): string {
  const segments: string[] = [];
  const all = decoded(target.replace(/;[^/]*/g, "")).split("/");
  for (const segment of all.slice(0, -1)) {
    if (segment === "..") segments.pop();
    else if (segment !== "." && segment !== "") segments.push(segment);
  }
  const last = all.at(-1) ?? "";
  if (last === "..") segments.pop();
  return `/${[...segments, [".", ".."].includes(last) ? "" : last].join("/")}`;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The syntax of a Kubernetes label's value, which may be empty. */
export function isLabel(value: string): boolean {
  return /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/.test(value);
}
