// The whole way: the encoding, a server, a session's process, the record under /arc.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSkaha } from "../../../../embedded";
import { wrapped } from "../../../../provider/record/wrapper";
import { encodeCommand, whyUnsendable } from "../../../../provider/skaha/encoding";
import { clientOf, eventually, image } from "../../../embedded/client";
import { oddWords } from "./oddWords";

const options = { record: "/arc/projects/survey/.jobs", attempt: 2, image };

test("a wrapped command fits a launch with room to spare, and can be sent", () => {
  const { command, args } = wrapped(["true"], { ...options, id: "job", outputs: ["/arc/out"] });
  expect([command, ...args].map(whyUnsendable).filter(Boolean)).toEqual([]);
  const encoded = encodeCommand(command, args, {});
  expect(encoded.cmd).toBe("/bin/sh");
  const form = new URLSearchParams({ args: encoded.args ?? "" }).toString();
  expect(form.length).toBeLessThan(64 * 1024);
});

test("under the embedded server argv, outputs and the record arrive, and its /arc is theirs", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "skaha-recorded-"));
  const skaha = await startSkaha({
    dataDir,
    users: { alice: { token: "t" } },
    images: [{ id: image }],
    capacity: { cores: 16, ramGiB: 64 },
    graceSeconds: 5,
  });
  const client = clientOf(skaha);
  const file = (id: string, name: string) =>
    readFileSync(join(dataDir, "arc/projects/survey/.jobs", id, "2", name), "utf8");

  async function launch(id: string, argv: string[], outputs: string[] = []): Promise<string> {
    const { command, args } = wrapped(argv, {
      ...options,
      id,
      outputs,
      cwd: "/arc/projects",
      heartbeatSeconds: 1,
    });
    const encoded = encodeCommand(command, args, { SKAHA_JOB_ID: id, SKAHA_ATTEMPT: "2" });
    return client.launch({
      name: id,
      image,
      cmd: encoded.cmd ?? "",
      args: encoded.args ?? "",
      env: encoded.env,
      cores: "1",
      ram: "1",
    });
  }

  try {
    const show = [
      "sh",
      "-c",
      'printf "%s|" "$@" "$SKAHA_ATTEMPT" "$SKAHA_JOB_ID" "$PWD"; pwd >&2',
      "show",
    ];
    const done = await launch("done", [...show, ...oddWords], ["/arc/projects"]);
    expect((await client.untilEnd(done)).status).toBe("Completed");
    const projects = join(dataDir, "arc/projects");
    const log = await client.log(done);
    expect(log).toBe(`${[...oddWords, "2", "done", projects].join("|")}|${projects}\n`);
    expect(file("done", "log")).toBe(log);
    expect(JSON.parse(file("done", "start.json"))).toMatchObject({
      image,
      attempt: 2,
      argv: [...show, ...oddWords],
    });
    expect(JSON.parse(file("done", "end.json"))).toMatchObject({ exitCode: 0, missingOutputs: [] });

    const missing = await launch("missing", ["true"], ["/arc/projects/no such"]);
    expect((await client.untilEnd(missing)).status).toBe("Failed");
    expect(skaha.jobs().find((job) => job.id === missing)).toMatchObject({ exitCode: 1 });
    expect(JSON.parse(file("missing", "end.json"))).toMatchObject({
      cause: "MissingOutputs",
      missingOutputs: [join(projects, "no such")],
    });

    const cancelled = await launch("cancelled", ["sh", "-c", "echo ready; sleep 1000; echo no"]);
    await eventually(
      async () => ((await client.log(cancelled)).includes("ready") ? true : undefined),
      "the session is ready",
    );
    await client.call("DELETE", `/session/${cancelled}`);
    const end = await eventually(async () => {
      try {
        return JSON.parse(file("cancelled", "end.json"));
      } catch {
        return undefined;
      }
    }, "the cancelled session writes its end");
    expect(end).toMatchObject({ exitCode: 143, signal: "TERM", cause: "Signal" });
  } finally {
    await skaha.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}, 60_000);
