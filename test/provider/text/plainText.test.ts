import { plainLines, plainLog, plainText } from "../../../provider/text/plainText";
import { markedTexts } from "../../fuzz/corpus";
import { assertReadable } from "../../fuzz/readable";

test.each(markedTexts)("shows %j so that no terminal obeys it", (text) => {
  for (const plain of [plainText, plainLines, plainLog]) {
    expect(() => assertReadable(`it said: ${plain(text)}`)).not.toThrow();
  }
});

test("makes no other word of what it changes, but for a log", () => {
  expect(plainText("\u001b[31mRunning")).toBe("\ufffd[31mRunning");
  expect(plainText("a\nb")).toBe("a\ufffdb");
  expect(plainLines("a\nb\tc\r")).toBe("a\nb\tc\ufffd");
  expect(plainLog("\u001b[31mred\u001b[0m 10%\r 20%\r\nend")).toBe("red 10%\n 20%\nend");
  expect(plainText("half \ud800")).toBe("half \ufffd");
});
