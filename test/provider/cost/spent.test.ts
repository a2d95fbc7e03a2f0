import { nothing } from "../../../provider/cost/amounts";
import { spentOf } from "../../../provider/cost/spent";
import { type JobState, trustedState } from "../../../provider/job/state";

const at = (time: string) => `2026-11-22T${time}:00Z`;
const now = Date.parse(at("18:00"));

function state(more: object): JobState {
  return trustedState({
    ...{ status: "Completed", attempt: 1, sessionId: "s1", cores: 2, ram: 8 },
    ...{ startTime: at("10:00"), endTime: at("13:00"), exitCode: 0 },
    ...more,
  });
}
const spent = (more: object) => spentOf(new Map([["a", state(more)]]), now).get("a");

describe("what a job has cost", () => {
  test("is what it reserved from its start to its recorded end", () => {
    expect(spent({ gpus: 1 })).toEqual({
      amounts: { coreHours: 6, gibHours: 24, gpuHours: 3, sessions: 1 },
      before: nothing,
      ...{ hours: 3, paidHours: 3, isMost: false },
    });
  });

  test("counts what runs until now, and nothing of what waits", () => {
    const running = { status: "Running", endTime: undefined };
    expect(spent(running)?.amounts).toMatchObject({ coreHours: 16, gibHours: 64, sessions: 1 });
    const pending = { ...running, status: "Pending", startTime: undefined };
    expect(spent(pending)?.amounts).toMatchObject({ coreHours: 0, sessions: 1 });
    const held = { ...pending, status: "Held", sessionId: undefined };
    expect(spent(held)?.amounts).toMatchObject({ coreHours: 0, sessions: 0 });
  });

  test("is a bound where its end was only seen, also as earlier versions wrote that", () => {
    const seen = { endTime: undefined, exitCode: undefined, endSeenTime: at("15:00") };
    expect(spent(seen)).toMatchObject({ hours: 5, isMost: true });
    expect(spent({ exitCode: undefined })).toMatchObject({ hours: 3, isMost: true });
  });

  test("is what the server reserves where it says nothing of its size", () => {
    const flexible = { cores: undefined, ram: undefined };
    expect(spent(flexible)?.amounts).toMatchObject({ coreHours: 3, gibHours: 12, gpuHours: 0 });
  });

  test("sums all attempts, each with the size that it was launched with", () => {
    const past = { status: "Failed", sessionId: "s0", exitCode: 137, cores: 2, ram: 4 };
    const first = { ...past, startTime: at("08:00"), endTime: at("09:00") };
    const second = { attempt: 2, attemptSize: { cores: 2, ram: 16 }, attempts: [first] };
    expect(spent(second)).toMatchObject({
      amounts: { coreHours: 2 + 6, gibHours: 4 + 48, sessions: 2 },
      before: { coreHours: 2, gibHours: 4, gpuHours: 0, sessions: 1 },
      hours: 4,
    });
  });
});

describe("a session that jobs share", () => {
  const pack = { name: "fit", jobs: 4, parallel: 2 };
  const place = (n: number, start: string, end: string) =>
    state({ pack, sessionId: `p1.${n}`, startTime: at(start), endTime: at(end) });
  // Two at a time: four hours of two places, of which seven are used.
  const jobs = new Map([
    ["a", place(1, "10:00", "13:00")],
    ["b", place(2, "10:00", "12:00")],
    ["c", place(3, "12:00", "14:00")],
  ]);

  test("costs all its places from the first start to the last end, shared by the jobs' times", () => {
    const all = spentOf(jobs, now);
    const cores = [...all.values()].map(({ amounts }) => amounts.coreHours);
    const whole = 2 * 2 * 4;
    for (const [index, hours] of [3, 2, 2].entries()) {
      expect(cores[index]).toBeCloseTo((whole * hours) / 7);
    }
    const sessions = [...all.values()].reduce((sum, { amounts }) => sum + amounts.sessions, 0);
    expect(sessions).toBeCloseTo(1);
    expect(all.get("a")).toMatchObject({ hours: 3, paidHours: expect.closeTo((8 * 3) / 7) });
  });

  test("costs what the server rounded it up to, where that is known", () => {
    const sizes = (options: number[]) => ({ default: 1, options });
    const offered = { cores: sizes([1, 8]), memoryGB: sizes([16]), gpus: sizes([0]) };
    const all = [...spentOf(jobs, now, offered as never).values()];
    expect(all.reduce((sum, { amounts }) => sum + amounts.coreHours, 0)).toBeCloseTo(8 * 4);
    expect(all.reduce((sum, { amounts }) => sum + amounts.gibHours, 0)).toBeCloseTo(16 * 4);
  });

  test("costs nothing before a job in it has begun", () => {
    const waiting = { pack, status: "Pending", startTime: undefined, endTime: undefined };
    const all = spentOf(
      new Map([1, 2].map((n) => [String(n), state({ ...waiting, sessionId: `p1.${n}` })])),
      now,
    );
    for (const { amounts } of all.values()) {
      expect(amounts).toEqual({ coreHours: 0, gibHours: 0, gpuHours: 0, sessions: 0.5 });
    }
  });
});
