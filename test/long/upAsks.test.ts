import { cli, cliInTerminal } from "../engine/commands/cliBench";
import { Bench, fleet, until } from "../engine/harness";

jest.setTimeout(600_000);

/** Types each answer when its question is asked. */
function answering(...answers: readonly (readonly [question: string, answer: string])[]) {
  return async (
    process: { stdin: NodeJS.WritableStream | null },
    printed: () => string,
  ): Promise<void> => {
    for (const [question, answer] of answers) {
      await until(`it asks ${question}`, () => printed().includes(question));
      process.stdin?.write(`${answer}\r`);
    }
  };
}

test("up asks in a terminal, and once more before it cancels what has run for over an hour", async () => {
  const anHourAgo = Date.now() - 2 * 3_600_000;
  await using bench = await Bench.open({ clock: () => anHourAgo });
  bench.declare(fleet(2));
  const declined = await cliInTerminal(bench, ["up"], {
    started: answering(["Perform this update?", "n"]),
  });
  expect(declined.status).toBe(1);
  expect(declined.stdout).toContain("Nothing was done.");
  expect(bench.alive()).toEqual([]);

  await bench.succeed(bench.up());
  expect(bench.alive()).toHaveLength(2);

  bench.declare(fleet(1));
  const question = "Cancel it?";
  const kept = await cliInTerminal(bench, ["up"], {
    started: answering(["Perform this update?", "y"], [question, ""]),
  });
  expect(kept.status).toBe(1);
  expect(kept.stdout).toContain(
    "A job that has been running for over an hour would be cancelled: job-1 (2 h 0",
  );
  expect(bench.alive()).toHaveLength(2);

  const cancelled = await cliInTerminal(bench, ["up"], {
    started: answering(["Perform this update?", "y"], [question, "y"]),
  });
  expect(cancelled.status).toBe(0);
  expect(bench.alive()).toHaveLength(1);

  const unasked = await cli(bench, ["destroy"]);
  expect(unasked).toMatchObject({
    status: 1,
    stdout: "",
    stderr:
      "pulumi-skaha: there is no terminal to ask on: give --yes, or look first with pulumi-skaha destroy --preview-only\n",
  });
  const looked = await cli(bench, ["destroy", "--preview-only"]);
  expect(looked).toMatchObject({
    status: 0,
    stderr: expect.stringMatching(/^To do: cancel 1 running \(2 h 0\d min in\)\n$/),
  });
  // --yes answers both questions.
  expect(await cli(bench, ["destroy", "--yes"])).toMatchObject({ status: 0 });
  expect(bench.alive()).toEqual([]);
});
