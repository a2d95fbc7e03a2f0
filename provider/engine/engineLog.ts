// Tells the user something in Pulumi's own output: how far a long operation is, which is for the moment and kept nowhere,
// and, from the native provider, what was done, because nobody shows what that process prints. Where there is no engine,
// nobody is told.
import path from "node:path";
import { count, encoded, flag, text as textField } from "../grpc/messages";
import { Teller } from "../grpc/teller";

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

interface Line {
  readonly text: string;
  /** Whose line it is. @default the stack's */
  readonly urn?: string | undefined;
  /** @default "info" */
  readonly severity?: keyof typeof severities;
  /** For the moment only. */
  readonly isEphemeral: boolean;
}

/** The numbers of a LogRequest's fields (pulumi/engine.proto). */
const fields = { severity: 1, message: 2, urn: 3, ephemeral: 5 } as const;
/** Some of LogSeverity. */
const severities = { info: 1, warning: 2 } as const;

export class EngineLog {
  #teller: Teller | undefined;
  readonly #sending = new Set<Promise<void>>();

  constructor(private readonly address = engineOfThisProcess()) {}

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

  #add({ text, urn = "", severity = "info", isEphemeral }: Line): void {
    if (this.address === undefined) return;
    this.#teller ??= new Teller(this.address);
    const request = encoded([
      ...[count(fields.severity, severities[severity]), textField(fields.message, text)],
      ...[textField(fields.urn, urn), flag(fields.ephemeral, isEphemeral)],
    ]);
    const sent = this.#teller
      .tell("/pulumirpc.Engine/Log", request)
      .finally(() => this.#sending.delete(sent));
    this.#sending.add(sent);
  }
}
