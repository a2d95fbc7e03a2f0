// What VOSpace says is in a folder: the XML of a ContainerNode, as VOSpace 2.1 has it and Cavern writes it.
import type { QualifiedTag, Tag } from "sax";

/** Something in a folder. */
export interface Listed {
  readonly name: string;
  /** Of a link nobody says where it leads. */
  readonly kind: "file" | "folder" | "link";
}

const kinds: Readonly<Record<string, Listed["kind"]>> = {
  ContainerNode: "folder",
  LinkNode: "link",
};

/**
 * @returns undefined for the node of what is no folder
 * @throws Error for a text that is no node
 */
export function listedIn(text: string): readonly Listed[] | undefined {
  // Loaded when it is needed: few runs list a folder.
  const { parser } = require("sax") as typeof import("sax");
  const sax = parser(true);
  const found: (Listed & { readonly depth: number })[] = [];
  let depth = 0;
  sax.onopentag = ({ name, attributes }: Tag | QualifiedTag) => {
    if (localName(name) !== "node") return;
    const type = localName(attributeOf(attributes, "type"));
    const uri = attributeOf(attributes, "uri");
    found.push({ name: nameIn(uri), kind: kinds[type] ?? "file", depth });
    depth += 1;
  };
  sax.onclosetag = (name) => {
    if (localName(name) === "node") depth -= 1;
  };
  sax.onerror = (error) => {
    throw error;
  };
  sax.write(text).close();
  const [root, ...others] = found;
  if (root === undefined) throw new Error("it has no node");
  if (root.kind !== "folder") return undefined;
  return others.flatMap(({ name, kind, depth }) => (depth === 1 ? [{ name, kind }] : []));
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

function attributeOf(attributes: Tag["attributes"] | QualifiedTag["attributes"], name: string) {
  const [, value] = Object.entries(attributes).find(([key]) => localName(key) === name) ?? [];
  return typeof value === "string" ? value : (value?.value ?? "");
}

/** A URI, in which odd characters are encoded. */
function nameIn(uri: string): string {
  const name = uri.slice(uri.lastIndexOf("/") + 1);
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
