import { fuzzAnswers } from "./answers";

test("no answer, however odd, breaks a run or makes state say what the server did not", async () => {
  const { tampered, errors } = await fuzzAnswers(32, 1);
  expect(tampered).toBeGreaterThan(32);
  expect(errors).toBeGreaterThan(5);
});
