import { sendableTexts, unsendableTexts, values } from "./corpus";
import { fuzzLaunches, LaunchRange, type Written } from "./launches";
import { fuzzProcesses } from "./processes";

const image = "images.canfar.net/skaha/terminal:1.1.2";

test("random launches arrive as they were written, or are refused with property and reason", async () => {
  const { accepted, refused } = await fuzzLaunches(300, 1);
  // Half of them may not be refused, and of the others not all are accepted.
  expect(accepted).toBeGreaterThan(150);
  expect(refused).toBeGreaterThan(15);
});

test("each text of the corpus arrives as the program, an argument, a script and a variable, or is refused", async () => {
  await using range = await LaunchRange.open();
  const places = (word: unknown, script = "true"): Written[] => {
    const one = (inputs: object, command?: string[]) => ({
      inputs: { image, ...inputs },
      command,
      isPlain: false,
    });
    return [
      one({ args: ["before", word, word, "after"] }),
      one({ cmd: "x", args: [word] }, ["x"]),
      one({ cmd: "x", env: { VALUE: word } }, ["x"]),
      one({ cmd: "x", secretEnv: { VALUE: word } }, ["x"]),
      one({ script }, ["bash", "-c", script, "script"]),
      one({ cmd: "x", args: [word], cwd: "/" }, ["x"]),
    ];
  };
  for (const text of sendableTexts) {
    const isLong = text.length > 10_000; // takes its time
    for (const place of isLong ? places(text).slice(0, 1) : places(text, `: ${text}`))
      await range.tryOne(place);
  }
  const { accepted } = range.tally;
  expect(accepted).toBeGreaterThan(sendableTexts.length * 5);
  for (const text of unsendableTexts) {
    for (const place of places(text, `: ${text}`)) await range.tryOne(place);
  }
  for (const value of values) for (const place of places(value)) await range.tryOne(place);
});

test("real processes get their words and variables as they were written", async () => {
  await fuzzProcesses(40, 1);
});
