import { fuzzCanfarConfig, fuzzCsv, fuzzInputs, fuzzRecords, fuzzSettings } from "./files";

const options = { numRuns: 300, seed: 1 };

describe("each is taken as it says, or refused in words that name it:", () => {
  test.each([
    ["inputs", fuzzInputs],
    ["the stack's configuration", fuzzSettings],
    ["tables", fuzzCsv],
    ["the canfar client's configuration", fuzzCanfarConfig],
    ["records", fuzzRecords],
  ] as const)("%s", async (_, fuzz) => {
    await fuzz(options);
  });
});
