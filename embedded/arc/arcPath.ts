// What a URL of `/arc/files` names. The service decodes it twice, and takes what it decoded once for a URI: most odd
// characters are refused there, and `#` and `?` cut off what follows (`test/golden/cavern.json`).
import { posix } from "node:path";
import { type Answer, tomcatPage } from "../http/answer";
import { type Refusal, unexpected } from "../refusal";

/** A file or folder, as a URL named it. */
export interface NamedFile {
  /** Decoded twice, without `.`, `..` and empty parts. */
  readonly parts: readonly string[];
  readonly path: string;
  /** As the service's messages name it. */
  readonly uri: string;
  /** The last part, decoded once: what a PUT calls the file that it makes. */
  readonly literalName: string;
}

/** `vos://cadc.nrc.ca~arc/home/alice`: how the service names a file in what it says. */
export function vosUri(path: string): string {
  return `vos://cadc.nrc.ca~arc/${path}`;
}

/**
 * @param rawPath what follows `/arc/files`, without the query
 * @returns a page of Tomcat's where it is no path at all; a fault where the service could make no URI of it
 */
export function askedFor(
  rawPath: string,
): NamedFile | { readonly page: Answer } | { readonly fault: Refusal } {
  // A `;` begins what Tomcat takes for parameters of a part.
  const once = decoded(rawPath.replace(/;[^/]*/g, ""));
  if (once === undefined || /%5c/i.test(rawPath) || once.includes("\\")) {
    return { page: tomcatPage(400, "Invalid URI") };
  }
  if (/%2f/i.test(rawPath)) {
    return { page: tomcatPage(400, "Invalid URI: [The encoded slash character is not allowed]") };
  }
  const path = normal(once);
  if (path === undefined) return { page: tomcatPage(404) };
  const [named = ""] = path.split(/[#?]/);
  const twice = /[\s"<>^`{|}[\]]/.test(path) ? undefined : decoded(named);
  if (twice === undefined || twice.includes("\0")) {
    return {
      fault: unexpected(
        `java.lang.RuntimeException: BUG (probably): failed to generate VOSURI from path: ${path}`,
      ),
    };
  }
  const parts = twice.split("/").filter((part) => part !== "");
  if (parts.includes("..")) return { page: tomcatPage(404) };
  return {
    parts,
    path: parts.join("/"),
    uri: vosUri(decoded(path) ?? path),
    literalName: path.split("/").at(-1) ?? "",
  };
}

/** @returns undefined for what leads out of the service */
function normal(path: string): string | undefined {
  const whole = posix.normalize(`./${path}`).replace(/\/$/, "");
  if (whole === ".." || whole.startsWith("../")) return undefined;
  return whole === "." ? "" : whole;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
