// The native provider of a world, asked over gRPC as the engine asks it. Values are JavaScript's; secrets are wrapped.
import { createRequire } from "node:module";
import type * as Grpc from "@grpc/grpc-js";
import type * as Provider from "@pulumi/pulumi/proto/provider_pb";
import { EngineLog } from "../../provider/engine/engineLog";
import { nativeDoor } from "../../provider/native/door";
import { serve } from "../../provider/native/grpc/server";
import type { World } from "./world";

const sdk = createRequire(require.resolve("@pulumi/pulumi"));
const grpc: typeof Grpc = sdk("@grpc/grpc-js");
const { ResourceProviderClient } = require("@pulumi/pulumi/proto/provider_grpc_pb");
const proto: typeof Provider = require("@pulumi/pulumi/proto/provider_pb");
const { Struct } = sdk("google-protobuf/google/protobuf/struct_pb");
const { Empty } = sdk("google-protobuf/google/protobuf/empty_pb");
const { Status } = require("@pulumi/pulumi/proto/status_pb");

export type Props = Record<string, unknown>;

export const secret = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

/** A resource that the engine keeps although its creation or update failed. */
export interface Kept {
  readonly id: string;
  readonly properties: Props;
  readonly inputs: Props;
  readonly reasons: readonly string[];
}

export interface NativeClient extends Disposable {
  readonly said: readonly string[];
  check(urn: string, olds: Props, news: Props): Promise<{ inputs: Props; failures: string[] }>;
  diff(about: {
    urn: string;
    id: string;
    olds: Props;
    oldInputs: Props;
    news: Props;
  }): Promise<{ changes: boolean; replaces: string[]; detailed: Record<string, string> }>;
  create(urn: string, news: Props, preview?: boolean): Promise<{ id: string; outs: Props }>;
  update(
    about: { urn: string; id: string; olds: Props; news: Props },
    preview?: boolean,
  ): Promise<Props>;
  read(about: {
    urn: string;
    id: string;
    olds?: Props;
    inputs?: Props;
  }): Promise<{ id: string; outs: Props; inputs: Props }>;
  delete(urn: string, id: string, olds: Props): Promise<void>;
  cancel(): Promise<void>;
  schema(): Promise<Props>;
  checkConfig(news: Props): Promise<{ inputs: Props; failures: string[] }>;
  configure(config: Props): Promise<Provider.ConfigureResponse>;
  diffConfig(olds: Props, news: Props): Promise<{ changes: boolean; replaces: string[] }>;
}

/** What a failed call left in the stack, if anything. */
export function keptOf(error: unknown): Kept | undefined {
  const { metadata } = error as Grpc.ServiceError;
  const [packed] = metadata.get("grpc-status-details-bin");
  if (packed === undefined) return undefined;
  const [any] = Status.deserializeBinary(packed).getDetailsList();
  const detail = proto.ErrorResourceInitFailed.deserializeBinary(any.getValue_asU8());
  return {
    id: detail.getId(),
    properties: detail.getProperties()?.toJavaScript() ?? {},
    inputs: detail.getInputs()?.toJavaScript() ?? {},
    reasons: detail.getReasonsList(),
  };
}

export interface NativeClientOptions {
  /** The address of an engine that is shown lines. */
  readonly engine?: string;
  /** What the program calls its provider. @default the stack's, which no program makes */
  readonly provider?: string;
  /** On top of the world's. */
  readonly env?: Readonly<Record<string, string>>;
}

/** @param config of the stack or of the provider, without `skaha:` */
export async function nativeClient(
  w: World,
  config: Props = {},
  { engine, provider, env: more }: NativeClientOptions = {},
): Promise<NativeClient> {
  const said: string[] = [];
  const env = { ...w.engine.env, ...more };
  const { clock, folder } = w;
  const run = {
    clock,
    folder,
    home: folder,
    temporary: folder,
    write: (line: string) => said.push(line),
  };
  const port = await serve(nativeDoor("1.2.3", { log: new EngineLog(engine), env, run }));
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  const call = <T>(method: string, request: unknown): Promise<T> =>
    new Promise((resolve, reject) =>
      client[method](request, (error: unknown, answer: T) =>
        error ? reject(error) : resolve(answer),
      ),
    );
  const struct = (props: Props) => Struct.fromJavaScript(JSON.parse(JSON.stringify(props)));
  const made = methods(call, struct, provider);
  await made.configure(config);
  return { ...made, said, [Symbol.dispose]: () => client.close() };
}

type Call = <T>(method: string, request: unknown) => Promise<T>;

type Struct = ReturnType<Provider.CheckRequest["getNews"]>;

function methods(call: Call, struct: (props: Props) => Struct, provider = "default") {
  const providerUrn = `urn:pulumi:dev::p::pulumi:providers:skaha::${provider}`;
  const checked = async (method: string, urn: string, olds: Props, news: Props) => {
    const request = new proto.CheckRequest();
    request.setUrn(urn);
    request.setOlds(struct(olds));
    request.setNews(struct(news));
    const answer = await call<Provider.CheckResponse>(method, request);
    return {
      inputs: (answer.getInputs()?.toJavaScript() ?? {}) as Props,
      failures: answer.getFailuresList().map((one) => `${one.getProperty()}: ${one.getReason()}`),
    };
  };
  const diffed = async (method: string, request: Provider.DiffRequest) => {
    const answer = await call<Provider.DiffResponse>(method, request);
    const names = Object.entries(proto.PropertyDiff.Kind);
    const nameOf = (kind: number) => names.find(([, value]) => value === kind)?.[0] ?? "";
    return {
      changes: answer.getChanges() === proto.DiffResponse.DiffChanges.DIFF_SOME,
      replaces: answer.getReplacesList(),
      detailed: Object.fromEntries(
        answer
          .getDetaileddiffMap()
          .getEntryList()
          .map(([path, diff]) => [
            path,
            nameOf((diff as unknown as [number])[0] ?? proto.PropertyDiff.Kind.ADD),
          ]),
      ),
    };
  };
  return {
    check: (urn: string, olds: Props, news: Props) => checked("check", urn, olds, news),
    checkConfig: (news: Props) => checked("checkConfig", providerUrn, {}, news),
    async diff({ urn, id, olds, oldInputs, news }: Parameters<NativeClient["diff"]>[0]) {
      const request = new proto.DiffRequest();
      request.setUrn(urn);
      request.setId(id);
      request.setOlds(struct(olds));
      request.setOldInputs(struct(oldInputs));
      request.setNews(struct(news));
      return diffed("diff", request);
    },
    diffConfig(olds: Props, news: Props) {
      const request = new proto.DiffRequest();
      request.setOldInputs(struct(olds));
      request.setNews(struct(news));
      return diffed("diffConfig", request);
    },
    async create(urn: string, news: Props, preview = false) {
      const request = new proto.CreateRequest();
      request.setUrn(urn);
      request.setProperties(struct(news));
      request.setPreview(preview);
      const answer = await call<Provider.CreateResponse>("create", request);
      return { id: answer.getId(), outs: (answer.getProperties()?.toJavaScript() ?? {}) as Props };
    },
    async update({ urn, id, olds, news }: Parameters<NativeClient["update"]>[0], preview = false) {
      const request = new proto.UpdateRequest();
      request.setUrn(urn);
      request.setId(id);
      request.setOlds(struct(olds));
      request.setNews(struct(news));
      request.setPreview(preview);
      const answer = await call<Provider.UpdateResponse>("update", request);
      return (answer.getProperties()?.toJavaScript() ?? {}) as Props;
    },
    async read({ urn, id, olds, inputs }: Parameters<NativeClient["read"]>[0]) {
      const request = new proto.ReadRequest();
      request.setUrn(urn);
      request.setId(id);
      if (olds) request.setProperties(struct(olds));
      if (inputs) request.setInputs(struct(inputs));
      const answer = await call<Provider.ReadResponse>("read", request);
      return {
        id: answer.getId(),
        outs: (answer.getProperties()?.toJavaScript() ?? {}) as Props,
        inputs: (answer.getInputs()?.toJavaScript() ?? {}) as Props,
      };
    },
    async delete(urn: string, id: string, olds: Props) {
      const request = new proto.DeleteRequest();
      request.setUrn(urn);
      request.setId(id);
      request.setProperties(struct(olds));
      await call("delete", request);
    },
    async cancel() {
      await call("cancel", new Empty());
    },
    async schema() {
      const answer = await call<Provider.GetSchemaResponse>(
        "getSchema",
        new proto.GetSchemaRequest(),
      );
      return JSON.parse(answer.getSchema()) as Props;
    },
    configure(config: Props) {
      const request = new proto.ConfigureRequest();
      request.setArgs(struct(config));
      request.setUrn(providerUrn);
      return call<Provider.ConfigureResponse>("configure", request);
    },
  };
}
