// The engine's settings of a Python program are those of `pulumi-skaha`, but for two: one that only the command can undo, and
// how much memory the engine's garbage may take, which is Go's own choice.
import { safeEnvironment } from "../../cli/plan/environment";
import { describePython, inPython } from "./python";

function added(given: Readonly<Record<string, string>>): unknown {
  return inPython(
    "from pulumi_skaha._environment import engine_environment\nanswer = engine_environment(given)",
    given,
  );
}

describePython("the environment of a stack in Python", () => {
  test("has the settings of the command", () => {
    const { PULUMI_CONTINUE_ON_ERROR, GOGC, ...others } = safeEnvironment({});
    expect({ PULUMI_CONTINUE_ON_ERROR, GOGC }).toEqual({
      PULUMI_CONTINUE_ON_ERROR: "true",
      GOGC: "200",
    });
    expect(added({})).toEqual(others);
  });

  test.each([
    [{ PULUMI_PARALLEL: "4", NODE_OPTIONS: "--no-warnings" }],
    [{ NODE_OPTIONS: "--no-warnings --max_semi_space_size=32" }],
  ])("leaves the user's own as they are: %j", (given: Readonly<Record<string, string>>) => {
    const { PULUMI_CONTINUE_ON_ERROR: _, GOGC: __, ...others } = safeEnvironment(given);
    expect(added(given)).toEqual(others);
  });
});
