// Launches as a user writes them, through `check` and `create` over HTTP to the embedded server and into real
// processes: what `sh` itself says it got.
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { startSkaha } from "../../embedded";
import { assemble } from "../../provider/assemble";
import { noEngine } from "../../provider/engine/engineWatch";
import { SkahaProvider } from "../../provider/runtime";
import { clientOf } from "./client";

/** What is looked for, and only then the words and variables. */
const start = "what-it-got";
/** A script that prints what it gets. */
export const show = `printf '%s\\0' ${start} "$@"; env -0`;

export interface Printed {
  readonly status: string;
  /** The words after the script's name, and then the variables as NAME=value. */
  readonly said: readonly string[];
}

export interface Printer {
  /** @param inputs of a job that runs {@link show}; refused ones fail the test */
  readonly print: (inputs: object) => Promise<Printed>;
  readonly close: () => Promise<void>;
}

export async function openPrinter(): Promise<Printer> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "printer-"));
  const skaha = await startSkaha({
    users: { alice: {} },
    dataDir: path.join(folder, "data"),
    capacity: { cores: 1_000, ramGiB: 10_000 },
  });
  const client = clientOf(skaha);
  const provider = new SkahaProvider((config) =>
    assemble(
      config,
      { CANFAR_URL: skaha.url, CANFAR_TOKEN: skaha.token },
      { write: () => {}, folder, home: folder, temporary: folder, engine: noEngine },
    ),
  );
  await provider.configure({ config: { get: () => undefined, require: () => "" } } as never);
  let count = 0;
  return {
    print: async (inputs) => {
      count += 1;
      const urn = `urn:pulumi:dev::printer::skaha:HeadlessSession::job-${count}`;
      const image = "images.canfar.net/skaha/terminal:1.1.2";
      const news = { image, ...inputs, identity: `organization/${urn}` };
      const { inputs: checked, failures } = await provider.check({}, news);
      expect(failures).toEqual([]);
      const { outs } = await provider.create(JSON.parse(JSON.stringify(checked)));
      const sessionId = String(outs?.sessionId);
      const { status } = await client.untilEnd(sessionId);
      const [, got = ""] = (await client.log(sessionId)).split(`${start}\0`);
      return { status: String(status), said: got.split("\0").slice(0, -1) };
    },
    close: async () => {
      await skaha.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The variables of what a job printed. */
export function variablesOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
