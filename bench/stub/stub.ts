// Starts a stub of the server, and asks it what it counted.
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { checkout } from "../../toolchain/checkout";
import { type Counted, countedSchema } from "./counted";

export interface Stub extends AsyncDisposable {
  /** What `CANFAR_URL` gets. */
  readonly url: string;
  readonly token: string;
  readonly latencyMs: number;
  /** What it counted since the last time this was asked. */
  counted(): Promise<Counted>;
}

export async function startStub(latencyMs: number): Promise<Stub> {
  const token = "a-token-of-the-bench";
  const script = path.join(checkout, "dist/bench/stub/server.js");
  const child = spawn(process.execPath, [script, String(latencyMs), token], {
    // The channel ends it with the bench, however that ends.
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const ended = once(child, "exit");
  if (!child.stdout) throw new Error("the stub of the server has no stdout");
  const line = once(createInterface({ input: child.stdout }), "line");
  const [port] = await Promise.race([
    line,
    ended.then(() => Promise.reject(new Error("the stub of the server did not start"))),
  ]);
  const origin = `http://127.0.0.1:${port}`;
  const ask = async (method: "GET" | "DELETE") => {
    const answer = await fetch(`${origin}/_bench`, { method });
    return countedSchema.parse(await answer.json());
  };
  return {
    url: `${origin}/skaha/v1`,
    token,
    latencyMs,
    async counted() {
      const counted = await ask("GET");
      await ask("DELETE");
      return counted;
    },
    async [Symbol.asyncDispose]() {
      child.kill();
      await ended;
    },
  };
}
