// Tells the user something in Pulumi's own output: how far a long operation is, which is for the moment and kept nowhere,
// and, from the native provider, what was done, because nobody shows what that process prints. Where there is no engine,
// nobody is told.
import { createRequire } from "node:module";
import path from "node:path";

/**
 * The engine's address is the first argument of its host of dynamic providers, and of the native provider; in any other
 * program there is no engine to lose.
 */
export function engineOfThisProcess(): string | undefined {
  const [, script = "", address = ""] = process.argv;
  const isHost =
    path.dirname(script).endsWith("dynamic-provider") ||
    script.endsWith("dynamic-provider") ||
    script.endsWith(path.join("native", "main.js"));
  return isHost && /:\d+$/.test(address) ? address : undefined;
}

export interface Line {
  readonly text: string;
  /** Whose line it is. @default the stack's */
  readonly urn?: string | undefined;
  /** @default "info" */
  readonly severity?: "info" | "warning";
  /** For the moment only. */
  readonly isEphemeral: boolean;
}

/** @returns when the line has arrived, or never will: it is only for the eye */
export type Send = (line: Line) => Promise<void>;

export class EngineLog {
  #send: Send | undefined;
  readonly #sending = new Set<Promise<void>>();

  /** @param connect tells an engine of lines. @default by the SDK, which the host of dynamic providers has in memory */
  constructor(
    private readonly address = engineOfThisProcess(),
    private readonly connect: (address: string) => Send = connected,
  ) {}

  /**
   * Shows a line for the moment.
   * @param text one line
   * @param urn of the resource that it is about. @default the stack
   */
  status(text: string, urn?: string): void {
    this.#add({ text, urn, isEphemeral: true });
  }

  /** Says a line that stays. */
  say(text: string): void {
    this.#add({ text, isEphemeral: false });
  }

  /** Says a line that stays, as a warning. */
  warn(text: string): void {
    this.#add({ text, severity: "warning", isEphemeral: false });
  }

  /** What was said has arrived, or never will. */
  async settled(): Promise<void> {
    await Promise.all(this.#sending);
  }

  #add(line: Line): void {
    if (this.address === undefined) return;
    this.#send ??= this.connect(this.address);
    const sent = this.#send(line).finally(() => this.#sending.delete(sent));
    this.#sending.add(sent);
  }
}

/** Loaded when it is needed: the host has all of it in memory already. */
function connected(address: string): Send {
  try {
    // The SDK's own: it need not be found from this package.
    const grpc = createRequire(require.resolve("@pulumi/pulumi"))("@grpc/grpc-js");
    const { EngineClient } = require("@pulumi/pulumi/proto/engine_grpc_pb");
    const { LogRequest, LogSeverity } = require("@pulumi/pulumi/proto/engine_pb");
    // A proxy is for what is not on this machine.
    const options = { "grpc.enable_http_proxy": 0 };
    const engine = new EngineClient(address, grpc.credentials.createInsecure(), options);
    return ({ text, urn = "", severity = "info", isEphemeral }) => {
      const request = new LogRequest();
      request.setSeverity(severity === "warning" ? LogSeverity.WARNING : LogSeverity.INFO);
      request.setMessage(text);
      request.setUrn(urn);
      request.setEphemeral(isEphemeral);
      return new Promise((resolve) => engine.log(request, () => resolve())); // it is only for the eye
    };
  } catch {
    return async () => {}; // another form of the SDK: nothing depends on it
  }
}
