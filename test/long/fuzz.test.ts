// The fuzzers of test/fuzz with their full numbers, and other cases each time; SKAHA_SEED repeats them.
import { fuzzAnswers } from "../fuzz/answers";
import { fuzzCanfarConfig, fuzzCsv, fuzzInputs, fuzzRecords, fuzzSettings } from "../fuzz/files";
import { fuzzLaunches } from "../fuzz/launches";
import { fuzzProcesses } from "../fuzz/processes";

jest.setTimeout(3_600_000);

const seed = Number(process.env.SKAHA_SEED ?? Date.now() % 2 ** 31);
const count = (name: string, usual: number) => Number(process.env[name] ?? usual);

test(`random launches arrive as they were written, or are refused (seed ${seed})`, async () => {
  const launches = count("SKAHA_FUZZ_LAUNCHES", 10_000);
  const { accepted, refused } = await fuzzLaunches(launches, seed);
  process.stderr.write(`launches: ${accepted} arrived, ${refused} refused\n`);
  expect(accepted).toBeGreaterThan(launches / 2);
});

test(`real processes get their words and variables as they were written (seed ${seed})`, async () => {
  await fuzzProcesses(count("SKAHA_FUZZ_PROCESSES", 400), seed);
});

test(`no answer breaks a run or makes state say what the server did not (seed ${seed})`, async () => {
  const cases = count("SKAHA_FUZZ_ANSWERS", 2_000);
  const { tampered, errors } = await fuzzAnswers(cases, seed);
  process.stderr.write(
    `answers: ${tampered} altered in ${cases} runs, ${errors} of which failed\n`,
  );
  expect(tampered).toBeGreaterThan(cases);
});

test.each([
  ["inputs", fuzzInputs],
  ["the stack's configuration", fuzzSettings],
  ["tables", fuzzCsv],
  ["the canfar client's configuration", fuzzCanfarConfig],
  ["records", fuzzRecords],
] as const)(`%s are taken as they say, or refused (seed ${seed})`, async (_, fuzz) => {
  await fuzz({ numRuns: count("SKAHA_FUZZ_FILES", 10_000), seed });
});
