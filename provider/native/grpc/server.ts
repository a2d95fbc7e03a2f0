// The provider as a gRPC server, as the engine asks it (`pulumirpc.ResourceProvider`). Each method reads a request, hands
// plain values to `resources.ts`, and writes the answer; nothing is decided here. What is left out gRPC refuses as not
// implemented. The SDK's own `main` is too small for this: it tells no detailed diff and no outputs in a preview.
import { createRequire } from "node:module";
import type * as Grpc from "@grpc/grpc-js";
import { JobNotAsDeclaredError, messageOf } from "../../errors";
import type { CheckFailure } from "../../job/inputs";
import { propertyOf } from "../changes";
import type { Asked, Difference, Resources } from "../resources";
import { hasSecretIn } from "../wire";
import { decoded, diffChanges, diffKinds, encoded, type MessageName } from "./messages";
import { propsOf, structOf } from "./struct";

type Props = Readonly<Record<string, unknown>>;

/** What the server has besides resources. */
export interface Door {
  readonly version: string;
  readonly schema: () => string;
  /** Made when it is asked for. */
  readonly resources: () => Resources;
  /** The engine asks for no more, or the user wants no more. */
  readonly cancel: () => void;
  /** Begins nothing more, and leaves as soon as nothing is under way. */
  readonly leave: (exit: () => void) => void;
  readonly checkConfig: (
    news: Props,
    urn: string,
  ) => {
    readonly inputs: Props;
    readonly failures: readonly CheckFailure[];
  };
  readonly changedSettings: (olds: Props, news: Props) => readonly string[];
  readonly configure: (config: Props, urn: string | undefined) => void;
  /** Waited for before each answer: what was said has to arrive before the engine ends. */
  readonly settled: () => Promise<void>;
}

// The SDK's own: it need not be found from this package, and without the SDK itself it is loaded alone.
const grpc: typeof Grpc = createRequire(require.resolve("@pulumi/pulumi"))("@grpc/grpc-js");

/** A request of any kind: each has some of these. Properties are read when they are asked for. */
interface Request {
  readonly urn: string;
  readonly id: string;
  readonly args: Uint8Array;
  readonly olds: Uint8Array;
  readonly news: Uint8Array;
  readonly oldInputs: Uint8Array;
  readonly properties: Uint8Array;
  readonly inputs: Uint8Array;
  readonly preview: boolean;
}

type Message = Readonly<Record<string, unknown>>;

interface Method {
  readonly request: MessageName;
  readonly response: MessageName;
  readonly answer: (request: Request) => Promise<Message>;
}

/** @returns the port of this machine on which the engine may ask */
export async function serve(door: Door): Promise<number> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  const methods: Readonly<Record<string, Method>> = {
    ...aboutItself(door),
    ...aboutSettings(door),
    ...aboutResources(door.resources),
  };
  const entries = Object.entries(methods);
  server.addService(
    Object.fromEntries(entries.map(([name, method]) => [name, definitionOf(name, method)])),
    Object.fromEntries(entries.map(([name, { answer }]) => [name, unary(answer, door.settled)])),
  );
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve(port);
    });
  });
}

function definitionOf(
  name: string,
  { request, response }: Method,
): Grpc.MethodDefinition<Request, Message> {
  return {
    path: `/pulumirpc.ResourceProvider/${name}`,
    requestStream: false,
    responseStream: false,
    requestSerialize: (message) => encoded(request, { ...message }),
    requestDeserialize: (bytes) => decoded(request, bytes) as Request, // each has those that it reads
    responseSerialize: (message) => encoded(response, message),
    responseDeserialize: (bytes) => decoded(response, bytes) as Message,
  };
}

function aboutItself({ version, schema, cancel }: Door) {
  return {
    Handshake: method("Empty", "ProviderHandshakeResponse", async () => ({ acceptSecrets: true })),
    Attach: method("Empty", "Empty", async () => ({})),
    GetPluginInfo: method("Empty", "PluginInfo", async () => ({ version })),
    GetSchema: method("Empty", "GetSchemaResponse", async () => ({ schema: schema() })),
    Cancel: method("Empty", "Empty", async () => {
      cancel();
      return {};
    }),
  };
}

function aboutSettings({ checkConfig, changedSettings, configure }: Door) {
  return {
    CheckConfig: method("CheckRequest", "CheckResponse", async ({ urn, news }) =>
      checkResponse(checkConfig(propsOf(news), urn)),
    ),
    DiffConfig: method("DiffRequest", "DiffResponse", async (request) => {
      const before = wasSent(request, "oldInputs") ? request.oldInputs : request.olds;
      const names = changedSettings(propsOf(before), propsOf(request.news));
      return diffResponse({
        isChanged: names.length > 0,
        replaces: [],
        changes: new Map(names.map((name) => [name, "update" as const])),
      });
    }),
    Configure: method("ConfigureRequest", "ConfigureResponse", async (request) => {
      configure(propsOf(request.args), wasSent(request, "urn") ? request.urn : undefined);
      return { acceptSecrets: true, supportsPreview: true };
    }),
  };
}

function aboutResources(resources: Door["resources"]) {
  return {
    Check: method("CheckRequest", "CheckResponse", async ({ urn, olds, news }) =>
      checkResponse(await resources().check(urn, propsOf(olds), propsOf(news))),
    ),
    Diff: method("DiffRequest", "DiffResponse", async (request) =>
      diffResponse(await resources().diff(asked(request, false))),
    ),
    Create: method("CreateRequest", "CreateResponse", async ({ urn, properties, preview }) => {
      const news = propsOf(properties);
      const about = { urn, id: "", olds: {}, oldInputs: {}, news, isPreview: preview };
      const { id, outs } = await keepingInputs(news, () => resources().create(about));
      return { id, properties: structOf(outs) };
    }),
    Read: method("ReadRequest", "ReadResponse", async (request) => {
      const { urn, id } = request;
      const olds = propsOf(request.properties);
      const hasInputs = wasSent(request, "inputs");
      if (Object.keys(olds).length > 0) {
        const secretInputs =
          hasInputs && hasSecretIn(request.inputs) ? propsOf(request.inputs) : {};
        const read = await resources().refresh({ urn, id, olds, secretInputs });
        const properties = structOf(read.outs);
        return { id: read.id, properties, ...(hasInputs && { inputs: request.inputs }) };
      }
      const { inputs, outs, ...found } = await resources().import({ urn, id });
      return {
        // A `get` has inputs, though there are none in them, and names the resource so with each run.
        id: hasInputs ? id : found.id,
        properties: structOf(outs),
        inputs: structOf(inputs),
      };
    }),
    Update: method("UpdateRequest", "UpdateResponse", async (request) => {
      const about = asked(request, request.preview);
      const outs = await keepingInputs(about.news, () => resources().update(about));
      return { properties: structOf(outs) };
    }),
    Delete: method("DeleteRequest", "Empty", async ({ urn, id, properties }) => {
      await resources().delete({ urn, id, olds: propsOf(properties) });
      return {};
    }),
  };
}

function method(
  request: MessageName,
  response: MessageName,
  answer: (request: Request) => Promise<Message>,
): Method {
  return { request, response, answer };
}

function wasSent(request: Request, field: keyof Request): boolean {
  return Object.hasOwn(request, field);
}

function asked(request: Request, isPreview: boolean): Asked {
  const { urn, id, olds, oldInputs, news } = request;
  return {
    ...{ urn, id, isPreview, olds: propsOf(olds), news: propsOf(news) },
    // Needed only for what has changed.
    get oldInputs() {
      return propsOf(oldInputs);
    },
  };
}

function checkResponse({
  inputs,
  failures,
}: {
  readonly inputs: Props;
  readonly failures: readonly CheckFailure[];
}): Message {
  return { inputs: structOf(inputs), failures };
}

function diffResponse({ isChanged, replaces, changes }: Difference): Message {
  const { none, some } = diffChanges;
  const common = { replaces, deleteBeforeReplace: true, changes: isChanged ? some : none };
  if (!isChanged || changes.size === 0) return common;
  const replacing = new Set(replaces);
  const detailedDiff = [...changes].map(([key, change]) => {
    const isReplacing = replacing.delete(propertyOf(key)); // one of its parts is enough
    const kind = diffKinds[change][isReplacing ? "replacing" : "plain"];
    return { key, value: { kind, inputDiff: true } };
  });
  const diffs = [...new Set([...changes.keys()].map(propertyOf))];
  return { ...common, diffs, detailedDiff, hasDetailedDiff: true };
}

/** What was launched before a failure stays in the stack, with the inputs that it was launched with. */
async function keepingInputs<T>(inputs: Props, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof JobNotAsDeclaredError) throw new KeptError(error, inputs);
    throw error;
  }
}

class KeptError extends Error {
  constructor(
    readonly kept: JobNotAsDeclaredError,
    readonly inputs: Props,
  ) {
    super(kept.message);
  }
}

function unary(
  answer: Method["answer"],
  settled: () => Promise<void>,
): Grpc.handleUnaryCall<Request, Message> {
  return async (call, respond) => {
    try {
      const response = await answer(call.request);
      await settled();
      respond(null, response);
    } catch (error) {
      await settled();
      respond(serviceError(error), null);
    }
  };
}

/** The engine shows its message; of a resource that is kept it reads what is packed beside it. */
function serviceError(error: unknown): Partial<Grpc.StatusObject> {
  const message = messageOf(error);
  const code = grpc.status.UNKNOWN;
  if (!(error instanceof KeptError)) return { code, details: message };
  const { kept, inputs } = error;
  const value = encoded("ErrorResourceInitFailed", {
    ...{ id: kept.id, reasons: kept.reasons },
    ...{ properties: structOf(kept.properties), inputs: structOf(inputs) },
  });
  const type_url = "type.googleapis.com/pulumirpc.ErrorResourceInitFailed";
  const status = encoded("Status", { code, message, details: [{ type_url, value }] });
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", status);
  return { code, details: message, metadata };
}
