import { sharing } from "../../../provider/text/sharedText";

describe("sharing", () => {
  test("gives what is equal, whatever it is", () => {
    const shared = sharing();
    const texts = Array.from({ length: 3_000 }, (_, index) => `text ${index % 1_700}`);
    expect(texts.map(shared)).toEqual(texts);
    const list = ["a"];
    expect(shared(list)).toBe(list);
    expect([shared(""), shared(null), shared(undefined), shared(1)]).toEqual([
      "",
      null,
      undefined,
      1,
    ]);
  });
});
