// Sessions that take their time to start, as where an image is pulled first.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Skaha, startSkaha } from "../../embedded";
import { clientOf, eventually, shell } from "./client";

jest.setTimeout(60_000); // longer than anything is waited for

const dataDirs: string[] = [];
afterAll(() => {
  for (const dataDir of dataDirs) rmSync(dataDir, { recursive: true, force: true });
});

async function withServer(
  startDelaySeconds: number,
  body: (skaha: Skaha, client: ReturnType<typeof clientOf>) => Promise<void>,
): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), "skaha-delay-"));
  dataDirs.push(dataDir);
  const users = { alice: { token: "t" } };
  const skaha = await startSkaha({
    dataDir,
    users,
    startDelaySeconds,
    graceSeconds: 0.3,
    capacity: { cores: 4 },
  });
  try {
    await body(skaha, clientOf(skaha));
  } finally {
    await skaha.stop();
  }
}

const eventsOf = async (client: ReturnType<typeof clientOf>, id: string) =>
  (await client.call("GET", `/session/${id}?view=events`)).text;

test("a session runs when its delay is over, and its events tell of an image", () =>
  withServer(0.5, async (_, client) => {
    const asked = Date.now();
    const id = await client.launch({ ...shell("echo ran"), name: "delayed" });
    const { status } = await client.untilEnd(id);
    expect({ status, log: await client.log(id) }).toEqual({ status: "Completed", log: "ran\n" });
    expect(Date.now() - asked).toBeGreaterThanOrEqual(500);
    expect(await eventsOf(client, id)).toMatch(
      /Pulling image ".*" .*Successfully pulled image ".*" in 0\.5s .*Started container/s,
    );
  }));

test("meanwhile it is Pending and holds its place; deleted, it never starts", () =>
  withServer(3_600, async (_, client) => {
    const cores = "4";
    const first = await client.launch({ ...shell("echo no"), name: "first", cores });
    const second = await client.launch({ ...shell("echo no"), name: "second", cores });
    const status = async (id: string) => (await client.get(`/session/${id}`)).status;
    expect([await status(first), await status(second)]).toEqual(["Pending", "Pending"]);
    expect(await eventsOf(client, first)).toMatch(/Pulling image/);
    expect(await eventsOf(client, second)).toMatch(/FailedScheduling/);
    await client.call("DELETE", `/session/${first}`);
    await eventually(
      async () => ((await eventsOf(client, second)).includes("Pulling") ? true : undefined),
      "the second has the place",
    );
    expect(await client.log(first)).toBe("");
  }));
