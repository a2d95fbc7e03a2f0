// Lines for the user, from the native provider to the engine that started it.
import { createRequire } from "node:module";
import type * as Grpc from "@grpc/grpc-js";
import type { Send } from "../../engine/engineLog";
import { encoded, severities } from "./messages";

const grpc: typeof Grpc = createRequire(require.resolve("@pulumi/pulumi"))("@grpc/grpc-js");

/** @param address of an engine on this machine, such as 127.0.0.1:4711 */
export function linesTo(address: string): Send {
  const noProxy = { "grpc.enable_http_proxy": 0 };
  const engine = new grpc.Client(address, grpc.credentials.createInsecure(), noProxy);
  const serialize = (line: object) => encoded("LogRequest", { ...line });
  const asItCame = (answer: Buffer) => answer;
  return ({ text, urn = "", severity = "info", isEphemeral }) => {
    const told = { message: text, urn, ephemeral: isEphemeral };
    const line = { severity: severities[severity], ...told };
    return new Promise((resolve) => {
      const path = "/pulumirpc.Engine/Log";
      engine.makeUnaryRequest(path, serialize, asItCame, line, () => resolve());
    });
  };
}
