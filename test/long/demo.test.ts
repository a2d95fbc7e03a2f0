import {
  expectGoodOrderAfter,
  expectWholeStory,
  mostMs,
  nothingRemains,
  startDemo,
} from "../demo/startDemo";

jest.setTimeout(mostMs);

describe("npm run demo", () => {
  test("can be run twice at the same time", async () => {
    await using one = startDemo();
    await using other = startDemo();
    await expectWholeStory(one);
    await expectWholeStory(other);
  });

  test.each([
    ["while Pulumi launches", "SIGINT", "Updating (", 130],
    ["by another signal", "SIGTERM", "$ pulumi preview", 143],
  ] as const)(
    "leaves nothing behind when interrupted %s (%s)",
    async (_when, signal, moment, status) => {
      await expectGoodOrderAfter(signal, moment, status);
    },
  );

  test("leaves nothing behind when nobody reads on", async () => {
    await using demo = startDemo();
    await demo.says("== Two more bands");
    demo.process.stdout?.destroy();
    expect(await demo.ended()).toBe(1);
    expect(await nothingRemains(demo)).toEqual([]);
  });
});
