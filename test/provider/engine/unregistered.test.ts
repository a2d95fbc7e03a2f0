import { answeredAll, tellUnregistered } from "../../../provider/engine/unregistered";

const type = "pulumi-nodejs:dynamic/skaha:HeadlessSession";

function told(message: string, code?: number): { message: string; hasStack: boolean } {
  const error = Object.assign(new Error(message), code !== undefined && { code });
  tellUnregistered(error, type, "job");
  return { message: error.message, hasStack: error.stack !== "" };
}

const elsewhere = {
  message: 'HeadlessSession "job" is not as declared: its own error says why',
  hasStack: false,
};

test("what the engine has told is only named", () => {
  expect(told(`resource job [${type}] failed to register`)).toEqual(elsewhere);
  const ending = `failed to register new resource job [${type}]: Resource monitor is terminating`;
  expect(told(ending, 14)).toEqual(elsewhere);
});

test("what only this error tells stays in it", () => {
  const lost = `failed to register new resource job [${type}]: 13 INTERNAL: invalid UTF-8`;
  expect(told(lost, 13)).toEqual({
    message: 'HeadlessSession "job" was not taken by the engine: 13 INTERNAL: invalid UTF-8',
    hasStack: false,
  });
});

test("an error of the program's own stays as it is, with the place where it was made", () => {
  const own = "Unexpected struct type";
  expect(told(own)).toEqual({ message: own, hasStack: true });
  const others = `resource other [${type}] failed to register`;
  expect(told(others)).toEqual({ message: others, hasStack: true });
});

test("a predecessor's error, told as its own, is told once", () => {
  const error = new Error(elsewhere.message);
  error.stack = "";
  tellUnregistered(error, type, "next");
  expect(error.message).toBe(elsewhere.message);
});

test("answers are waited for, also refusals; an engine that ends gives none any more", async () => {
  const urn = (answer: Promise<unknown>) => ({ promise: () => answer });
  const failing = (code?: number) => {
    const error = Object.assign(new Error("no"), code !== undefined && { code });
    const answer = Promise.reject(error);
    answer.catch(() => {});
    return urn(answer);
  };
  await expect(answeredAll([urn(Promise.resolve("urn")), failing()])).resolves.toBeUndefined();
  const turn = new Promise((resolve) => setImmediate(resolve, "silence"));
  await expect(Promise.race([answeredAll([failing(14)]), turn])).resolves.toBe("silence");
});
