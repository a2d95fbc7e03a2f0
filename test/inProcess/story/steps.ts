// What can happen in a story of a stack, and the random stories that are made of it.
import fc from "fast-check";
import type { FaultRule } from "../../../embedded";

const jobCount = 4;
/** A window that is open by night. */
export const night = "20:30-06:30 America/Vancouver";

/** What a job of the program is, beside its place: `after` by index, earlier jobs only. */
export interface JobEdit {
  readonly version: number;
  readonly ram: number | undefined;
  readonly retry:
    | { readonly limit: number | Record<string, number>; readonly on?: readonly string[] }
    | undefined;
  readonly after: readonly number[];
  readonly staleAfter: "keep" | undefined;
  readonly window: string | undefined;
  readonly onRemove: "leave" | undefined;
}

export const plainJob: JobEdit = {
  version: 0,
  ram: undefined,
  retry: undefined,
  after: [],
  staleAfter: undefined,
  window: undefined,
  onRemove: undefined,
};

export type Step =
  | { readonly do: "edit"; readonly job: number; readonly change: Partial<JobEdit> }
  | { readonly do: "add" | "drop"; readonly job: number }
  | { readonly do: "up"; readonly fault?: "none" | FaultName }
  | { readonly do: "refresh" | "preview" | "previewThenUp" | "upTwice" | "restart" | "loseState" }
  | { readonly do: "remember" | "rollBack" }
  | { readonly do: "pass"; readonly minutes: number }
  | { readonly do: "ready" | "succeed" | "fail" | "vanish"; readonly which: number }
  | { readonly do: "readyAll" | "endAll" }
  | { readonly do: "limit"; readonly maxInFlight: number | undefined };

export const faults = {
  lostAnswer: { kind: "lostAnswer", method: "POST", times: 1 },
  lateAnswer: { kind: "lateAnswer", method: "POST", times: 1 },
  resetBefore: { kind: "resetBefore", method: "POST", times: 1 },
  /** As often as a launch is tried: it stays unclear. */
  resetOften: { kind: "resetBefore", method: "POST", times: 3 },
  refused: { kind: "status", code: 400, body: "no\n", method: "POST", times: 1 },
  stillborn: { kind: "vanish", method: "POST", times: 1 },
  omitted: { kind: "omitFromList", path: "type=headless", times: 1 },
  truncated: { kind: "truncatedBody", path: "type=headless", times: 1 },
  deleteLies: { kind: "deleteLies", method: "DELETE", times: 1 },
} satisfies Record<string, FaultRule>;
export type FaultName = keyof typeof faults;

const edit = fc.oneof(
  { arbitrary: fc.record({ version: fc.nat(2) }), weight: 3 },
  { arbitrary: fc.record({ ram: fc.constantFrom(undefined, 4, 8) }), weight: 2 },
  {
    arbitrary: fc.record({
      retry: fc.constantFrom(
        undefined,
        { limit: 1 },
        { limit: 2, on: ["Failed", "Lost"] },
        { limit: 1, on: ["Deadline"] },
        { limit: { Failed: 1, Lost: 1 } },
      ),
    }),
    weight: 3,
  },
  { arbitrary: fc.record({ after: fc.subarray([0, 1, 2]) }), weight: 3 },
  { arbitrary: fc.record({ staleAfter: fc.constantFrom(undefined, "keep" as const) }), weight: 1 },
  { arbitrary: fc.record({ window: fc.constantFrom(undefined, night, "always") }), weight: 1 },
  { arbitrary: fc.record({ onRemove: fc.constantFrom(undefined, "leave" as const) }), weight: 1 },
);

const job = fc.nat(jobCount - 1);
const which = fc.nat(jobCount - 1);

export const steps = fc.array(
  fc.oneof(
    { arbitrary: fc.record({ do: fc.constant("edit" as const), job, change: edit }), weight: 8 },
    { arbitrary: fc.record({ do: fc.constantFrom("add" as const, "drop"), job }), weight: 4 },
    { arbitrary: fc.record({ do: fc.constant("up" as const) }), weight: 8 },
    {
      arbitrary: fc.record({
        do: fc.constant("up" as const),
        fault: fc.constantFrom(...(Object.keys(faults) as FaultName[])),
      }),
      weight: 4,
    },
    {
      arbitrary: fc.record({
        do: fc.constantFrom("refresh" as const, "preview", "previewThenUp", "upTwice"),
      }),
      weight: 7,
    },
    { arbitrary: fc.record({ do: fc.constantFrom("restart" as const, "loseState") }), weight: 2 },
    { arbitrary: fc.record({ do: fc.constantFrom("remember" as const, "rollBack") }), weight: 2 },
    {
      arbitrary: fc.record({
        do: fc.constant("pass" as const),
        minutes: fc.constantFrom(1, 10, 59, 61, 180, 600, 1_500),
      }),
      weight: 5,
    },
    {
      arbitrary: fc.record({
        do: fc.constantFrom("ready" as const, "succeed", "fail", "vanish"),
        which,
      }),
      weight: 9,
    },
    { arbitrary: fc.record({ do: fc.constantFrom("readyAll" as const, "endAll") }), weight: 3 },
    {
      arbitrary: fc.record({
        do: fc.constant("limit" as const),
        maxInFlight: fc.constantFrom(undefined, 1, 2),
      }),
      weight: 2,
    },
  ),
  { minLength: 1, maxLength: 30, size: "max" },
);
