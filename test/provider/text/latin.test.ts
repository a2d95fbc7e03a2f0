import { inLatin } from "../../../provider/text/latin";

// Golden: these are in the keys of jobs that users have.
test.each([
  ["α Cen", "alpha Cen"],
  ["Ω² Cen, ΔΠ", "Omega2 Cen, DeltaPi"],
  ["άλφα ϕ ς µm Å", "alphalambdaphialpha phi sigma mum A"],
  ["Große Wolke, Ærø, Łódź", "Grosse Wolke, Aero, Lodz"],
  ["Туманность Щит", "Tumannost Shchit"],
  ["J1234−5678", "J1234-5678"],
  ["NGC 224", "NGC 224"],
  ["星 __proto__", "星 __proto__"],
])("%s is %s", (text, latin) => {
  expect(inLatin(text)).toBe(latin);
});

test("every letter of Greek has a name", () => {
  const greek = Array.from({ length: 0x3c9 - 0x391 + 1 }, (_, n) => String.fromCharCode(0x391 + n));
  const isLetter = greek.filter((letter) => /\p{L}/u.test(letter));
  expect(isLetter.filter((letter) => !/^[A-Za-z]+$/.test(inLatin(letter)))).toEqual([]);
});
