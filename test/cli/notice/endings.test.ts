import { type Memory, mayHaveEnded, newEndings, nothingTold } from "../../../cli/notice/endings";
import type { Job } from "../../../provider/job/deployment";
import { trustedState } from "../../../provider/job/state";

const rules = { failed: undefined, quietMs: undefined };
const rule = { name: "study", failed: 2 };

function job(n: number, state: object): Job {
  const name = `study/n=${n}`;
  const base = { attempt: 1, server: "s", stopAfter: rule, sessionId: `s${n}` };
  return { name, urn: name, id: `id-${n}`, state: trustedState({ ...base, ...state }), inputs: {} };
}
const completed = { status: "Completed" };
const failed = { status: "Failed", cause: "ExitCode" };
const running = { status: "Running" };
const held = (heldBy = "stopAfter") => ({ status: "Held", heldBy, sessionId: undefined });

/** What each look tells, with what the looks before it left. */
function looks(all: readonly (readonly Job[])[], more = {}): string[][] {
  let memory: Memory = nothingTold;
  return all.map((jobs, index) => {
    const found = newEndings(jobs, memory, { ...rules, ...more }, index * 1_000);
    memory = JSON.parse(JSON.stringify(found.memory));
    return found.endings.map(({ kind, about }) => (about === "" ? kind : `${kind} ${about}`));
  });
}

describe("newEndings", () => {
  test("tells once that all is done, however often it is looked at", () => {
    const end = [job(1, completed), job(2, failed)];
    expect(looks([[job(1, running), job(2, failed)], end, end, end])).toEqual([
      [],
      ["done"],
      [],
      [],
    ]);
  });

  test("is not led astray by a look at an older state", () => {
    const end = [job(1, completed), job(2, failed)];
    expect(looks([end, [job(1, running), job(2, failed)], end])).toEqual([["done"], [], []]);
  });

  test("tells of what ran later, and not of what was taken out of the program", () => {
    const end = [job(1, completed), job(2, failed)];
    const again = [job(1, completed), job(2, { ...completed, sessionId: "other" })];
    const attempt = [job(1, completed), job(2, { ...failed, attempt: 2 })];
    expect(looks([end, again, [job(1, completed)], attempt])).toEqual([
      ["done"],
      ["done"],
      [],
      ["done"],
    ]);
  });

  test("waits for retries, and for what an up would launch", () => {
    const retry = { ...failed, retry: { limit: 1 } };
    expect(looks([[job(1, retry)], [job(1, completed), job(2, held("maxInFlight"))]])).toEqual([
      [],
      [],
    ]);
  });

  test("tells that a sweep was stopped, and when the rest of it has ended that nothing moves", () => {
    const bad = [job(1, failed), job(2, failed)];
    const rest = [job(4, held()), job(5, held())];
    expect(
      looks([
        [...bad, job(3, running), ...rest],
        [...bad, job(3, running), ...rest],
        [...bad, job(3, failed), ...rest],
        [...bad, job(3, failed), ...rest],
      ]),
    ).toEqual([["failing study"], [], ["stuck"], []]);
  });

  test("tells both at once in one message", () => {
    const all = [job(1, failed), job(2, failed), job(3, held())];
    expect(looks([all, all])).toEqual([["stuck"], []]);
  });

  test("tells of it again when it was released and stopped once more", () => {
    const forgiven = [
      job(1, { ...failed, isForgiven: true }),
      job(2, { ...failed, isForgiven: true }),
    ];
    const rest = [job(6, running), job(7, held())];
    expect(
      looks([
        [job(1, failed), job(2, failed), ...rest],
        [...forgiven, job(4, running), ...rest],
        [...forgiven, job(4, failed), job(5, failed), ...rest],
      ]),
    ).toEqual([["failing study"], [], ["failing study"]]);
  });

  test("tells of so many failures of the stack", () => {
    const some = [job(1, failed), job(2, running)];
    const more = [job(1, failed), job(2, failed), job(3, running)];
    const most = [job(1, failed), job(2, failed), job(3, failed), job(4, running)];
    expect(looks([some, more, most], { failed: 2 })).toEqual([[], ["failing"], []]);
  });

  test("tells that nothing changes, once for each standstill", () => {
    const still = [job(1, running), job(2, completed)];
    const moved = [job(1, { status: "Terminating" }), job(2, completed)];
    expect(looks([still, still, still, still, moved, moved, moved], { quietMs: 2_000 })).toEqual([
      [],
      [],
      ["quiet"],
      [],
      [],
      [],
      ["quiet"],
    ]);
  });

  test("has the same id wherever the same is seen", () => {
    const end = [job(1, completed), job(2, failed)];
    const ids = [end, [...end].reverse()].map(
      (jobs) => newEndings(jobs, nothingTold, rules, Math.random()).endings[0]?.id,
    );
    expect(ids[0]).toMatch(/^done-[a-z0-9]{13}$/);
    expect(ids[1]).toBe(ids[0]);
  });

  test("says nothing of a stack without jobs", () => {
    expect(looks([[]], { quietMs: 1 })).toEqual([[]]);
    expect(mayHaveEnded([], { failed: 1, quietMs: 1 })).toBe(false);
  });
});

describe("mayHaveEnded", () => {
  test.each<[readonly Job[], object, boolean]>([
    [[job(1, running)], {}, false],
    [[job(1, running)], { quietMs: 1_000 }, true],
    [[job(1, running), job(2, failed)], { failed: 1 }, true],
    [[job(1, completed)], {}, true],
  ])("%#", (jobs, more, expected) => {
    expect(mayHaveEnded(jobs, { ...rules, ...more })).toBe(expected);
  });
});
