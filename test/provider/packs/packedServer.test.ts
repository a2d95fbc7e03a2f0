import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { Session } from "../../../provider/api";
import { PackedServer } from "../../../provider/packs/packedServer";
import { packBase, packName } from "../../../provider/packs/places";
import type { Arc } from "../../../provider/record/arc";
import type { Clock } from "../../../provider/run/clock";
import type { SkahaClient } from "../../../provider/skaha/client";

const record = "/arc/projects/survey/.jobs";
const id = "study-n-1-tagtag12345678";
const members = [{ id, attempt: 1 }];
const base = packBase("study", id);
const head = `{"pack":1,"jobs":[["${id}",1]],"session":"pack0001","start":"2026-11-22T12:00:00Z"}\n`;

/** A server with one pack of one job. */
function stage(status = "Running", ownLog = "pulumi-skaha: 1 of 1 began\n") {
  const files = new Map<string, string>();
  const session: Session = {
    ...{ id: "pack0001", name: packName(base, members), status, userid: "alice", image: "i" },
    ...{ type: "headless", startTime: undefined, expiryTime: undefined },
  };
  const client: Pick<SkahaClient, "list" | "log"> = {
    list: async () => ({ user: "alice", sessions: [session] }),
    log: async () => Readable.from([ownLog]),
  };
  const arc: Pick<Arc, "read" | "stream"> = {
    read: async (path) => files.get(path),
    stream: async (path) => {
      const content = files.get(path);
      return content === undefined ? undefined : Readable.from([content]);
    },
  };
  const clock: Clock = { now: () => 0, sleep: async () => {} };
  const server = new PackedServer(client as SkahaClient, arc as Arc, clock);
  let missed = 0;
  server.whenMissed(() => {
    missed += 1;
  });
  return {
    server,
    missed: () => missed,
    /** What the pack writes. */
    write: (file: string, content: string) => files.set(`${record}/${file}`, content),
    shown: async () => (await server.client.list()).sessions.map((one) => [one.id, one.status]),
    log: async () => text(await server.client.log("pack0001.1")),
  };
}

const state = {
  ...{ sessionId: "pack0001.1", recordedIn: `${record}/${id}/1`, attempt: 1, status: "Running" },
};

test("a list that came before an array was known whose pack it shows is not to serve any longer", async () => {
  const w = stage();
  w.write("pack-pack0001.ledger", head);
  expect(await w.shown()).toEqual([["pack0001", "Running"]]);
  w.server.expect("another", "another-n-1-tagtag12345678", record, true);
  expect(w.missed()).toBe(0);
  for (const n of [1, 2]) w.server.expect("study", `study-n-${n}-tagtag12345678`, record, true);
  expect(w.missed()).toBe(1);
  expect(await w.shown()).toEqual([["pack0001.1", "Pending"]]);
});

test("nor is one that came before a stack's job was known", async () => {
  const w = stage();
  await w.shown();
  w.server.know(id, state);
  expect(w.missed()).toBe(1);
  expect(await w.shown()).toEqual([["pack0001.1", "Pending"]]);
  w.server.know(id, state);
  w.server.expect("study", id, record, true);
  expect(w.missed()).toBe(1);
});

test("nor is one that showed as nobody's, to a refresh, a pack of what is launched now", async () => {
  const w = stage("Failed");
  // The state is one of before: it knows another pack of the sweep.
  w.server.know(id, {
    ...state,
    sessionId: "pack0000.1",
    pack: { name: "study", jobs: 1, parallel: 1 },
  });
  expect(await w.shown()).toContainEqual(["pack0001", "Failed"]);
  expect(w.missed()).toBe(0);
  w.server.expect("another", "another-n-1-tagtag12345678", record, false);
  expect(w.missed()).toBe(0);
  w.server.expect("study", id, record, false);
  expect(w.missed()).toBe(1);
  expect(await w.shown()).not.toContainEqual(["pack0001", "Failed"]);
  w.server.expect("study", id, record, false);
  expect(w.missed()).toBe(1);
});

test("a pack that could write no ledger holds what its log says, and else nobody's jobs", async () => {
  const w = stage("Failed", `pulumi-skaha: {"pack":1,"jobs":[["${id}",1]]}\npulumi-skaha: no\n`);
  w.server.expect("study", id, record, true);
  expect(await w.shown()).toEqual([["pack0001.1", "Failed"]]);
  expect(await w.log()).toBe("pulumi-skaha: no\n");
  const other = stage("Failed");
  other.server.expect("study", id, record, true);
  expect(await other.shown()).toEqual([]);
  // One that lives may still write it.
  const living = stage("Running", `pulumi-skaha: {"pack":1,"jobs":[["${id}",1]]}\n`);
  living.server.expect("study", id, record, true);
  expect(await living.shown()).toEqual([]);
});

test("a pack that goes on after the stack's jobs in it are over shows what else runs there", async () => {
  const other = "study-n-2-tagtag12345678";
  const both = head.replace("]],", `],["${other}",1]],`);
  const ended = `{"job":1,"begin":"2026-11-22T12:00:10Z"}\n{"job":1,"exit":0}\n`;
  const w = stage();
  w.write("pack-pack0001.ledger", `${both}${ended}{"job":2,"begin":"2026-11-22T12:00:10Z"}\n`);
  w.server.know(id, { ...state, status: "Completed" });
  expect(await w.shown()).toEqual([
    ["pack0001.1", "Completed"],
    ["pack0001.2", "Running"],
  ]);
});

test("a job of a pack that lives has its own log alone, which may be empty", async () => {
  for (const status of ["Pending", "Running"]) {
    const w = stage(status);
    w.server.know(id, state);
    await w.shown();
    expect(await w.log()).toBe("");
    w.write(`${id}/1/log`, "mine\n");
    expect(await w.log()).toBe("mine\n");
  }
});

test("its ledger tells of a job once that has begun", async () => {
  const w = stage();
  w.server.know(id, state);
  w.write("pack-pack0001.ledger", head);
  await w.shown();
  expect(w.server.isTold("pack0001.1")).toBe(false);
  w.write("pack-pack0001.ledger", `${head}{"job":1,"begin":"2026-11-22T12:00:10Z"}\n`);
  await w.shown();
  expect(
    ["pack0001.1", "pack0001.2", "pack0001", "other123.1"].map((one) => w.server.isTold(one)),
  ).toEqual([true, false, false, false]);
});

test("of a pack that is over and ran no job the log says why", async () => {
  const w = stage("Failed");
  w.server.know(id, state);
  expect(await w.log()).toBe("pulumi-skaha: 1 of 1 began\n"); // no list was asked for: the job is known to be over
  await w.shown();
  expect(await w.log()).toBe("pulumi-skaha: 1 of 1 began\n");
  w.write("pack-pack0001.ledger", head);
  const begun = stage("Failed");
  begun.write("pack-pack0001.ledger", head);
  begun.server.know(id, state);
  await begun.shown();
  expect(await begun.log()).toBe("");
});
