// The numbers of those fields of the engine's questions and of our answers that are used here, by their messages
// (pulumi/provider.proto, pulumi/plugin.proto, pulumi/engine.proto and google/rpc/status.proto). A test holds them against the SDK.

export const configureRequest = { args: 2, urn: 8 } as const;
export const checkRequest = { urn: 1, olds: 2, news: 3 } as const;
export const diffRequest = { id: 1, urn: 2, olds: 3, news: 4, oldInputs: 6 } as const;
export const createRequest = { urn: 1, properties: 2, preview: 4 } as const;
export const readRequest = { id: 1, urn: 2, properties: 3, inputs: 4 } as const;
export const updateRequest = { id: 1, urn: 2, olds: 3, news: 4, preview: 7, oldInputs: 8 } as const;
export const deleteRequest = { id: 1, urn: 2, properties: 3 } as const;

export const handshakeResponse = { acceptSecrets: 1 } as const;
export const pluginInfo = { version: 1 } as const;
export const schemaResponse = { schema: 1 } as const;
export const configureResponse = { acceptSecrets: 1, supportsPreview: 2 } as const;
export const checkResponse = { inputs: 1, failures: 2 } as const;
export const checkFailure = { property: 1, reason: 2 } as const;
export const diffResponse = {
  replaces: 1,
  deleteBeforeReplace: 3,
  changes: 4,
  diffs: 5,
  detailedDiff: 6,
  hasDetailedDiff: 7,
} as const;
/** Of the map of a detailed diff. */
export const mapEntry = { key: 1, value: 2 } as const;
export const propertyDiff = { kind: 1, inputDiff: 2 } as const;
export const createResponse = { id: 1, properties: 2 } as const;
export const readResponse = { id: 1, properties: 2, inputs: 3 } as const;
export const updateResponse = { properties: 1 } as const;
export const resourceInitFailed = { id: 1, properties: 2, reasons: 3, inputs: 4 } as const;
export const status = { code: 1, message: 2, details: 3 } as const;
export const any = { typeUrl: 1, value: 2 } as const;

/** DiffResponse.DiffChanges. */
export const diffChanges = { none: 1, some: 2 } as const;
/** PropertyDiff.Kind: of what does not replace, and of what does. */
export const diffKinds = {
  add: { plain: 0, replacing: 1 },
  delete: { plain: 2, replacing: 3 },
  update: { plain: 4, replacing: 5 },
} as const;
