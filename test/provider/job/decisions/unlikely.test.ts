import { unknownValue } from "../../../../provider/engine/unknown";
import { warningsOf } from "../../../../provider/job/decisions/unlikely";
import type { JobInputs } from "../../../../provider/job/inputs";

const image = "images.canfar.net/skaha/astroml:24.07";

describe("warningsOf", () => {
  test.each<[Partial<JobInputs>, RegExp | undefined]>([
    [{ image }, undefined],
    [{ image: "images.canfar.net/skaha/astroml:latest" }, /":latest" may be another image/],
    [{ image: "images.canfar.net/skaha/astroml" }, /":latest" may be another image/],
    [{ image: "localhost:5000/skaha/astroml" }, /":latest" may be another image/],
    [{ image: `images.canfar.net/skaha/astroml@sha256:${"0".repeat(64)}` }, undefined],
    [{ cores: 15, ram: 63 }, undefined],
    [{ cores: 16 }, /^16 cores, default GiB: large sessions wait longer/],
    [{ ram: 64 }, /^default cores, 64 GiB: large sessions wait longer/],
    [
      { cmd: "python /home/alice/reduce.py" },
      /^\/home\/alice\/reduce\.py is a path of this machine/,
    ],
    [{ cmd: "python /arc/home/alice/reduce.py /scratch/x" }, undefined],
    [{ args: ["--out=/Users/alice/out"] }, /^\/Users\/alice\/out is a path/],
    [{ args: ["C:\\data\\in.fits"] }, /^C:\\data\\in\.fits is a path/],
    [{ args: ["http://example.org/home/x", "a:b", "/homepage/x"] }, undefined],
    [{ env: { OUT: "/home/alice/out" } }, /^\/home\/alice\/out is a path/],
    [{ script: "cd '/home/alice/my dir' && ls" }, /^\/home\/alice\/my is a path/],
  ])("%j: %s", (inputs, warning) => {
    expect(warningsOf(inputs)).toEqual(warning ? [expect.stringMatching(warning)] : []);
  });

  test.each<[Partial<JobInputs>, RegExp | undefined]>([
    [{ cmd: "python {files}/a.py" }, /^\{files\} reaches the program as it is.* no `files`: list/],
    [{ cmd: "x", env: { PYTHONPATH: "{files}/lib" } }, /^\{files\} reaches/],
    [{ script: 'cat "{members}"' }, /^\{members\} reaches .* no `members`: `members: true` makes/],
    [{ script: "echo $".concat("{files} $", "{members}") }, undefined],
    [{ cmd: "python {files}/a.py", files: ["a.py"] }, undefined],
    [{ cmd: "cat", args: ["{members}"], members: true }, undefined],
  ])("of what a command names and the job has not: %j: %s", (inputs, warning) => {
    expect(warningsOf(inputs)).toEqual(warning ? [expect.stringMatching(warning)] : []);
  });

  test("warns once of a path that is named twice, and of all there are", () => {
    const args = ["/home/a/x", "/home/a/x", "/home/b/y"];
    expect(warningsOf({ args })).toHaveLength(2);
  });

  test("bears what a preview does not know", () => {
    expect(warningsOf({ image: unknownValue, args: unknownValue as never })).toEqual([]);
  });

  test.each<[string, Partial<JobInputs>, RegExp | undefined]>([
    ["line ends of Windows", { script: "cd /arc\r\nls\r\n" }, /CR LF.*save the file .*\(LF\)/],
    ["line ends of Unix", { script: "cd /arc\nprintf 'a\\r\\n'\n" }, undefined],
    [
      "a script of Python's",
      { script: "#!/usr/bin/env python3\nprint(1)" },
      /begins with #!\/usr\/bin\/env python3, but bash runs it: keep .* cmd: "python3 \/arc\/\.\.\."$/,
    ],
    [
      "a script of Python's, with env's own options",
      { script: "#! /usr/bin/env -S python3 -u\nprint(1)" },
      /bash runs it.*"python3 /,
    ],
    ["a script of csh's", { script: "#!/bin/csh\n" }, /cmd: "csh" and args: \["-c", the script\]/],
    ["options of bash", { script: "#!/bin/bash -eu\nls" }, /without those options: write set -eu/],
    ["a script of bash's", { script: "#!/bin/bash\nls ~ > $HOME/x && ls" }, undefined],
    ["a script of sh's", { script: "#!/usr/bin/env sh\nls" }, undefined],
    ["a comment", { script: "# python3\nls" }, undefined],
    [
      "the home folder",
      { cmd: "ls", args: ["~/x"] },
      /"~\/x" .* with ~ as .*write \/arc\/home\/NAME/,
    ],
    ["the home folder alone", { cmd: "ls", args: ["~"] }, /with ~ as it is/],
    ["the home folder in an option", { cmd: "ls", args: ["--out=~/x"] }, /with ~ as it is/],
    ["a variable", { args: ["$HOME/x"] }, /with \$HOME as it is.*\/arc\/home\/NAME, or use script/],
    ["a variable in braces", { args: ["--in=\x24{night}/x"] }, /\$\{night\}.*write the value/],
    ["a redirection", { cmd: "ls", args: ["/arc", ">", "x"] }, /">" reaches .* use script/],
    ["a redirection to a file", { cmd: "ls", args: [">out.log"] }, /">out\.log" reaches/],
    ["a redirection of errors", { cmd: "ls", args: ["2>&1"] }, /"2>&1" reaches/],
    ["two commands", { cmd: "ls", args: ["&&", "pwd"] }, /"&&" reaches/],
    ["a pipe", { cmd: "ls", args: ["|", "wc"] }, /"\|" reaches/],
    ["arguments that go on", { resumeArgs: ["~/x"] }, /with ~ as it is/],
    ["what a shell is to read", { cmd: "bash", args: ["-c", "ls ~/x > $HOME/y"] }, undefined],
    ["the same in one line", { cmd: "/bin/bash -lc", args: ["$HOME/x"] }, undefined],
    ["find's own", { cmd: "find", args: [".", "-exec", "ls", "{}", ";"] }, undefined],
    [
      "awk's and sed's own",
      { args: ["{print $NF}", "s/$HOME/x/", "a$", "x~y", "5 > 3"] },
      undefined,
    ],
    ["a URL of a home page", { args: ["https://example.org/~alice/x"] }, undefined],
    [
      "a path that is to grow",
      { env: { PATH: "/x:$PATH" } },
      /PATH=\/x:\$PATH has \$PATH as it is.*script: 'export PATH=\/x:\$PATH; \.\.\.'/,
    ],
    ["a variable in a variable", { env: { OUT: "$HOME/out" } }, /OUT=\$HOME\/out has \$HOME/],
    ["a variable aside", { untrackedEnv: { OUT: "~/out" } }, /OUT=~\/out has ~ as it is/],
    ["a path without the usual folders", { env: { PATH: "/opt/x/bin" } }, /replaces the image/],
    ["a whole path", { env: { PATH: "/opt/x/bin:/usr/bin:/bin" } }, undefined],
    ["a price", { env: { COST: "5$", RE: "^a$" } }, undefined],
  ])("%s: %j", (_, inputs, warning) => {
    expect(warningsOf({ image, ...inputs })).toEqual(
      warning ? [expect.stringMatching(warning)] : [],
    );
  });

  test("what is no text does no harm", () => {
    const none = { toString: 1, constructor: null };
    expect(warningsOf({ cmd: "sh", args: [none, "", Object.create(null), "~/x"] })).toHaveLength(1);
  });

  test("secrets are not looked at", () => {
    expect(warningsOf({ secretEnv: { PATH: "/x:$PATH", KEY: "~/x" } })).toEqual([]);
  });
});
