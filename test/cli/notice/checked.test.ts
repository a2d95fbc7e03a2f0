import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { checkNotify, problemOfProgram } from "../../../cli/notice/checked";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "skaha-checked-"));
  mkdirSync(path.join(folder, "bin"));
  for (const name of ["tell.sh", "bin/mail"]) {
    writeFileSync(path.join(folder, name), "#!/bin/sh\n");
    chmodSync(path.join(folder, name), 0o755);
  }
  writeFileSync(path.join(folder, "plain.sh"), "#!/bin/sh\n");
  chmodSync(path.join(folder, "plain.sh"), 0o644);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("problemOfProgram", () => {
  const problem = (line: string) =>
    problemOfProgram(line, folder, `/nowhere:${path.join(folder, "bin")}`);

  test.each(["./tell.sh", "./tell.sh --all", "mail me", "/bin/sh -c 'echo'"])(
    "%s can be run",
    (line) => expect(problem(line)).toBeUndefined(),
  );

  test("says what keeps a program from being run", () => {
    expect(problem("./nothing.sh")).toBe(`skaha:notifyCommand: ./nothing.sh is not in ${folder}`);
    expect(problem("./bin")).toBe(`skaha:notifyCommand: ./bin is not in ${folder}`);
    expect(problem("tell.sh")).toMatch(
      /tell\.sh is on no folder of PATH; .* such as \.\/tell\.sh$/,
    );
  });

  test("says how to make it one that may be executed", () => {
    expect(problem("./plain.sh")).toMatch(/\.\/plain\.sh may not be executed \(chmod \+x .*plain/);
  });
});

test("a wrong setting is refused with the setting, and what it means", () => {
  const config = (key: string) => (key === "skaha:notifyFailed" ? "many" : undefined);
  expect(() => checkNotify(config, folder)).toThrow(
    /^skaha:notifyFailed "many" .* must be a whole number of jobs; .*notifyFailed 20\. Nothing was done\.$/,
  );
});
