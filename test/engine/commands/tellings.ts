// All that `pulumi-skaha` tells of one story of refreshes and destroys.
import { Bench, fleet } from "../harness";
import { cli } from "./cliBench";

/** Makes the command read Pulumi's event log. */
export const viaLog = ["--suppress-outputs"];
export const inEarnest = ["--yes", "--skip-preview"];

/** All that was told, but for seconds and what names a session. */
const told = (stderr: string) =>
  stderr.replace(/\d+ s in/g, "N s in").replace(/-\w{14} \(session \w+/g, " (session");

export async function tellings(more: readonly string[]): Promise<string[]> {
  await using bench = await Bench.open();
  const run = async (...words: string[]) => {
    const { status, stderr } = await cli(bench, [...words, ...inEarnest, ...more]);
    return `${words[0]} ${status}: ${told(stderr)}`;
  };
  const said: string[] = [];
  said.push(await run("refresh"), await run("destroy")); // of an empty stack
  bench.declare([
    ...fleet(3, (n) => ({ args: [n], onRemove: n === 2 ? "leave" : "cancel" })),
    { name: "later", after: ["job-0"], args: { cmd: "echo" } },
  ]);
  await bench.succeed(bench.up());
  const first = bench.skaha.jobs().find(({ name }) => name.startsWith("job-0-"));
  bench.runner.end(first?.id ?? "", 3);
  said.push(await run("refresh"));
  bench.skaha.faults.add({ kind: "deleteLies" });
  said.push(await run("destroy"));
  bench.skaha.faults.clear();
  said.push(await run("destroy", "--cancel-orphans"));
  return said;
}
