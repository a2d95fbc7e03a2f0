// The rest of an array's are in test/long/killed.test.ts.
import { launchesTheRest, launchesTheRestWithoutState } from "./killed";

jest.setTimeout(600_000);

test.each([
  ["with checkpoints", "job", {}],
  ["without checkpoints", "job", { PULUMI_SKIP_CHECKPOINTS: "true" }],
  ["of one resource", "array", {}],
] as const)(
  "a killed up of fifty jobs, %s, launches the rest when it is run again",
  (_, form, env) => launchesTheRest(form, env),
);

test("a killed up of fifty jobs whose state was lost launches the rest, and destroy takes all away", () =>
  launchesTheRestWithoutState("job"));
