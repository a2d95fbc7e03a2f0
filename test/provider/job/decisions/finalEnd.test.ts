import { finalEndOf } from "../../../../provider/job/decisions/finalEnd";
import { trustedState } from "../../../../provider/job/state";

test.each([
  [{ status: "Held" }, undefined],
  [{ status: "Running" }, undefined],
  [{ status: "Dreaming" }, undefined],
  [{ status: "Completed" }, "Completed"],
  [{ status: "Failed" }, "Failed"],
  [{ status: "Failed", cause: "OutOfMemory" }, "OutOfMemory"],
  [{ status: "Lost" }, "Lost"],
  [{ status: "Failed", cause: "ExitCode", isForgiven: true }, undefined],
  [{ status: "Failed", cause: "ExitCode", retry: { limit: 1 } }, undefined],
  [{ status: "Failed", cause: "ExitCode", retry: { limit: 1 }, attempt: 2 }, "ExitCode"],
  [{ status: "Failed", cause: "ExitCode", retry: { limit: 1, on: ["Lost"] } }, "ExitCode"],
  // As a secret.
  [
    { status: "Failed", cause: "ExitCode", retry: { "4dabf18193072939515e22adb298388d": "x" } },
    "ExitCode",
  ],
])("%j ended for good as %s", (state, end) => {
  expect(finalEndOf(trustedState({ attempt: 1, ...state }))).toBe(end);
});
