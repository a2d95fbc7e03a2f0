// Tells the user how far a long operation is, in Pulumi's own output: what this process prints reaches it only at the
// end. Such lines are for the moment and are kept nowhere. Where there is no engine, nobody is told.
import { createRequire } from "node:module";
import path from "node:path";

/** The engine's address is the host's first argument; in any other program there is no engine to lose. */
export function engineOfThisProcess(): string | undefined {
  const [, script = "", address = ""] = process.argv;
  const isHost =
    path.dirname(script).endsWith("dynamic-provider") || script.endsWith("dynamic-provider");
  return isHost && /:\d+$/.test(address) ? address : undefined;
}

export class EngineLog {
  #send: ((text: string) => void) | undefined;

  constructor(private readonly address = engineOfThisProcess()) {}

  /** @param text one line */
  status(text: string): void {
    if (this.address === undefined) return;
    this.#send ??= connected(this.address);
    this.#send(text);
  }
}

/** Loaded when it is needed: the host has all of it in memory already. */
function connected(address: string): (text: string) => void {
  try {
    // The SDK's own: it need not be found from this package.
    const grpc = createRequire(require.resolve("@pulumi/pulumi"))("@grpc/grpc-js");
    const { EngineClient } = require("@pulumi/pulumi/proto/engine_grpc_pb");
    const { LogRequest, LogSeverity } = require("@pulumi/pulumi/proto/engine_pb");
    const engine = new EngineClient(address, grpc.credentials.createInsecure());
    return (text) => {
      const request = new LogRequest();
      request.setSeverity(LogSeverity.INFO);
      request.setMessage(text);
      request.setEphemeral(true);
      engine.log(request, () => {}); // it is only for the eye
    };
  } catch {
    return () => {}; // another form of the SDK: nothing depends on it
  }
}
