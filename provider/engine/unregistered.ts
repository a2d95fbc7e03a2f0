// What a job's outputs reject with where the engine took no such job. The SDK prints it with a stack, for each job.

/** From gRPC: the engine is ending, for a reason that it has told. */
const endings: readonly unknown[] = [1 /* CANCELLED */, 14 /* UNAVAILABLE */];

/**
 * Makes a sentence of the SDK's error, in place: all who wait for the job get the same one. The cause stays in it
 * unless the engine has told that itself. An error of the program's own stays as it is.
 */
export function tellUnregistered(error: unknown, type: string, name: string): void {
  if (!(error instanceof Error) || error.stack === "") return; // a predecessor's, told as its own
  const { message } = error;
  const failed = `failed to register new resource ${name} [${type}]: `;
  const isTold =
    message === `resource ${name} [${type}] failed to register` ||
    (message.startsWith(failed) && endings.includes((error as { code?: unknown }).code));
  if (isTold)
    error.message = `HeadlessSession "${name}" is not as declared: its own error says why`;
  else if (message.startsWith(failed)) {
    error.message = `HeadlessSession "${name}" was not taken by the engine: ${message.slice(failed.length)}`;
  } else return;
  error.stack = "";
}

/**
 * Waits for the engine's answers about resources, whatever they are. Where it ends instead, this never settles: what the
 * SDK then sends to it, like a component's outputs, fails, and is printed with a stack.
 */
export async function answeredAll(urns: readonly { promise(): Promise<unknown> }[]): Promise<void> {
  await Promise.all(
    urns.map((urn) =>
      urn.promise().catch((error: unknown) => {
        const isEnding = endings.includes((error as { code?: unknown } | undefined)?.code);
        return isEnding ? new Promise(() => {}) : undefined;
      }),
    ),
  );
}
