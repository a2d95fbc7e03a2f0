// The server of a run of chaos, as the troubles of one command meet it that come at the same time.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ServerProcess } from "./server";

jest.setTimeout(120_000);

const folder = mkdtempSync(path.join(tmpdir(), "skaha-chaos-server-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("what asks for the sessions while the server was killed gets them when it is back", async () => {
  const server = await ServerProcess.start(folder);
  try {
    const killed = server.kill();
    const asked = [server.sessions()];
    await killed;
    asked.push(server.sessions());
    await server.begin();
    expect(await Promise.all(asked)).toEqual([[], []]);
  } finally {
    await server.stop();
  }
  await expect(server.sessions()).rejects.toThrow();
});
