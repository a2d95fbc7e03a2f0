import { readEventLog } from "../../../cli/plan/eventLog";
import { belongingsOf, orphansAmong, showsNoOrphans } from "../../../cli/plan/orphans";
import type { Session } from "../../../provider/api";
import { sessionType, tagOf } from "../../../provider/job/identity";

const session = (name: string, more: Partial<Session> = {}): Session => ({
  id: `id-of-${name}`,
  userid: "alice",
  name,
  image: "",
  type: "headless",
  status: "Running",
  startTime: undefined,
  expiryTime: undefined,
  ...more,
});

const step = (op: string, name: string, id: string, outputs: object, old?: object) => ({
  metadata: {
    op,
    urn: `urn:pulumi:s::p::${sessionType}::${name}`,
    type: sessionType,
    old: old && { id, outputs: old },
    new: op === "delete" ? undefined : { id, inputs: { jobName: id }, outputs },
  },
});
const log = (...steps: object[]) =>
  readEventLog(steps.map((one) => JSON.stringify({ resOutputsEvent: one })).join("\n"));

describe("orphansAmong", () => {
  const run = log(
    step("same", "kept", "kept-tagtag00000001", { status: "Running" }, { status: "Running" }),
    step("create", "fresh", "fresh-tagtag00000002", { status: "Pending" }),
    step("same", "old", "old-before00000003", { status: "Held" }, { status: "Held" }),
    step("same", "mine", "mine-tagtag00000004", {}, { status: "Running", sessionId: "by-hand" }),
    step(
      "delete",
      "left",
      "left-tagtag00000005",
      {},
      {
        status: "Running",
        sessionId: "left-on",
        onRemove: "leave",
      },
    ),
    step("delete", "gone", "gone-past1200000006", {}, { status: "Running", sessionId: "gone-1" }),
  );
  const belongings = belongingsOf(run, "tagtag");
  const orphans = (...sessions: Session[]) =>
    orphansAmong(sessions, belongings).map(({ name }) => name);

  test("names a pack of the stack that none of its jobs is in", () => {
    const packs = ["study-tagtag-pack-0123456789abcp", "study-others-pack-0123456789abcp"];
    expect(orphans(...packs.map((name) => session(name)))).toEqual([packs[0]]);
    const inIt = belongingsOf(
      log(
        step(
          "same",
          "one",
          "one-tagtag00000001",
          {},
          { status: "Running", sessionId: "abcd1234.3" },
        ),
      ),
      "tagtag",
    );
    const shared = packs.map((name) => session(name, { id: "abcd1234" }));
    expect(orphansAmong(shared, inIt)).toEqual([]);
  });

  test("names a job that is none of the stack's in a pack that holds some of them", () => {
    const job = { status: "Running", sessionId: "abcd1234.3" };
    const inIt = belongingsOf(log(step("same", "one", "one-tagtag00000001", {}, job)), "tagtag");
    const places = [
      session("one-tagtag00000001", { id: "abcd1234.3" }),
      session("two-tagtag00000002", { id: "abcd1234.4" }),
    ];
    expect(orphansAmong(places, inIt)).toEqual([places[1]]);
  });

  test("names what carries a tag of the stack and stands for no job, whatever the attempt", () => {
    const lost = [
      "lost-2-before00000009",
      "lost-9-tagtag00000009",
      "lost-9-tagtag00000009-2",
      "lost-10-past1200000009", // of a job that was just deleted
    ];
    const listed = [...lost].reverse().map((name) => session(name));
    expect(orphans(...listed)).toEqual(lost);
  });

  test.each([
    ["a job of the stack", session("kept-tagtag00000001")],
    ["a later attempt of one", session("kept-tagtag00000001-3")],
    ["a job launched in this run", session("fresh-tagtag00000002")],
    ["a job from before the stack was renamed", session("old-before00000003")],
    ["what a job took over", session("x-tagtag00000009", { id: "by-hand" })],
    ["what was left to run on purpose", session("left-tagtag00000005", { id: "left-on" })],
    ["another stack's", session("lost-others00000009")],
    ["one that is not named like ours", session("tagtag")],
    ["one with a shorter name", session("lost-tagtag0000009")],
    ["one that is being taken down", session("lost-tagtag00000009", { status: "Terminating" })],
    ["one that has ended", session("lost-tagtag00000009", { status: "Succeeded" })],
    ["one that failed", session("lost-tagtag00000009", { status: "Failed" })],
    ["a notebook", session("lost-tagtag00000009", { type: "notebook" })],
  ])("leaves alone %s", (_, one) => {
    expect(orphans(one)).toEqual([]);
  });
});

test("a run's own list tells that there are none only where it is known whose its jobs are", () => {
  const identity = `organization/urn:pulumi:s::p::${sessionType}::kept`;
  const place = { organization: "organization", project: "p", stack: "s", logicalName: "" };
  const id = `kept-${tagOf(place)}00000001`;
  const known = log({
    metadata: {
      op: "same",
      urn: `urn:pulumi:s::p::${sessionType}::kept`,
      type: sessionType,
      old: { id, outputs: { status: "Running" } },
      new: { id, inputs: { jobName: id, identity }, outputs: { status: "Running" } },
    },
  });
  expect(showsNoOrphans([session(id), session("others-other100000009")], known)).toBe(true);
  expect(showsNoOrphans([session(`lost-${tagOf(place)}00000009`)], known)).toBe(false);
  expect(showsNoOrphans([], log())).toBe(false);
});
