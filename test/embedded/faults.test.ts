import { type FaultRule, type Skaha, scriptedRunner, startSkaha } from "../../embedded";
import { clientOf } from "./client";

let skaha: Skaha;
let client: ReturnType<typeof clientOf>;

beforeEach(async () => {
  skaha = await startSkaha({ runner: scriptedRunner(), capacity: { cores: 100, ramGiB: 1000 } });
  client = clientOf(skaha);
});
afterEach(() => skaha.close());

const names = async () =>
  (await client.get("/session")).map((session: { name: string }) => session.name).sort();

test("lostAnswer does the work and hangs up, as often as it says", async () => {
  skaha.faults.add({ kind: "lostAnswer", method: "POST", times: 1 });
  await expect(client.post({ name: "a" })).rejects.toThrow();
  await client.launch({ name: "b" });
  expect(await names()).toEqual(["a", "b"]);
  const [lost] = skaha.journal();
  expect(lost).toMatchObject({ method: "POST", status: 0, fault: "lostAnswer" });
  expect(lost?.sessionId).toBe(skaha.jobs()[0]?.id);
});

test("resetBefore does nothing and hangs up, after the requests it lets pass", async () => {
  skaha.faults.add({ kind: "resetBefore", path: "/session$", method: "post", after: 1 });
  await client.launch({ name: "a" });
  await expect(client.post({ name: "b" })).rejects.toThrow();
  await expect(client.post({ name: "c" })).rejects.toThrow();
  skaha.faults.clear();
  expect(await names()).toEqual(["a"]);
});

test("noAnswer does nothing and keeps the connection, for whoever asks with a limit", async () => {
  skaha.faults.add({ kind: "noAnswer", method: "POST", times: 1 });
  const asked = fetch(`${skaha.url}/session`, {
    method: "POST",
    headers: { authorization: `Bearer ${skaha.token}` },
    body: new URLSearchParams({ name: "a", image: "images.canfar.net/skaha/terminal:1.1.2" }),
    signal: AbortSignal.timeout(700),
  });
  await expect(asked).rejects.toThrow("due to timeout");
  await client.launch({ name: "b" });
  expect(await names()).toEqual(["b"]);
  expect(skaha.journal()[0]).toMatchObject({ method: "POST", status: 0, fault: "noAnswer" });
});

test("status answers before anything happens", async () => {
  skaha.faults.add({ kind: "status", code: 503, body: "busy", retryAfter: 7, times: 1 });
  const answer = await client.post({ name: "a" });
  expect([answer.status, answer.text, answer.headers.get("retry-after")]).toEqual([
    503,
    "busy",
    "7",
  ]);
  expect(await names()).toEqual([]);
});

test("lateAnswer does the work and says 504", async () => {
  skaha.faults.add({ kind: "lateAnswer", method: "POST" });
  expect((await client.post({ name: "a" })).status).toBe(504);
  expect(await names()).toEqual(["a"]);
});

test("unauthorized is a 401 like that of an expired token", async () => {
  skaha.faults.add({ kind: "unauthorized", times: 1 });
  const answer = await client.call("GET", "/session");
  expect([answer.status, answer.text]).toEqual([401, "Token has expired"]);
  expect(answer.headers.get("www-authenticate")).toContain('error="invalid_token"');
});

test("deleteLies says 200 and deletes nothing", async () => {
  const id = await client.launch({ name: "a" });
  skaha.faults.add({ kind: "deleteLies" });
  expect((await client.call("DELETE", `/session/${id}`)).status).toBe(200);
  expect(await names()).toEqual(["a"]);
});

test("vanish forgets the session in the path, the one of the name, or the new one", async () => {
  const id = await client.launch({ name: "a" });
  await client.launch({ name: "b" });
  skaha.faults.add({ kind: "vanish", path: `/session/${id}`, times: 1 });
  expect((await client.call("GET", `/session/${id}`)).status).toBe(404);
  skaha.faults.add({ kind: "vanish", method: "GET", name: "b", times: 1 });
  expect(await names()).toEqual([]);
  skaha.faults.add({ kind: "vanish", method: "POST", times: 1 });
  await client.launch({ name: "c" });
  expect(await names()).toEqual([]);
  expect(skaha.jobs().map(({ name, forgotten }) => [name, forgotten?.why])).toEqual([
    ["a", "vanished"],
    ["b", "vanished"],
    ["c", "vanished"],
  ]);
});

test("omitFromList leaves sessions out, by name or from the end", async () => {
  for (const name of ["a", "b", "c"]) await client.launch({ name });
  skaha.faults.add({ kind: "omitFromList", names: ["a", "c"], times: 1 });
  expect(await names()).toEqual(["b"]);
  skaha.faults.add({ kind: "omitFromList", count: 2, times: 1 });
  expect(await names()).toHaveLength(1);
  expect(await names()).toEqual(["a", "b", "c"]);
});

test("truncatedBody and garbage are answers that nobody can read", async () => {
  await client.launch({ name: "a" });
  const whole = (await client.call("GET", "/session")).text;
  skaha.faults.add({ kind: "truncatedBody", times: 1 });
  const half = await client.call("GET", "/session");
  expect(half.status).toBe(200);
  expect(half.text.length).toBe(Math.floor(whole.length / 2));
  expect(whole.startsWith(half.text)).toBe(true);
  skaha.faults.add({ kind: "garbage" });
  await expect(client.get("/session")).rejects.toThrow("not valid JSON");
});

test("slow delays everything, and adds to other faults", async () => {
  skaha.faults.add({ kind: "slow", ms: 30 });
  skaha.faults.add({ kind: "status", code: 500 });
  const start = performance.now();
  expect((await client.call("GET", "/session")).status).toBe(500);
  expect(performance.now() - start).toBeGreaterThanOrEqual(29);
});

test("rules can be set, read and cleared over HTTP, and a wrong one is refused with its property", async () => {
  const rule: FaultRule = { kind: "status", code: 500, path: "/session", times: 2 };
  const added = await client.call("POST", "/_embedded/faults", JSON.stringify(rule));
  expect(JSON.parse(added.text)).toEqual([rule]);
  expect((await client.call("GET", "/session")).status).toBe(500);
  expect(await client.get("/_embedded/faults")).toEqual([rule]);
  await client.call("DELETE", "/_embedded/faults");
  expect((await client.call("GET", "/session")).status).toBe(200);
  const wrong = await client.call("POST", "/_embedded/faults", '{"kind":"slow","ms":1,"path":"("}');
  expect([wrong.status, wrong.text]).toEqual([400, "0.path: is not a regular expression\n"]);
});

test("the journal has every request with its session, and can be emptied", async () => {
  const id = await client.launch({ name: "a" });
  await client.call("GET", "/session/nosuch?view=bogus");
  const expected = [
    { method: "POST", path: "/skaha/v1/session", status: 200, sessionId: id },
    { method: "GET", path: "/skaha/v1/session/nosuch?view=bogus", status: 404 },
  ];
  expect(await client.get("/_embedded/journal")).toMatchObject(expected);
  expect(skaha.journal()).toMatchObject(expected);
  await client.call("DELETE", "/_embedded/journal");
  expect(skaha.journal()).toEqual([]);
});
