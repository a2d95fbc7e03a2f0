// The XML that VOSpace has for a folder or file, with `detail=min`: as Cavern's NodeWriter writes it.
import { readdirSync } from "node:fs";
import { vosUri } from "./arcPath";
import type { Found } from "./arcWalk";

/** @param path below /arc */
export function nodeText(path: string, { kind, path: place }: Found): string {
  const spaces =
    'xmlns:vos="http://www.ivoa.net/xml/VOSpace/v2.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
  const type = kind === "folder" ? "ContainerNode" : "DataNode";
  const children = kind === "folder" && place !== "" ? childrenOf(path, place) : [];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<vos:node ${spaces} uri="${uriOf(path)}" xsi:type="vos:${type}">`,
    ...(kind === "folder" ? ["  <vos:nodes>", ...children, "  </vos:nodes>"] : []),
    "</vos:node>",
    "",
  ].join("\n");
}

function childrenOf(path: string, place: string): string[] {
  return readdirSync(place, { withFileTypes: true }).map((one) => {
    const type = one.isSymbolicLink()
      ? "LinkNode"
      : one.isDirectory()
        ? "ContainerNode"
        : "DataNode";
    return `    <vos:node uri="${uriOf(`${path}/${one.name}`)}" xsi:type="vos:${type}" />`;
  });
}

/** In a URI are neither quotes nor angle brackets, but ampersands. */
function uriOf(path: string): string {
  return vosUri(path.split("/").map(encodeURIComponent).join("/"));
}
