// The provider as a gRPC server, as the engine asks it (`pulumirpc.ResourceProvider`). Each method reads a request, hands
// plain values to `resources.ts`, and writes the answer; nothing is decided here. What is left out gRPC refuses as not
// implemented. The SDK's own `main` is too small for this: it tells no detailed diff and no outputs in a preview.
import { createRequire } from "node:module";
import type * as Grpc from "@grpc/grpc-js";
import type * as ProviderGrpc from "@pulumi/pulumi/proto/provider_grpc_pb";
import type * as Provider from "@pulumi/pulumi/proto/provider_pb";
import type * as EmptyPb from "google-protobuf/google/protobuf/empty_pb";
import type * as StructPb from "google-protobuf/google/protobuf/struct_pb";
import { JobNotAsDeclaredError, messageOf } from "../errors";
import type { CheckFailure } from "../job/inputs";
import { type Kind as ChangeKind, propertyOf } from "./changes";
import type { Asked, Difference, Resources } from "./resources";

type Props = Readonly<Record<string, unknown>>;

/** What the server has besides resources. */
export interface Door {
  readonly version: string;
  readonly schema: () => string;
  readonly resources: Resources;
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

// The SDK's own modules: they need not be found from this package.
const sdk = createRequire(require.resolve("@pulumi/pulumi"));
const grpc: typeof Grpc = sdk("@grpc/grpc-js");
const service: typeof ProviderGrpc = sdk("./proto/provider_grpc_pb");
const proto: typeof Provider = sdk("./proto/provider_pb");
const { PluginInfo } = sdk("./proto/plugin_pb") as typeof import("@pulumi/pulumi/proto/plugin_pb");
const { Status } = sdk("./proto/status_pb");
const { Any } = sdk("google-protobuf/google/protobuf/any_pb");
const { Empty }: typeof EmptyPb = sdk("google-protobuf/google/protobuf/empty_pb");
const { Struct }: typeof StructPb = sdk("google-protobuf/google/protobuf/struct_pb");

/** @returns the port of this machine on which the engine may ask */
export async function serve(door: Door): Promise<number> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  const implementation = {
    ...aboutItself(door),
    ...aboutSettings(door),
    ...aboutResources(door.resources),
  };
  const answered = Object.fromEntries(
    Object.entries(implementation).map(([name, answer]) => [name, unary(answer, door.settled)]),
  );
  server.addService(service.ResourceProviderService, answered);
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve(port);
    });
  });
}

function aboutItself({ version, schema, resources }: Door) {
  return {
    async handshake() {
      const response = new proto.ProviderHandshakeResponse();
      response.setAcceptSecrets(true);
      return response;
    },
    async attach() {
      return new Empty();
    },
    async getPluginInfo() {
      const info = new PluginInfo();
      info.setVersion(version);
      return info;
    },
    async getSchema() {
      const response = new proto.GetSchemaResponse();
      response.setSchema(schema());
      return response;
    },
    async cancel() {
      resources.cancel();
      return new Empty();
    },
  };
}

function aboutSettings({ checkConfig, changedSettings, configure }: Door) {
  return {
    async checkConfig(request: Provider.CheckRequest) {
      return checkResponse(checkConfig(propsOf(request.getNews()), request.getUrn()));
    },
    async diffConfig(request: Provider.DiffRequest) {
      const olds = propsOf(request.getOldInputs() ?? request.getOlds());
      const names = changedSettings(olds, propsOf(request.getNews()));
      return diffResponse({
        isChanged: names.length > 0,
        replaces: [],
        changes: new Map(names.map((name) => [name, "update" as const])),
      });
    },
    async configure(request: Provider.ConfigureRequest) {
      configure(propsOf(request.getArgs()), request.getUrn());
      const response = new proto.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setSupportspreview(true);
      return response;
    },
  };
}

function aboutResources(resources: Resources) {
  return {
    async check(request: Provider.CheckRequest) {
      const [olds, news] = [propsOf(request.getOlds()), propsOf(request.getNews())];
      return checkResponse(await resources.check(request.getUrn(), olds, news));
    },
    async diff(request: Provider.DiffRequest) {
      return diffResponse(await resources.diff(asked(request)));
    },
    async create(request: Provider.CreateRequest) {
      const news = propsOf(request.getProperties());
      const isPreview = request.getPreview();
      const about = { urn: request.getUrn(), id: "", olds: {}, oldInputs: {}, news, isPreview };
      const { id, outs } = await keepingInputs(news, () => resources.create(about));
      const response = new proto.CreateResponse();
      response.setId(id);
      response.setProperties(structOf(outs));
      return response;
    },
    async read(request: Provider.ReadRequest) {
      const olds = propsOf(request.getProperties());
      const oldInputs = propsOf(request.getInputs());
      const about = { urn: request.getUrn(), id: request.getId(), news: {}, isPreview: false };
      const response = new proto.ReadResponse();
      if (Object.keys(olds).length > 0) {
        const { id, outs } = await resources.refresh({ ...about, olds, oldInputs });
        response.setId(id);
        response.setProperties(structOf(outs));
        response.setInputs(request.getInputs());
        return response;
      }
      const { id, inputs, outs } = await resources.import({ ...about, olds, oldInputs });
      // A `get` has inputs, though there are none in them, and names the resource so with each run.
      response.setId(request.hasInputs() ? request.getId() : id);
      response.setProperties(structOf(outs));
      response.setInputs(structOf(inputs));
      return response;
    },
    async update(request: Provider.UpdateRequest) {
      const about = { ...asked(request), isPreview: request.getPreview() };
      const outs = await keepingInputs(about.news, () => resources.update(about));
      const response = new proto.UpdateResponse();
      response.setProperties(structOf(outs));
      return response;
    },
    async delete(request: Provider.DeleteRequest) {
      const olds = propsOf(request.getProperties());
      const about = { urn: request.getUrn(), id: request.getId(), olds, oldInputs: {}, news: {} };
      await resources.delete({ ...about, isPreview: false });
      return new Empty();
    },
  };
}

function asked(request: Provider.DiffRequest | Provider.UpdateRequest): Asked {
  return {
    urn: request.getUrn(),
    id: request.getId(),
    olds: propsOf(request.getOlds()),
    oldInputs: propsOf(request.getOldInputs()),
    news: propsOf(request.getNews()),
    isPreview: false,
  };
}

function propsOf(struct: StructPb.Struct | undefined): Props {
  return (struct?.toJavaScript() ?? {}) as Props; // a map, by what it is
}

function structOf(props: Props): StructPb.Struct {
  return Struct.fromJavaScript(props as Parameters<typeof Struct.fromJavaScript>[0]); // of JSON's values
}

function checkResponse({
  inputs,
  failures,
}: {
  readonly inputs: Props;
  readonly failures: readonly CheckFailure[];
}): Provider.CheckResponse {
  const response = new proto.CheckResponse();
  response.setInputs(structOf(inputs));
  response.setFailuresList(
    failures.map(({ property, reason }) => {
      const failure = new proto.CheckFailure();
      failure.setProperty(property);
      failure.setReason(reason);
      return failure;
    }),
  );
  return response;
}

function diffResponse({ isChanged, replaces, changes }: Difference): Provider.DiffResponse {
  const { DIFF_SOME, DIFF_NONE } = proto.DiffResponse.DiffChanges;
  const response = new proto.DiffResponse();
  response.setChanges(isChanged ? DIFF_SOME : DIFF_NONE);
  response.setReplacesList([...replaces]);
  response.setDeletebeforereplace(true);
  if (!isChanged || changes.size === 0) return response;
  response.setHasdetaileddiff(true);
  const detailed = response.getDetaileddiffMap();
  const replacing = new Set(replaces);
  for (const [path, kind] of changes) {
    const property = propertyOf(path);
    const diff = new proto.PropertyDiff();
    diff.setKind(kindOf(kind, replacing.has(property)));
    diff.setInputdiff(true);
    detailed.set(path, diff);
    replacing.delete(property); // one of its parts is enough
  }
  response.setDiffsList([...new Set([...changes.keys()].map(propertyOf))]);
  return response;
}

function kindOf(kind: ChangeKind, isReplacing: boolean): Provider.PropertyDiff.Kind {
  const { ADD, ADD_REPLACE, DELETE, DELETE_REPLACE, UPDATE, UPDATE_REPLACE } =
    proto.PropertyDiff.Kind;
  if (kind === "add") return isReplacing ? ADD_REPLACE : ADD;
  if (kind === "delete") return isReplacing ? DELETE_REPLACE : DELETE;
  return isReplacing ? UPDATE_REPLACE : UPDATE;
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

type Answer = (request: never) => Promise<unknown>;

function unary(
  answer: Answer,
  settled: () => Promise<void>,
): Grpc.handleUnaryCall<unknown, unknown> {
  return async (call, respond) => {
    try {
      const response = await answer(call.request as never); // of the type that the method has
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
  const base = { code: grpc.status.UNKNOWN, details: message };
  if (!(error instanceof KeptError)) return base;
  const { kept, inputs } = error;
  const detail = new proto.ErrorResourceInitFailed();
  detail.setId(kept.id);
  detail.setProperties(structOf(kept.properties));
  detail.setInputs(structOf(inputs));
  detail.setReasonsList([...kept.reasons]);
  const packed = new Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(message);
  status.addDetails(packed);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { ...base, metadata };
}
