import * as pulumi from "@pulumi/pulumi";
import { shortenDebugLog } from "../../../provider/array/debugLog";

const log = pulumi.log as { debug: typeof pulumi.log.debug };
const original = log.debug;

afterEach(() => {
  log.debug = original;
});

/** @returns what is sent for debugging */
function sent(): string[] {
  const messages: string[] = [];
  log.debug = async (message) => void messages.push(message);
  return messages;
}

async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe("shortenDebugLog", () => {
  test("cuts what is too long, until all have been answered", async () => {
    const messages = sent();
    const before = log.debug;
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    shortenDebugLog(first.promise);
    shortenDebugLog(second.promise);
    first.reject(new Error("refused"));
    await turn();
    await pulumi.log.debug("short");
    await pulumi.log.debug(`answer: ${"x".repeat(200_000)}`);
    second.resolve();
    await turn();
    expect(log.debug).toBe(before);
    expect(messages).toEqual([
      "short",
      expect.stringMatching(/^answer: x{992} \.\.\. \(199008 characters left out\)$/),
    ]);
  });

  test("leaves what somebody else has put in its place meanwhile", async () => {
    sent();
    const over = Promise.withResolvers<void>();
    shortenDebugLog(over.promise);
    const theirs: typeof pulumi.log.debug = async () => {};
    log.debug = theirs;
    over.resolve();
    await turn();
    expect(log.debug).toBe(theirs);
  });
});
