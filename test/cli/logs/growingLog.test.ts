import fc from "fast-check";
import { GrowingLog } from "../../../cli/logs/growingLog";

/** In chunks of that size. */
function log(text: string, size = 3) {
  return async () =>
    (async function* () {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    })();
}

async function read(fresh: GrowingLog, text: string, size?: number) {
  let restarts = 0;
  const chunks: Uint8Array[] = [];
  for await (const chunk of fresh.of(log(text, size), () => {
    restarts += 1;
  })) {
    chunks.push(chunk);
  }
  return { text: Buffer.concat(chunks).toString(), restarts };
}

describe("Fresh", () => {
  test("hands on only what was not there before", async () => {
    const fresh = new GrowingLog();
    expect(await read(fresh, "one\n")).toEqual({ text: "one\n", restarts: 0 });
    expect(await read(fresh, "one\n")).toEqual({ text: "", restarts: 0 });
    expect(await read(fresh, "one\ntwo\n")).toEqual({ text: "two\n", restarts: 0 });
  });

  test.each([
    ["shorter", "thr"],
    ["of the same length", "abc\ndef\n"],
    ["longer", "three\nfour\nfive\n"],
  ])("starts over with a log that is another, and %s", async (_, another) => {
    const fresh = new GrowingLog();
    await read(fresh, "one\ntwo\n");
    expect(await read(fresh, another)).toEqual({ text: another, restarts: 1 });
    expect(await read(fresh, `${another}!`)).toEqual({ text: "!", restarts: 0 });
  });

  test("takes an empty answer for one that says nothing", async () => {
    const fresh = new GrowingLog();
    await read(fresh, "one\n");
    expect(await read(fresh, "")).toEqual({ text: "", restarts: 0 });
    expect(await read(fresh, "one\ntwo\n")).toEqual({ text: "two\n", restarts: 0 });
  });

  test("shows each byte of a growing log once, however it is cut", async () => {
    const pieces = fc.array(fc.string({ maxLength: 400 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(pieces, fc.integer({ min: 1, max: 700 }), async (added, size) => {
        const fresh = new GrowingLog();
        let shown = "";
        let all = "";
        for (const piece of added) {
          all += piece;
          shown += (await read(fresh, all, size)).text;
        }
        expect(shown).toBe(all);
      }),
      { numRuns: 60 },
    );
  });
});
