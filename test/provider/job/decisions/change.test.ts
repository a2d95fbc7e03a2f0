import { unknownValue } from "../../../../provider/engine/unknown";
import { isHandledAnew, nextStep, replacedBy } from "../../../../provider/job/decisions/change";
import { heldByCost, heldBySlots } from "../../../../provider/job/decisions/hold";
import { digestsOf } from "../../../../provider/job/digests";
import { trustedInputs } from "../../../../provider/job/inputs";
import { trustedState } from "../../../../provider/job/state";

const id = "night-abcdef12345678";
const declared = {
  image: "i.net/a/b",
  cmd: "python a.py",
  args: ["1"],
  env: { A: "1" },
  secretEnv: { KEY: "old" },
  cores: 2,
  ram: 4,
  gpus: 1,
  triggers: [1],
  registryAuth: { username: "u", secret: "s" },
  onRemove: "cancel",
};
const outputs = { server: "https://x/v1", userId: "alice", status: "Running", attempt: 1 };
const { cmd, args, env, triggers, ...rest } = declared;
const runs = digestsOf({ cmd, args, env, triggers });
const olds = { ...rest, runs, ...outputs, __provider: "x" };
/** State as earlier versions left it. */
const longOlds = { ...declared, ...outputs, __provider: "x" };
const news = { ...declared, identity: "o/urn", jobName: id, __provider: "x" };

describe("replacedBy", () => {
  test.each([
    ["image", "i.net/a/c"],
    ["cmd", "python b.py"],
    ["cmd", undefined],
    ["script", "true"],
    ["args", ["2"]],
    ["args", ["1", "2"]],
    ["args", undefined],
    ["env", { A: "2" }],
    ["env", { B: "1" }],
    ["env", undefined],
    ["secretEnv", { OTHER: "old" }],
    ["secretEnv", undefined],
    ["triggers", [2]],
    ["name", "other"],
    ["cmd", unknownValue],
    ["args", ["1", unknownValue]],
    ["secretEnv", unknownValue],
    ["name", unknownValue],
  ])("makes another job of another %s: %j", (key, value) => {
    expect(replacedBy(id, olds, { ...news, [key]: value })).toEqual([key]);
    expect(replacedBy(id, longOlds, { ...news, [key]: value })).toEqual([key]);
  });

  test.each([
    [{}],
    [{ identity: "moved" }],
    [{ identity: unknownValue }],
    [{ jobName: "renamed-abcdef12345678" }],
    [{ name: "night" }],
    [{ secretEnv: { KEY: "new" } }],
    [{ secretEnv: { KEY: unknownValue } }],
    [{ cores: 8, ram: 16, gpus: 2 }],
    [{ registryAuth: { username: "u", secret: "t" } }],
    [{ onRemove: "leave" }],
    [{ __provider: "y" }],
    [{ script: null }],
  ])("keeps the job under %j", (change) => {
    expect(replacedBy(id, olds, { ...news, ...change })).toEqual([]);
    expect(replacedBy(id, longOlds, { ...news, ...change })).toEqual([]);
  });

  test("keeps a job under predecessors that are not known yet only where that is asked for", () => {
    const of = (after: unknown, isKept: boolean) =>
      replacedBy(id, { ...olds, after: ["a-1"] }, { ...news, after }, isKept);
    expect(of(unknownValue, false)).toEqual(["after"]);
    expect(of(unknownValue, true)).toEqual([]);
    expect(of(["b-1"], true)).toEqual(["after"]);
  });

  test("takes nothing, null, an empty list and an empty map for the same", () => {
    const bare = { image: "i.net/a/b", ...outputs };
    expect(replacedBy(id, bare, { ...bare, args: [], env: {}, triggers: null })).toEqual([]);
  });
});

describe("isHandledAnew", () => {
  test.each([
    [{ cores: 3 }],
    [{ ram: undefined }],
    [{ gpus: 2 }],
    [{ secretEnv: { KEY: "new" } }],
    [{ registryAuth: undefined }],
    [{ onRemove: "leave" }],
    [{ ram: unknownValue }],
  ])("takes %j over in place", (change) => {
    expect(isHandledAnew(olds, { ...news, ...change })).toBe(true);
  });

  test("finds nothing where nothing changed", () => {
    expect(isHandledAnew(olds, news)).toBe(false);
    expect(isHandledAnew(olds, { ...news, identity: "moved" })).toBe(false);
  });
});

describe("nextStep", () => {
  const step = (state: Record<string, unknown>, inputs: Record<string, unknown> = {}) =>
    nextStep(trustedState({ ...olds, ...state }), trustedInputs({ ...news, ...inputs }), {
      now: Date.parse("2026-11-22T12:00:00Z"),
      window: undefined,
      maxInFlight: undefined,
    });
  const larger = { ram: 8 };

  // Design, "Diff": what a size does to a job in each status.
  test.each([
    ["Held", 1, larger, { do: "launch", attempt: 1 }],
    ["Pending", 1, larger, { do: "relaunch", why: "ram 4 -> 8" }],
    ["Running", 1, larger, { do: "nothing" }],
    ["Terminating", 1, larger, { do: "nothing" }],
    ["Suspended", 1, larger, { do: "nothing" }],
    ["Completed", 1, larger, { do: "nothing" }],
    ["Failed", 1, larger, { do: "retry", attempt: 2 }],
    ["Failed", 7, larger, { do: "retry", attempt: 8 }],
    ["Lost", 1, larger, { do: "retry", attempt: 2 }],
    ["Held", 1, {}, { do: "launch", attempt: 1 }],
    ["Held", 3, {}, { do: "launch", attempt: 3 }],
    ["Pending", 1, {}, { do: "nothing" }],
    ["Running", 1, {}, { do: "nothing" }],
    ["Completed", 1, {}, { do: "nothing" }],
    ["Failed", 1, {}, { do: "nothing" }],
    ["Lost", 1, {}, { do: "nothing" }],
    ["Failed", 1, { secretEnv: { KEY: "new" }, onRemove: "leave" }, { do: "nothing" }],
    ["Pending", 1, { secretEnv: { KEY: "new" }, onRemove: "leave" }, { do: "nothing" }],
  ])("%s, attempt %i, with %j: %j", (status, attempt, inputs, expected) => {
    expect(step({ status, attempt }, inputs)).toMatchObject(expected);
  });

  // A refresh is told the limits of the last `up`, and judges by them.
  describe.each([
    ["maxCost", { isOverMaxCost: true }, heldByCost(5).reason],
    ["maxInFlight", { slot: false }, heldBySlots(5).reason],
  ] as const)("of a job that the refresh found held by %s", (heldBy, found, reason) => {
    const held = { ...olds, status: "Held", attempt: 1, heldBy, reason, ...found };
    const under = (limit: number) =>
      nextStep(trustedState(held), trustedInputs(news), {
        ...{ now: 0, window: undefined, maxInFlight: undefined, [heldBy]: limit },
      });

    test("holds it with the same limit, and tries to launch it with another one", () => {
      expect(under(5)).toEqual({ do: "nothing" });
      expect(under(6)).toMatchObject({ do: "launch", attempt: 1 });
      expect(under(4)).toMatchObject({ do: "launch", attempt: 1 }); // the launch itself holds it
    });
  });

  test("tells why it launches a failed job anew", () => {
    expect(step({ status: "Failed" }, { cores: 4, ram: undefined })).toMatchObject({
      why: "it was Failed, and cores 2 -> 4, ram 4 -> unset",
    });
  });

  test("says that a running job keeps its size", () => {
    expect(step({ status: "Running" }, larger)).toEqual({
      do: "nothing",
      note: "is Running and keeps its size; the next attempt gets ram 4 -> 8",
    });
  });

  test("does not show the preview's mark for a size that is not known yet", () => {
    const note = JSON.stringify(step({ status: "Running" }, { ram: unknownValue }));
    expect(note).toContain("ram 4 -> not known yet");
    expect(note).not.toContain(unknownValue);
  });
});
