import { scriptedRunner, startSkaha } from "../../embedded";
import {
  contextSchema,
  imageSchema,
  readSessions,
  sessionListSchema,
  sessionSchema,
  statsSchema,
} from "../../provider/api";

test.each(["v1", "v0"] as const)("what %s answers fits the schemas of the client", async (api) => {
  const runner = scriptedRunner({ autoReady: false });
  const skaha = await startSkaha({ runner, api, images: [{ id: "images.canfar.net/x" }] });
  try {
    const headers = { authorization: `Bearer ${skaha.token}` };
    const get = async (path: string) => (await fetch(skaha.url + path, { headers })).json();
    const body = new URLSearchParams({ name: "job", image: "images.canfar.net/x" });
    const made = await fetch(`${skaha.url}/session`, { method: "POST", headers, body });
    const id = (await made.text()).trim();

    const [pending] = sessionListSchema.parse(await get("/session"));
    expect(pending).toMatchObject({ id, name: "job", status: "Pending" });
    expect(pending?.startTime).toBeUndefined();
    runner.status(id, { active: 1, ready: 1 });
    const [running] = sessionListSchema.parse(await get("/session"));
    expect(running).toMatchObject({ status: "Running", startTime: expect.stringMatching(/Z$/) });
    expect(contextSchema.parse(await get("/context")).cores.options).toContain(16);
    expect(statsSchema.parse(await get("/session?view=stats"))).toMatchObject({
      cores: { requestedCPUCores: 1 },
      ram: { requestedRAM: 4.29 },
    });
    expect(imageSchema.array().parse(await get("/image"))).toMatchObject([{ types: ["headless"] }]);
  } finally {
    await skaha.close();
  }
});

const session = {
  id: "abcd1234",
  userid: "a",
  image: "i",
  type: "headless",
  status: "Running",
  name: "n",
};

test.each(["", ".", "..", "../x", "a/b", "-x", "a?b", "a b", "x".repeat(129)])(
  "an id that is no part of a path is refused: %j",
  (id) => {
    expect(sessionSchema.safeParse({ ...session, id }).success).toBe(false);
  },
);

test("texts are kept so that no terminal obeys them, and times only if they are some", () => {
  const startTime = "yesterday";
  const expiryTime = "2026-01-02T03:04Z";
  const status = "\u001b[2JRunning";
  expect(sessionSchema.parse({ ...session, status, startTime, expiryTime, more: 1 })).toEqual({
    ...session,
    status: "\ufffd[2JRunning",
    startTime: undefined,
    expiryTime,
    more: 1,
  });
});

const times = { startTime: "2026-01-02T03:04:05Z", expiryTime: "2026-01-16T03:04:05Z" };

test.each([
  ["of a real server", { ...session, ...times, connectURL: "", supplementalGroups: [1] }],
  ["that has not started", session],
  ["with a time that is none", { ...session, ...times, startTime: "<none>" }],
  ["with a name that a terminal would obey", { ...session, name: "a\u001b[2J" }],
  [
    "with half a surrogate pair at the end of one text",
    { ...session, userid: "\ud83d", image: "\ude00" },
  ],
  ["with an id that is no part of a path", { ...session, id: "../x" }],
  ["without a status", { ...session, status: undefined }],
  ["that is none", 7],
  ["that is absent", null],
])("a list with a session %s is read as the schema reads it", (_, odd) => {
  for (const list of [[odd], [{ ...session, ...times }, odd]]) {
    const [read, parsed] = [readSessions(list), sessionListSchema.safeParse(list)];
    expect(read.success).toBe(parsed.success);
    expect(read.data).toEqual(parsed.data);
    expect(read.error?.issues).toEqual(parsed.error?.issues);
  }
});
