// The messages that the engine and the native provider send each other, as far as they are used here: pulumi/provider.proto,
// pulumi/plugin.proto, pulumi/engine.proto and google/rpc/status.proto. A test holds their fields against the SDK's. They are read and written by
// protobufjs: the SDK's own google-protobuf makes an object of each value, and takes two to three times as long.
import { type IType, Root, type Type } from "protobufjs/light";

type Rule = "repeated" | "optional";

/** By the name that a field has in the engine's files; the number is what is sent. Of optional ones it counts whether they were sent. */
type Fields = Readonly<Record<string, readonly [number: number, type: string, rule?: Rule]>>;

/** Properties of a resource: a Struct, which `struct.ts` reads when it is asked for. */
const struct = "bytes";

const fields = {
  Empty: {},
  ConfigureRequest: { args: [2, struct], urn: [8, "string", "optional"] },
  CheckRequest: { urn: [1, "string"], olds: [2, struct], news: [3, struct] },
  DiffRequest: {
    id: [1, "string"],
    urn: [2, "string"],
    olds: [3, struct],
    news: [4, struct],
    oldInputs: [6, struct, "optional"],
  },
  CreateRequest: { urn: [1, "string"], properties: [2, struct], preview: [4, "bool"] },
  ReadRequest: {
    id: [1, "string"],
    urn: [2, "string"],
    properties: [3, struct],
    inputs: [4, struct, "optional"],
  },
  UpdateRequest: {
    id: [1, "string"],
    urn: [2, "string"],
    olds: [3, struct],
    news: [4, struct],
    preview: [7, "bool"],
    oldInputs: [8, struct],
  },
  DeleteRequest: { id: [1, "string"], urn: [2, "string"], properties: [3, struct] },
  ProviderHandshakeResponse: { acceptSecrets: [1, "bool"] },
  PluginInfo: { version: [1, "string"] },
  GetSchemaResponse: { schema: [1, "string"] },
  ConfigureResponse: { acceptSecrets: [1, "bool"], supportsPreview: [2, "bool"] },
  CheckResponse: { inputs: [1, struct], failures: [2, "CheckFailure", "repeated"] },
  CheckFailure: { property: [1, "string"], reason: [2, "string"] },
  DiffResponse: {
    replaces: [1, "string", "repeated"],
    deleteBeforeReplace: [3, "bool"],
    changes: [4, "int32"],
    diffs: [5, "string", "repeated"],
    detailedDiff: [6, "DetailedDiffEntry", "repeated"],
    hasDetailedDiff: [7, "bool"],
  },
  /** A map is sent as its entries. */
  DetailedDiffEntry: { key: [1, "string"], value: [2, "PropertyDiff"] },
  PropertyDiff: { kind: [1, "int32"], inputDiff: [2, "bool"] },
  CreateResponse: { id: [1, "string"], properties: [2, struct] },
  ReadResponse: { id: [1, "string"], properties: [2, struct], inputs: [3, struct, "optional"] },
  UpdateResponse: { properties: [1, struct] },
  ErrorResourceInitFailed: {
    id: [1, "string"],
    properties: [2, struct],
    reasons: [3, "string", "repeated"],
    inputs: [4, struct],
  },
  LogRequest: {
    severity: [1, "int32"],
    message: [2, "string"],
    urn: [3, "string"],
    ephemeral: [5, "bool"],
  },
  Status: { code: [1, "int32"], message: [2, "string"], details: [3, "Any", "repeated"] },
  Any: { type_url: [1, "string"], value: [2, "bytes"] },
} as const satisfies Readonly<Record<string, Fields>>;

export type MessageName = keyof typeof fields;

/** Some of LogSeverity. */
export const severities = { info: 1, warning: 2 } as const;

/** DiffResponse.DiffChanges. */
export const diffChanges = { none: 1, some: 2 } as const;

/** PropertyDiff.Kind: of what does not replace, and of what does. */
export const diffKinds = {
  add: { plain: 0, replacing: 1 },
  delete: { plain: 2, replacing: 3 },
  update: { plain: 4, replacing: 5 },
} as const;

const root = Root.fromJSON({
  nested: Object.fromEntries(Object.entries(fields).map(([name, own]) => [name, described(own)])),
});
const types = new Map<MessageName, Type>();

/** As protobufjs takes a message. Alone in a choice is how the form says that a field is optional. */
function described(all: Fields): IType {
  const entries = Object.entries(all);
  const optional = entries.filter(([, [, , rule]]) => rule === "optional");
  return {
    oneofs: Object.fromEntries(optional.map(([name]) => [`_${name}`, { oneof: [name] }])),
    fields: Object.fromEntries(
      entries.map(([name, [id, type, rule]]) => [
        name,
        { id, type, ...(rule === "repeated" && { rule }) },
      ]),
    ),
  };
}

function typeOf(name: MessageName): Type {
  const type = types.get(name) ?? root.lookupType(name);
  types.set(name, type);
  return type;
}

/** @param message its fields; what is left out, or undefined, is not sent */
export function encoded(name: MessageName, message: Readonly<Record<string, unknown>>): Buffer {
  const bytes = typeOf(name).encode(message).finish();
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** @returns its fields; an optional one that was not sent is none of its own. What was not sent reads as "", false, or no bytes */
export function decoded(name: MessageName, bytes: Uint8Array): object {
  return typeOf(name).decode(bytes);
}
