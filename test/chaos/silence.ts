// A server that accepts each connection and never answers. It takes a minute for each request to be given up, so no
// seed draws it: these few plans are carried out instead, and the plans of all seeds stay what they are.
import type { FaultRule } from "../../embedded";
import type { JobSpec, Plan, Step, Trouble } from "./plan";

const job = (key: string, more: Partial<JobSpec> = {}): JobSpec => ({
  key,
  stage: "first",
  version: 0,
  exits: [0],
  record: false,
  logs: false,
  secret: false,
  after: [],
  ...more,
});

const silent = (name: string, rule: Omit<FaultRule & { kind: "noAnswer" }, "kind">): Trouble => ({
  kind: "fault",
  name: `no answer ${name}`,
  rules: [{ kind: "noAnswer", ...rule }],
});

const run = (
  command: "up" | "refresh" | "destroy",
  by: Plan["finally"],
  ...troubles: readonly Trouble[]
): Step => ({ do: "run", command, by, checkpoints: true, troubles: [...troubles] });

const toAll = silent("to anything", {});
const toLists = silent("to lists", { path: "type=headless" });

/** Ends within seconds: the command finds out before the engine begins. */
export const quickSilence: Plan = {
  jobs: [job("a"), job("b", { record: true, logs: true })],
  steps: [
    run("up", "pulumi-skaha", toAll),
    run("up", "pulumi-skaha"),
    run("destroy", "pulumi-skaha", toAll),
  ],
  finally: "pulumi-skaha",
  toTheEnd: false,
};

/** Each takes minutes. */
export const longSilences: Readonly<Record<string, Plan>> = {
  "the lists of plain pulumi": {
    jobs: [job("a"), job("b", { exits: [1, 0], retry: { limit: 1 } })],
    steps: [
      run("up", "pulumi", toLists),
      run("up", "pulumi"),
      { do: "open", key: "b" },
      run("up", "pulumi", toLists),
    ],
    finally: "pulumi",
    toTheEnd: true,
  },
  "launches and cancellations": {
    jobs: [job("a"), job("b"), job("c", { secret: true })],
    steps: [
      run("up", "pulumi", silent("to launches", { method: "POST", times: 2 })),
      run("refresh", "pulumi-skaha", toAll),
      { do: "edit", key: "a", version: 1 },
      run("up", "pulumi-skaha", silent("to cancellations", { method: "DELETE", times: 1 })),
    ],
    finally: "pulumi-skaha",
    toTheEnd: false,
  },
};
