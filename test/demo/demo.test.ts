import path from "node:path";
import { expectGoodOrderAfter, expectWholeStory, mostMs, startDemo } from "./startDemo";

jest.setTimeout(mostMs);

describe("npm run demo", () => {
  test("tells its story to the end, and leaves nothing behind", async () => {
    await using demo = startDemo();
    await expectWholeStory(demo);
  });

  test("leaves nothing behind when interrupted while a job runs", async () => {
    await expectGoodOrderAfter("SIGINT", "== That one would take minutes", 130);
  });

  test("says what is missing on a machine without Python", async () => {
    await using demo = startDemo({ PATH: path.dirname(process.execPath) });
    expect(await demo.ended()).toBe(1);
    expect(demo.output()).toContain("there is no working python3 on PATH: install Python 3.8");
  });
});
