import { type ScriptedRunner, type Skaha, scriptedRunner, startSkaha } from "../../embedded";
import { clientOf, image } from "./client";

let now: number;
let runner: ScriptedRunner;
let skaha: Skaha;
let client: ReturnType<typeof clientOf>;

beforeEach(async () => {
  now = Date.parse("2026-03-01T12:00:00Z");
  runner = scriptedRunner();
  skaha = await startSkaha({
    runner,
    clock: () => now,
    capacity: { cores: 4, ramGiB: 16, gpus: 1 },
    users: { alice: { token: "a" }, eve: { token: "e" } },
    expireSeconds: 60,
  });
  client = clientOf(skaha);
});
afterEach(() => skaha.close());

const pass = (seconds: number) => {
  now += seconds * 1000;
};

describe("an ended session", () => {
  test("is known for expireSeconds, then forgotten, but not by jobs()", async () => {
    const id = await client.launch({ name: "a" });
    pass(10);
    runner.write(id, "out");
    runner.end(id, 0);
    pass(59.9);
    expect(await client.get(`/session/${id}`)).toMatchObject({ status: "Completed" });
    expect(await client.log(id)).toBe("out");
    pass(0.1);
    expect((await client.call("GET", `/session/${id}`)).text).toBe(`session ${id} not found\n`);
    expect(await client.log(id)).toBe("");
    expect(skaha.jobs()).toMatchObject([
      { id, name: "a", user: "alice", status: "Completed", forgotten: { why: "expired" } },
    ]);
  });

  test("has its place given to the next, in the order they came", async () => {
    const form = { cores: "4", ram: "1" };
    const first = await client.launch({ name: "one", ...form });
    const second = await client.launch({ name: "two", ...form });
    const third = await client.launch({ name: "three", cores: "1", ram: "1" });
    expect(runner.running).toEqual([first]);
    runner.end(first, 1);
    await client.get("/session");
    expect(runner.running).toEqual([second]); // the third would fit from the start: first come, first served
    runner.end(second, 0);
    await client.get("/session");
    expect(runner.running).toEqual([third]);
  });
});

test("a session that can never fit stays Pending and holds up nobody", async () => {
  const giant = await client.launch({ name: "giant", cores: "16", ram: "1" });
  const small = await client.launch({ name: "small", cores: "1", ram: "1" });
  expect(await client.get(`/session/${giant}`)).toMatchObject({ status: "Pending" });
  expect(await client.get(`/session/${small}`)).toMatchObject({ status: "Running" });
  const events = await client.call("GET", `/session/${giant}?view=events`);
  expect(events.text).toContain("FailedScheduling");
});

test("memory and GPUs count too", async () => {
  await client.launch({ name: "ram", cores: "1", ram: "14" });
  const second = await client.launch({ name: "ram2", cores: "1", ram: "4" });
  expect(await client.get(`/session/${second}`)).toMatchObject({ status: "Pending" });
  await client.call("DELETE", `/session/${second}`);
  const gpu = await client.launch({ name: "gpu", cores: "1", ram: "1", gpus: "1" });
  expect(await client.get(`/session/${gpu}`)).toMatchObject({
    status: "Running",
    requestedGPUCores: "1",
  });
  const job = await client.get(`/_embedded/jobs/${gpu}`);
  expect(job.limits).toMatchObject({ "nvidia.com/gpu": "1" });
  const other = await client.launch({ name: "gpu2", cores: "1", ram: "1", gpus: "1" });
  expect(await client.get(`/session/${other}`)).toMatchObject({ status: "Pending" });
});

test("a deadline ends a session, a renewal moves it", async () => {
  const day = 86_400;
  const id = await client.launch({ name: "long" });
  expect(await client.get(`/session/${id}`)).toMatchObject({
    startTime: "2026-03-01T12:00Z",
    expiryTime: "2026-03-15T12:00:00Z",
  });
  pass(12 * day);
  const renew = () =>
    client.call("POST", `/session/${id}`, new URLSearchParams({ action: "ReNew" }));
  expect((await renew()).status).toBe(200);
  pass(3 * day);
  expect(await client.get(`/session/${id}`)).toMatchObject({
    status: "Running",
    expiryTime: "2026-03-17T12:00:00Z",
  });
  pass(day);
  expect(await client.get(`/session/${id}`)).toMatchObject({ status: "Failed" });
  expect(runner.running).toEqual([]);
  expect((await renew()).text).toMatch(/^No active job for user PosixPrincipal /);
});

test("interactive sessions have a limit, headless ones have none", async () => {
  const form = { cores: "1", ram: "1", type: "notebook" };
  for (let i = 0; i < 5; i++) await client.launch({ name: `n${i}`, ...form });
  const sixth = await client.post({ name: "n6", ...form });
  expect([sixth.status, sixth.text]).toEqual([
    400,
    "User alice has reached the maximum of 5 active sessions.\n",
  ]);
  await client.launch({ name: "batch" });
});

test("users see and delete only their own, and view=all tells little of the others", async () => {
  const id = await client.launch({ name: "mine" });
  const eve = clientOf({ url: skaha.url, token: skaha.tokens.eve ?? "" });
  expect(await eve.get("/session")).toEqual([]);
  expect((await eve.call("GET", `/session/${id}`)).status).toBe(404);
  expect((await eve.call("DELETE", `/session/${id}`)).status).toBe(200);
  expect(await client.get(`/session/${id}`)).toMatchObject({ status: "Running" });
  expect(await eve.get("/session?view=all")).toEqual([
    { userid: "alice", type: "headless", status: "Running", startTime: "2026-03-01T12:00Z" },
  ]);
});

test("interactive sessions are told where they are reached, and last as long as a renewal gives", async () => {
  const host = new URL(skaha.url).host;
  const urls = {
    notebook: (id: string) => `notebook/${id}/lab/tree/arc/home/alice?token=${id}`,
    desktop: (id: string) => `desktop/${id}/?password=${id}&path=session/desktop/${id}/`,
    carta: (id: string) => `carta/${id}/`,
    contributed: (id: string) => `contrib/${id}/`,
    firefly: (id: string) => `firefly/${id}/firefly/`,
  };
  for (const [type, url] of Object.entries(urls)) {
    const id = await client.launch({ name: type, type, cores: "1", ram: "1" });
    expect(await client.get(`/session/${id}`)).toMatchObject({
      connectURL: `https://${host}/session/${url(id)}`,
      expiryTime: "2026-03-05T12:00:00Z",
    });
    await client.call("DELETE", `/session/${id}`); // room for the next
  }
  const id = await client.launch({ name: "batch" });
  expect(await client.get(`/session/${id}`)).toMatchObject({
    connectURL: "",
    expiryTime: "2026-03-15T12:00:00Z",
  });
});

test("a desktop's application is no session of its own", async () => {
  const answer = await client.post({ name: "app", type: "desktop-app" });
  expect([answer.status, answer.text]).toEqual([
    500,
    "unexpected exception: java.nio.file.NoSuchFileException: /config/launch-desktop_app.yaml",
  ]);
  const id = await client.launch({ name: "book", type: "notebook" });
  expect(await client.get("/session?type=desktop-app")).toEqual([]);
  expect(await client.get("/session?view=Interactive")).toMatchObject([{ name: "book" }]);
  expect(await client.get(`/session/${id}/logs`)).toEqual([]);
});

test("memory that is no whole number of bytes is told a thousandfold", async () => {
  const told = async (ram: string) => {
    const id = await client.launch({ name: "odd", cores: "1", ram });
    return (await client.get(`/session/${id}`)).requestedRAM;
  };
  expect([await told("4"), await told("4.5"), await told("4.7")]).toEqual([
    ...["4.29", "4.83", "5046.59"],
  ]);
});

test.each(["session", "context", "image"])(
  "OPTIONS of /%s names the servlet's methods",
  async (path) => {
    const answer = await fetch(`${skaha.url}/${path}`, { method: "OPTIONS" });
    expect([answer.status, answer.headers.get("allow"), await answer.text()]).toEqual([
      ...[200, "GET, HEAD, POST, PUT, DELETE, TRACE, OPTIONS", ""],
    ]);
  },
);

test("an image that its registry secret does not open stays Pending", async () => {
  const own = scriptedRunner();
  const strict = await startSkaha({
    runner: own,
    images: [{ id: image, registrySecret: "alice:right" }],
  });
  const form = new URLSearchParams({ name: "x", image });
  const post = async (secret?: string) => {
    const answer = await fetch(`${strict.url}/session`, {
      method: "POST",
      body: form,
      headers: {
        authorization: `Bearer ${strict.token}`,
        ...(secret && { "x-skaha-registry-auth": Buffer.from(secret).toString("base64") }),
      },
    });
    return `${answer.status} ${(await answer.text()).trim()}`;
  };
  expect(await post()).toMatch(/^400 No authentication provided/);
  expect(await post("rubbish")).toBe("400 Invalid input.  Must be in form of username:secret");
  const wrong = (await post("alice:wrong")).slice(4);
  const right = (await post("alice:right")).slice(4);
  expect(own.running).toEqual([right]);
  expect(strict.jobs()).toMatchObject([{ id: wrong, status: "Pending" }, { status: "Running" }]);
  await strict.close();
});

test("stats tell what is taken", async () => {
  await client.launch({ name: "a", cores: "2", ram: "4" });
  expect(await client.get("/session?view=stats")).toEqual({
    cores: {
      requestedCPUCores: 2,
      cpuCoresAvailable: 4,
      maxCPUCores: { cpuCores: 8, withRam: "32Gi" },
    },
    ram: {
      requestedRAM: "4.29G",
      ramAvailable: "17.18G",
      maxRAM: { ram: "32Gi", withCPUCores: 8 },
    },
  });
});
