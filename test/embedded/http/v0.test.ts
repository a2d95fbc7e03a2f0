import { type ScriptedRunner, type Skaha, scriptedRunner, startSkaha } from "../../../embedded";
import { clientOf } from "../client";

let runner: ScriptedRunner;
let skaha: Skaha;
let client: ReturnType<typeof clientOf>;
beforeEach(async () => {
  runner = scriptedRunner({ autoReady: false });
  skaha = await startSkaha({
    api: "v0",
    runner,
    clock: () => Date.parse("2026-03-01T12:00:00Z"),
    users: { alice: { token: "a" }, eve: { token: "e" } },
  });
  client = clientOf(skaha);
});
afterEach(() => skaha.close());

test("it is served under /skaha/v0 only", async () => {
  expect(skaha.url).toMatch(/\/skaha\/v0$/);
  const v1 = skaha.url.replace("v0", "v1");
  expect((await fetch(`${v1}/session`, { headers: { authorization: "Bearer a" } })).status).toBe(
    404,
  );
});

test("sessions show `<none>` for what is missing, and pod phases", async () => {
  const id = await client.launch({ name: "a", cores: "2", ram: "4" });
  expect(await client.get(`/session/${id}`)).toMatchObject({
    status: "Pending",
    startTime: "<none>",
    expiryTime: "<none>",
    connectURL: "not-applicable",
    requestedRAM: "4G",
    requestedCPUCores: "2",
  });
  runner.status(id, { active: 1, ready: 1 });
  expect(await client.get(`/session/${id}`)).toMatchObject({
    status: "Running",
    startTime: "2026-03-01T12:00:00Z",
  });
  runner.end(id, 0);
  expect(await client.get("/session?status=Succeeded")).toMatchObject([
    { id, status: "Succeeded" },
  ]);
});

test("a DELETE of what is not there is a 404, of another's session a 403", async () => {
  const id = await client.launch({ name: "a" });
  const eve = clientOf({ url: skaha.url, token: "e" });
  const answers = [
    await eve.call("DELETE", `/session/${id}`),
    await client.call("DELETE", `/session/${id}`),
    await client.call("DELETE", `/session/${id}`),
  ];
  expect(answers.map(({ status, text }) => [status, text])).toEqual([
    [403, "forbidden\n"],
    [200, ""],
    [404, `${id}\n`],
  ]);
});

test.each([
  [{ gpus: "" }, "Invalid value for 'gpus': \n"],
  [{ cores: "1.5" }, "Invalid value for 'cores': 1.5\n"],
  [{ ram: "4.5" }, "Invalid value for 'ram': 4.5\n"],
])("%j is a 400", async (more, text) => {
  const answer = await client.post({ name: "a", ...(more as Record<string, string>) });
  expect([answer.status, answer.text]).toEqual([400, text]);
});

test("view=interactive is not known: it is a plain list", async () => {
  await client.launch({ name: "a" });
  expect(await client.get("/session?view=interactive")).toHaveLength(1);
});
