// The list that commands of one user share, each of them a process of its own: here each is a SharedList of its own.
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Session } from "../../../provider/api";
import { SharedList, type SharedListOptions } from "../../../provider/server/sharedList";
import type { SkahaClient } from "../../../provider/skaha/client";
import { FakeClock } from "../../world/fakeClock";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "shared-"));
});
afterEach(() => rm(folder, { recursive: true, maxRetries: 5 }));

function session(id: string, name = `job-${id}`): Session {
  const times = { startTime: undefined, expiryTime: undefined };
  return { id, name, userid: "alice", image: "i", type: "headless", status: "Running", ...times };
}

/** A server that counts its lists, and when they were asked for. */
function server(clock: FakeClock) {
  const state = { sessions: [session("one")], askedAt: [] as number[], isAway: false };
  const refuse = () => Promise.reject(new Error("not asked for here"));
  const client: SkahaClient = {
    server: "http://127.0.0.1",
    async list() {
      state.askedAt.push(clock.now());
      if (state.isAway) throw new Error("the server is away");
      return { user: "alice", sessions: state.sessions };
    },
    create: async ({ name }) => `id-of-${name}`,
    ...{ cancel: refuse, renew: refuse, log: refuse, events: refuse, session: refuse },
    ...{ context: refuse, stats: refuse, images: refuse },
  };
  const command = (options: Partial<SharedListOptions> = {}) =>
    new SharedList(client, { clock, folder, whose: async () => "a".repeat(64), ...options });
  return { state, client, command };
}

const launch = (name: string) => ({
  ...{ name, image: "i", command: "true", args: [], env: {}, secrets: [] },
});
const idsIn = ({ sessions }: { sessions: readonly Session[] }) => sessions.map(({ id }) => id);

test("one list serves all commands for some seconds, and then another one", async () => {
  const clock = new FakeClock();
  const { state, command } = server(clock);
  for (let second = 0; second < 10; second += 1) {
    expect(idsIn(await command().client.list())).toEqual(["one"]);
    clock.pass(1_000);
  }
  expect(state.askedAt).toHaveLength(2);
});

test("commands that ask at the same time share one request", async () => {
  const { state, command } = server(new FakeClock());
  const lists = await Promise.all(Array.from({ length: 20 }, () => command().client.list()));
  expect(lists).toHaveLength(20);
  expect(state.askedAt).toHaveLength(1);
});

test("who asks again gets a list asked for after that, and no two are within two seconds", async () => {
  const clock = new FakeClock();
  const { state, command } = server(clock);
  const { client } = command();
  await client.list();
  state.sessions = [session("two")];
  expect(idsIn(await client.list())).toEqual(["two"]);
  const [first = 0, second = 0] = state.askedAt;
  expect(second - first).toBeGreaterThanOrEqual(2_000);
});

test("who asks anew gets no list of before, and who asks after it none of before that", async () => {
  const clock = new FakeClock();
  const { state, command } = server(clock);
  await command().client.list();
  state.sessions = [session("two")];
  const shared = command();
  shared.askAnew();
  expect(idsIn(await shared.client.list())).toEqual(["two"]);
  clock.pass(5_000);
  shared.askAnew();
  clock.pass(100);
  await command().client.list();
  state.sessions = [session("three")];
  expect(idsIn(await shared.client.list())).toEqual(["three"]);
});

test("who only looks waits some seconds for the list that another command asks for, and who launches waits until it has it", async () => {
  const clock = new FakeClock();
  const { client, command } = server(clock);
  const answer = Promise.withResolvers<void>();
  const slow = { ...client, list: () => answer.promise.then(() => client.list()) };
  const asking = new SharedList(slow, { clock, folder, whose: async () => "a".repeat(64) });
  const asked = asking.client.list();
  await expect(command({ takesFailures: true }).client.list()).rejects.toThrow(
    "another command of this machine asked for them 3 s ago, and has no answer yet",
  );
  const launching = command().client.list();
  answer.resolve();
  expect([await asked, await launching].map(idsIn)).toEqual([["one"], ["one"]]);
});

test("what another command launched since the list is in it, until a later list says what is there", async () => {
  const clock = new FakeClock();
  const { state, command } = server(clock);
  await command().client.list();
  clock.pass(100);
  await command().client.create(launch("night"));
  expect(idsIn(await command().client.list())).toEqual(["one", "id-of-night"]);
  clock.pass(5_000);
  expect(idsIn(await command().client.list())).toEqual(["one"]);
  clock.pass(20_000);
  await command().client.list();
  expect(state.askedAt).toHaveLength(3);
  expect((await readdir(path.join(folder, "lists", "a".repeat(24)))).sort()).toEqual(["list.json"]);
});

test("a launch without a clear answer makes the next command ask for a list", async () => {
  const clock = new FakeClock();
  const { state, client, command } = server(clock);
  await command().client.list();
  client.create = () => Promise.reject(new Error("no answer"));
  await expect(command().client.create(launch("night"))).rejects.toThrow("no answer");
  state.sessions = [session("launched nevertheless")];
  expect(idsIn(await command().client.list())).toEqual(["launched nevertheless"]);
});

test("after a killed launch the list is asked for when the server may have carried it out", async () => {
  const clock = new FakeClock();
  const { state, command } = server(clock);
  await command().client.list();
  const next = command();
  next.forget();
  const killedAt = clock.now();
  await next.client.list();
  expect(state.askedAt).toHaveLength(2);
  expect((state.askedAt[1] ?? 0) - killedAt).toBeGreaterThanOrEqual(2_000);
});

test("a server that is away is asked once for all who only look, and by each who launches", async () => {
  const clock = new FakeClock();
  const { state, command } = server(clock);
  state.isAway = true;
  for (let n = 0; n < 5; n += 1) {
    const look = command({ takesFailures: true }).client.list();
    await expect(look).rejects.toThrow("the server is away");
  }
  expect(state.askedAt).toHaveLength(1);
  await expect(command().client.list()).rejects.toThrow("the server is away");
  expect(state.askedAt).toHaveLength(2);
  state.isAway = false;
  expect(idsIn(await command().client.list())).toEqual(["one"]);
  expect(idsIn(await command({ takesFailures: true }).client.list())).toEqual(["one"]);
});

test("other servers' and users' lists are kept apart", async () => {
  const { state, command } = server(new FakeClock());
  await command().client.list();
  await command({ whose: async () => "b".repeat(64) }).client.list();
  expect(state.askedAt).toHaveLength(2);
});
