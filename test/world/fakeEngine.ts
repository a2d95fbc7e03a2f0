// The part of an engine that shows lines, over real gRPC: it keeps what it was sent.
import { createRequire } from "node:module";
import type * as Grpc from "@grpc/grpc-js";
import type * as Engine from "@pulumi/pulumi/proto/engine_pb";
import type * as EmptyPb from "google-protobuf/google/protobuf/empty_pb";

const sdk = createRequire(require.resolve("@pulumi/pulumi"));
const grpc: typeof Grpc = sdk("@grpc/grpc-js");
const { EngineService } = require("@pulumi/pulumi/proto/engine_grpc_pb");
const { LogSeverity }: typeof Engine = require("@pulumi/pulumi/proto/engine_pb");
const { Empty }: typeof EmptyPb = sdk("google-protobuf/google/protobuf/empty_pb");

export interface ShownLine {
  readonly text: string;
  /** Of the resource on whose line it is; "" for the stack. */
  readonly urn: string;
  readonly isEphemeral: boolean;
  readonly severity: "INFO" | "WARNING";
}

export interface FakeEngine extends Disposable {
  readonly address: string;
  readonly shown: readonly ShownLine[];
}

export async function fakeEngine(): Promise<FakeEngine> {
  const shown: ShownLine[] = [];
  const server = new grpc.Server();
  server.addService(EngineService, {
    log(
      { request }: { readonly request: Engine.LogRequest },
      reply: (error: null, answer: EmptyPb.Empty) => void,
    ) {
      const [text, urn] = [request.getMessage(), request.getUrn()];
      const severity = request.getSeverity() === LogSeverity.WARNING ? "WARNING" : "INFO";
      shown.push({ text, urn, isEphemeral: request.getEphemeral(), severity });
      reply(null, new Empty());
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    const credentials = grpc.ServerCredentials.createInsecure();
    server.bindAsync("127.0.0.1:0", credentials, (error, found) =>
      error ? reject(error) : resolve(found),
    );
  });
  return {
    address: `127.0.0.1:${port}`,
    shown,
    [Symbol.dispose]: () => server.forceShutdown(),
  };
}
