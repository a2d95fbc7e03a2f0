import { fuzzAnswers } from "./answers";

test("no answer, however odd, breaks a run or makes state say what the server did not", async () => {
  const { tampered, errors } = await fuzzAnswers(48, 1);
  expect(tampered).toBeGreaterThan(48);
  expect(errors).toBeGreaterThan(5);
});
