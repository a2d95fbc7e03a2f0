// The rest of test/engine/killed.test.ts, over an array.
import { launchesTheRest, launchesTheRestWithoutState } from "../engine/killed";

jest.setTimeout(600_000);

test("a killed up of an array, without checkpoints, launches the rest when it is run again", () =>
  launchesTheRest("array", { PULUMI_SKIP_CHECKPOINTS: "true" }));

test("a killed up of an array whose state was lost launches the rest, and destroy takes all away", () =>
  launchesTheRestWithoutState("array"));
