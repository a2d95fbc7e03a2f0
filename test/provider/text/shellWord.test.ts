import { execFileSync } from "node:child_process";
import { shellWord } from "../../../provider/text/shellWord";

test.each(["study/band=2", "gal/Name=NGC 224", "it's", "~user", "$HOME *", "", 'x="2"', "α Cen"])(
  "a shell takes %j as one word",
  (text) => {
    const printed = execFileSync("sh", ["-c", `printf %s. ${shellWord(text)}`], {
      encoding: "utf8",
    });
    expect(printed).toBe(`${text}.`);
  },
);

test("a plain word is as it is", () => {
  expect(shellWord("study/band=2,method=ls")).toBe("study/band=2,method=ls");
});
