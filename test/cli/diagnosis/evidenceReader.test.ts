import { EvidenceReader, type EvidenceSources } from "../../../cli/diagnosis/evidenceReader";
import type { ObservedJob } from "../../../cli/stack/observe";
import type { JobInputs } from "../../../provider/job/inputs";
import type { JobState } from "../../../provider/job/state";

function job(name: string, state: Partial<JobState>, inputs: Partial<JobInputs> = {}): ObservedJob {
  return {
    name,
    id: `${name}-id`,
    urn: `urn:${name}`,
    isKnown: true,
    state,
    inputs,
  } as ObservedJob;
}

const nothing = () => Promise.reject(new Error("it is not asked for"));

function read(
  one: ObservedJob,
  others: readonly ObservedJob[] = [],
  more: Partial<EvidenceSources> = {},
) {
  const reader = new EvidenceReader({
    jobs: [one, ...others],
    sessions: [],
    client: { events: nothing, context: nothing, stats: nothing },
    arc: { read: nothing } as unknown as EvidenceSources["arc"],
    places: {} as EvidenceSources["places"],
    onProblem: (sentence) => {
      throw new Error(sentence);
    },
    now: 0,
    ...more,
  });
  return reader.of(one);
}

describe("of a job that shares its session", () => {
  const listed = (place: number, status: string) =>
    ({
      id: `abcd1234.${place}`,
      name: `n-${place}`,
      status,
    }) as EvidenceSources["sessions"][number];
  const sessions = [
    ...[listed(1, "Completed"), listed(2, "Failed"), listed(3, "Running"), listed(4, "Pending")],
    ...[listed(5, "Pending"), listed(6, "Pending")],
    { ...listed(1, "Running"), id: "other123.1" },
  ];

  test("it is told how the others in it stand", async () => {
    const waiting = job("fifth", { status: "Held", sessionId: "abcd1234.5" });
    expect((await read(waiting, [], { sessions })).pack).toEqual({
      ...{ session: "abcd1234", jobs: 6, running: 1, ended: 2, before: 1 },
    });
    expect((await read(job("alone", { status: "Held" }), [], { sessions })).pack).toBeUndefined();
  });

  test("what became of the session is not what became of one that had ended in it", async () => {
    const events =
      "TYPE     REASON      MESSAGE     FIRST-TIME             LAST-TIME\nNormal   Preempted   Preempted   2026-01-01T00:00:00Z   <nil>\n";
    const sources = {
      sessions,
      client: { events: async () => events, context: nothing, stats: nothing },
      places: { isListed: () => true } as unknown as EvidenceSources["places"],
      onProblem: () => {},
    };
    const of = async (state: Partial<JobState>) =>
      (await read(job("x", { status: "Failed", sessionId: "abcd1234.2", ...state }), [], sources))
        .events;
    expect(await of({ exitCode: 3, cause: "ExitCode" })).toEqual([]);
    expect(await of({ cause: "Killed" })).toEqual([
      expect.objectContaining({ reason: "Preempted" }),
    ]);
  });
});

describe("of a job that the server calls Failed", () => {
  const recordedIn = "/arc/projects/survey/.jobs/night-id/1";
  const end = { exitCode: 3, signal: null, end: "2026-11-23T11:30:00Z" };
  const files: Readonly<Record<string, string>> = {
    [`${recordedIn}/end.json`]: JSON.stringify(end),
    [`${recordedIn}/start.json`]: '{"start":"2026-11-23T11:00:00Z"}',
  };
  const sources = {
    client: { events: async () => "", context: nothing, stats: nothing },
    arc: { read: async (file: string) => files[file] } as unknown as EvidenceSources["arc"],
    places: { isListed: () => true } as unknown as EvidenceSources["places"],
    onProblem: () => {},
  };
  const failed = { status: "Failed", sessionId: "abcd1234", attempt: 1, recordedIn };

  test("its record is read, which the stack hears of with the next refresh only", async () => {
    expect((await read(job("night", failed), [], sources)).job.state).toMatchObject({
      ...{ status: "Failed", exitCode: 3, cause: "ExitCode" },
      endTime: "2026-11-23T11:30:00Z",
    });
  });

  test("it is not, where the stack has it already", async () => {
    const known = job("night", { ...failed, exitCode: 4, cause: "ExitCode" });
    const arc = { read: nothing } as unknown as EvidenceSources["arc"];
    expect((await read(known, [], { ...sources, arc })).job).toBe(known);
  });

  test("one that cannot be read is a problem, and no end of it", async () => {
    const problems: string[] = [];
    const arc = { read: nothing } as unknown as EvidenceSources["arc"];
    const onProblem = (sentence: string) => problems.push(sentence);
    const found = await read(job("night", failed), [], { ...sources, arc, onProblem });
    expect(found.job.state).toEqual(failed);
    expect(problems).toContain("the record of night was not read: it is not asked for");
  });
});

describe("what a Held job waits for", () => {
  const running = job("first", { status: "Running" });
  const other = job("other", { status: "Running" });

  test.each<[string, Partial<JobState>, Partial<JobInputs>]>([
    ["the jobs of after", { heldBy: "after", after: ["first-id"] }, {}],
    ["the canary, which no reason names", { heldBy: "canary" }, { canary: ["first-id"] }],
    [
      "the canary, and not the jobs of after, which are done",
      { heldBy: "canary", after: ["other-id"] },
      { canary: ["first-id"] },
    ],
  ])("is %s", async (_, state, inputs) => {
    const held = job("held", { status: "Held", reason: "waits", ...state }, inputs);
    expect((await read(held, [running, other])).waitsFor).toEqual([
      { name: "first", status: "Running", cause: undefined },
    ]);
  });

  test("is a session outside the stack, as it was seen last", async () => {
    const after = ["session:abcd1234"];
    const seen = { abcd1234: "Running" };
    const held = job("held", { status: "Held", heldBy: "after", after, seen });
    expect((await read(held)).waitsFor).toEqual([{ name: "abcd1234", status: "Running" }]);
  });
});
