// Tokens to a tree of nodes: SnakeYAML's parser and composer, with their words when they refuse.
import { type Mark, type Token, type TokenId, type YamlError, YamlScanner } from "./scanner";

export type YamlNode = YamlScalar | YamlSequence | YamlMapping;

export interface YamlScalar {
  readonly kind: "scalar";
  /** `null`: a plain scalar that stands for nothing (`~`, `null`, or empty). */
  readonly value: string | null;
  /** A tag of the user's own, such as `!x`, which no constructor is known for. */
  readonly ownTag?: true;
  /** What YAML 1.1 reads as a boolean, such as a plain `NO`. */
  readonly boolean?: boolean;
}

export interface YamlSequence {
  readonly kind: "sequence";
  readonly items: readonly YamlNode[];
}

export interface YamlMapping {
  readonly kind: "mapping";
  readonly entries: readonly (readonly [key: YamlNode, value: YamlNode])[];
}

/** The first document of the text. Throws a `YamlError`. */
export function composeYaml(text: string): YamlNode {
  return new Composer(text).document();
}

const standard = "tag:yaml.org,2002:";
const standardTags = [
  "yaml",
  "merge",
  "set",
  "pairs",
  "omap",
  "binary",
  "int",
  "float",
  "timestamp",
  "bool",
  "null",
  "str",
  "seq",
  "map",
  "comment",
];

class Composer {
  readonly #tokens: YamlScanner;
  readonly #anchors = new Map<string, YamlNode>();

  constructor(text: string) {
    this.#tokens = new YamlScanner(text);
  }

  document(): YamlNode {
    const tokens = this.#tokens;
    while (tokens.at("<directive>", "<document end>")) tokens.next();
    if (tokens.at("<document start>")) tokens.next();
    const first = tokens.peek().start;
    const node = tokens.at("<document start>", "<document end>", "<stream end>")
      ? nothing()
      : this.#node({ block: true });
    while (tokens.at("<document end>", "<directive>")) tokens.next();
    const { id, start } = tokens.peek();
    if (id === "<document start>") {
      const problem = "but found another document";
      throw tokens.error("expected a single document in the stream", first, problem, start);
    }
    if (id !== "<stream end>") {
      const problem = `expected '<document start>', but found '${id}'`;
      throw tokens.error(undefined, undefined, problem, start);
    }
    return node;
  }

  #node(where: { readonly block?: boolean; readonly indentless?: boolean }): YamlNode {
    const tokens = this.#tokens;
    if (tokens.at("<alias>")) {
      const { value, start } = tokens.next();
      const known = this.#anchors.get(value);
      if (known) return known;
      throw tokens.error(undefined, undefined, `found undefined alias ${value}`, start);
    }
    let start: Mark | undefined;
    let anchor: string | undefined;
    let tag: string | undefined;
    for (let i = 0; i < 2; i++) {
      if (anchor === undefined && tokens.at("<anchor>")) {
        const token = tokens.next();
        start ??= token.start;
        anchor = token.value;
      } else if (tag === undefined && tokens.at("<tag>")) {
        const token = tokens.next();
        start ??= token.start;
        tag = this.#tag(token, start);
      }
    }
    const node = this.#content(where, start ?? tokens.peek().start, { anchor, tag });
    if (anchor !== undefined) this.#anchors.set(anchor, node);
    return node;
  }

  #tag(token: Token, start: Mark): string {
    const [handle = "", suffix = ""] = token.value.split(" ");
    if (handle !== "" && handle !== "!" && handle !== "!!") {
      const problem = `found undefined tag handle ${handle}`;
      throw this.#tokens.error("while parsing a node", start, problem, token.start);
    }
    const tag = (handle === "!!" ? standard : handle) + suffix;
    if (tag.startsWith(standard) && !standardTags.includes(tag.slice(standard.length))) {
      throw this.#tokens.error(undefined, undefined, `Global tag is not allowed: ${tag}`, start);
    }
    return tag;
  }

  #content(
    { block = false, indentless = false }: { block?: boolean; indentless?: boolean },
    start: Mark,
    { anchor, tag }: { anchor: string | undefined; tag: string | undefined },
  ): YamlNode {
    const tokens = this.#tokens;
    if (indentless && tokens.at("-")) return this.#indentlessSequence();
    if (tokens.at("<scalar>")) return scalar(tokens.next(), tag);
    if (tokens.at("[")) return this.#flowSequence();
    if (tokens.at("{")) return this.#flowMapping();
    if (block && tokens.at("<block sequence start>")) return this.#blockSequence();
    if (block && tokens.at("<block mapping start>")) return this.#blockMapping();
    if (anchor !== undefined || tag !== undefined) {
      return scalar({ value: "", plain: true }, tag);
    }
    const { id, start: at } = tokens.peek();
    const context = `while parsing a ${block ? "block" : "flow"} node`;
    throw tokens.error(context, start, `expected the node content, but found '${id}'`, at);
  }

  #blockSequence(): YamlNode {
    const { start } = this.#tokens.next();
    const items: YamlNode[] = [];
    while (this.#tokens.at("-")) {
      this.#tokens.next();
      items.push(this.#nodeUnless({ block: true }, "-", "<block end>"));
    }
    this.#blockEnd("while parsing a block collection", start);
    return { kind: "sequence", items };
  }

  #indentlessSequence(): YamlNode {
    const items: YamlNode[] = [];
    while (this.#tokens.at("-")) {
      this.#tokens.next();
      items.push(this.#nodeUnless({ block: true }, "-", "?", ":", "<block end>"));
    }
    return { kind: "sequence", items };
  }

  #blockMapping(): YamlNode {
    const tokens = this.#tokens;
    const { start } = tokens.next();
    const entries: [YamlNode, YamlNode][] = [];
    const child = () =>
      this.#nodeUnless({ block: true, indentless: true }, "?", ":", "<block end>");
    while (tokens.at("?")) {
      tokens.next();
      const key = child();
      if (tokens.at(":")) {
        tokens.next();
        entries.push([key, child()]);
      } else {
        entries.push([key, nothing()]);
      }
    }
    this.#blockEnd("while parsing a block mapping", start);
    return { kind: "mapping", entries };
  }

  #blockEnd(context: string, start: Mark): void {
    const { id, start: at } = this.#tokens.peek();
    if (id !== "<block end>") {
      throw this.#tokens.error(context, start, `expected <block end>, but found '${id}'`, at);
    }
    this.#tokens.next();
  }

  #flowSequence(): YamlNode {
    const tokens = this.#tokens;
    const { start } = tokens.next();
    const items: YamlNode[] = [];
    for (let first = true; !tokens.at("]"); first = false) {
      if (!first) this.#flowComma("while parsing a flow sequence", start, "]");
      if (tokens.at("?")) {
        tokens.next();
        const key = this.#nodeUnless({}, ":", ",", "]");
        let value: YamlNode = nothing();
        if (tokens.at(":")) {
          tokens.next();
          value = this.#nodeUnless({}, ",", "]");
        }
        items.push({ kind: "mapping", entries: [[key, value]] });
      } else if (!tokens.at("]")) {
        items.push(this.#node({}));
      }
    }
    tokens.next();
    return { kind: "sequence", items };
  }

  #flowMapping(): YamlNode {
    const tokens = this.#tokens;
    const { start } = tokens.next();
    const entries: [YamlNode, YamlNode][] = [];
    for (let first = true; !tokens.at("}"); first = false) {
      if (!first) this.#flowComma("while parsing a flow mapping", start, "}");
      if (tokens.at("?")) {
        tokens.next();
        const key = this.#nodeUnless({}, ":", ",", "}");
        if (tokens.at(":")) {
          tokens.next();
          entries.push([key, this.#nodeUnless({}, ",", "}")]);
        } else {
          entries.push([key, nothing()]);
        }
      } else if (!tokens.at("}")) {
        entries.push([this.#node({}), nothing()]);
      }
    }
    tokens.next();
    return { kind: "mapping", entries };
  }

  #flowComma(context: string, start: Mark, closing: "]" | "}"): void {
    const { id, start: at } = this.#tokens.peek();
    if (id !== ",") {
      const problem = `expected ',' or '${closing}', but got ${id}`;
      throw this.#tokens.error(context, start, problem, at);
    }
    this.#tokens.next();
  }

  #nodeUnless(where: { block?: boolean; indentless?: boolean }, ...ids: TokenId[]): YamlNode {
    return this.#tokens.at(...ids) ? nothing() : this.#node(where);
  }
}

export type { YamlError };

function nothing(): YamlScalar {
  return { kind: "scalar", value: null };
}

function scalar(
  { value, plain }: Pick<Token, "value" | "plain">,
  tag: string | undefined,
): YamlScalar {
  const resolved = (tag === undefined && plain) || tag === "!";
  if (resolved && /^(?:~|null|Null|NULL|)$/.test(value)) return nothing();
  if (tag === `${standard}null`) return nothing();
  const isOwn = tag !== undefined && tag !== "!" && !tag.startsWith(standard);
  const isBoolean = (resolved || tag === `${standard}bool`) && booleans.test(value);
  return {
    kind: "scalar",
    value,
    ...(isOwn && { ownTag: true }),
    ...(isBoolean && { boolean: /^(?:yes|true|on)$/i.test(value) }),
  };
}

/** SnakeYAML's `Resolver.BOOL`. */
const booleans = /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/;
