import { observe } from "../../../cli/stack/observe";
import type { Session } from "../../../provider/api";
import type { Job } from "../../../provider/job/deployment";
import type { JobState } from "../../../provider/job/state";

const server = "https://skaha.example/v1";
const now = Date.parse("2026-11-23T12:00:00Z");
const id = "night-abcdef12345678";
const folder = `/arc/projects/survey/.jobs/${id}/1`;

function job(state: Partial<JobState> = {}): Job {
  const common = { image: "i", server, userId: "alice", attempt: 1 };
  return {
    ...{ name: "night", id, urn: "urn:night" },
    state: { ...common, status: "Running", sessionId: "s1", sessionName: id, ...state },
  } as unknown as Job;
}

const session: Session = {
  ...{ id: "s1", userid: "alice", image: "i", type: "headless", status: "Running", name: id },
  startTime: "2026-11-23T11:00:00Z",
  expiryTime: undefined,
};

/** A server that answers one list after the other, and the files of a record. */
function connected(lists: readonly (readonly Session[])[], files: Record<string, string> = {}) {
  let asked = 0;
  const list = async () => {
    const sessions = lists[Math.min(asked, lists.length - 1)] ?? [];
    asked += 1;
    return { user: "alice", sessions };
  };
  const read = async (file: string) => files[file];
  const connection = { client: { server, list }, arc: { read } } as unknown as Parameters<
    typeof observe
  >[1];
  return { connection, asked: () => asked };
}

const began = { [`${folder}/start.json`]: '{"start":"2026-11-23T11:00:00Z"}' };

describe("observe", () => {
  test("believes a record without an end only after two lists", async () => {
    const { connection, asked } = connected([[], [session]], began);
    const { jobs, listing } = await observe([job({ recordedIn: folder })], connection, now, 1);
    expect(jobs).toMatchObject([{ isKnown: true, state: { status: "Running", sessionId: "s1" } }]);
    expect(listing.sessions).toEqual([session]);
    expect(asked()).toBe(2);
  });

  test("tells what two lists agree on", async () => {
    const { connection, asked } = connected([[]], began);
    const { jobs } = await observe([job({ recordedIn: folder })], connection, now, 1);
    expect(jobs).toMatchObject([{ isKnown: true, state: { status: "Failed", cause: "Killed" } }]);
    expect(asked()).toBe(2);
  });

  test("calls a session without a record gone only after two lists", async () => {
    const late = connected([[], [session]]);
    const seen = await observe([job()], late.connection, now, 1);
    expect(seen.jobs).toMatchObject([{ isKnown: true, state: { status: "Running" } }]);
    const gone = connected([[]]);
    expect((await observe([job()], gone.connection, now, 1)).jobs).toMatchObject([
      { isKnown: false },
    ]);
    expect([late.asked(), gone.asked()]).toEqual([2, 2]);
  });

  test("shows a session that is being taken down, as a refresh does", async () => {
    const { connection, asked } = connected([[{ ...session, status: "Terminating" }]]);
    const { jobs } = await observe([job()], connection, now, 1);
    expect(jobs).toMatchObject([{ isKnown: true, state: { status: "Terminating" } }]);
    expect(asked()).toBe(1);
  });

  test("takes the session that a job adopted for its own, and no stranger of its id's name", async () => {
    const adopted = { ...session, name: "by-hand" };
    const { connection } = connected([[adopted]]);
    const { jobs } = await observe([job({ sessionName: "by-hand" })], connection, now, 1);
    expect(jobs).toMatchObject([{ isKnown: true, state: { status: "Running", sessionId: "s1" } }]);
  });

  test("asks once where the record has the end", async () => {
    const end = { exitCode: 0, signal: null, end: "2026-11-23T11:30:00Z" };
    const files = { ...began, [`${folder}/end.json`]: JSON.stringify(end) };
    const { connection, asked } = connected([[]], files);
    const { jobs } = await observe([job({ recordedIn: folder })], connection, now, 1);
    expect(jobs).toMatchObject([{ isKnown: true, state: { status: "Completed" } }]);
    expect(asked()).toBe(1);
  });

  test("tells of a job in a pack what the ledger says, and asks for no record of others", async () => {
    const end = { exitCode: 3, signal: null, end: "2026-11-23T11:30:00Z" };
    const files = { ...began, [`${folder}/end.json`]: JSON.stringify(end) };
    const failed = { ...session, status: "Failed" };
    const told = connected([[{ ...failed, id: "s1.3" }]], files);
    const packs = { know: () => {}, isTold: (sessionId: string) => sessionId === "s1.3" };
    Object.assign(told.connection, { packs });
    const inPack = job({ recordedIn: folder, sessionId: "s1.3" });
    expect((await observe([inPack], told.connection, now, 1)).jobs).toMatchObject([
      { state: { status: "Failed", exitCode: 3, endTime: "2026-11-23T11:30:00Z" } },
    ]);
    const alone = connected([[failed]], files);
    Object.assign(alone.connection, { packs });
    const [seen] = (await observe([job({ recordedIn: folder })], alone.connection, now, 1)).jobs;
    expect(seen?.state).toMatchObject({
      status: "Failed",
      endSeenTime: "2026-11-23T12:00:00.000Z",
    });
    expect(seen?.state.exitCode).toBeUndefined();
  });

  test("shows what it saw where the second list fails, and calls the rest unknown", async () => {
    const { connection } = connected([[session]], began);
    const list = connection.client.list;
    let asked = 0;
    Object.assign(connection.client, {
      list: () => {
        asked += 1;
        return asked === 1 ? list() : Promise.reject(new Error("503"));
      },
    });
    const other = { ...job({ recordedIn: folder, sessionId: "s2", sessionName: "x" }), id: "x" };
    const { jobs, problems } = await observe([job(), other], connection, now, 1);
    expect(jobs).toMatchObject([
      { isKnown: true, state: { status: "Running" } },
      { isKnown: false, isUncertain: true, state: { status: "Running" } },
    ]);
    expect(problems).toEqual(["not looked for a second time: 503"]);
  });

  test("names the job of another server beside those that it can see", async () => {
    const { connection } = connected([[session]]);
    const away = { ...job({ server: "https://elsewhere/v1" }), name: "away" };
    const { jobs, problems } = await observe([away, job()], connection, now, 1);
    expect(jobs.map(({ isKnown }) => isKnown)).toEqual([false, true]);
    expect(problems).toEqual([expect.stringMatching(/^away: this job was launched on https:/)]);
  });

  test.each([
    [
      "server",
      { server: "https://elsewhere/v1" },
      /^night: .* launched on https:\/\/elsewhere\/v1/,
    ],
    ["user", { userId: "bob" }, /^night: .* launched by bob, but these credentials are alice's/],
  ] as const)(
    "refuses another %s than the job's, instead of calling it gone",
    async (_, state, said) => {
      const { connection } = connected([[]]);
      await expect(observe([job(state)], connection, now, 1)).rejects.toThrow(said);
      const over = await observe([job({ ...state, status: "Completed" })], connection, now, 1);
      expect(over.jobs).toMatchObject([{ isKnown: true }]);
    },
  );
});
