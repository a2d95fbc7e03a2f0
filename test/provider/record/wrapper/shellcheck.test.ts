// The wrapper's script as ShellCheck reads it. Debian has it as a package; where it is not installed there is nothing
// to ask, and the other tests of this folder run the script under three shells all the same.
import { spawnSync } from "node:child_process";
import path from "node:path";
import { checkout } from "../../../../toolchain/checkout";

const isThere = spawnSync("shellcheck", ["--version"]).status === 0;

(isThere ? test : test.skip)("ShellCheck finds nothing that is not said to be meant", () => {
  const script = path.join(checkout, "provider/record/wrapper.sh");
  const { stdout, status } = spawnSync("shellcheck", ["-s", "dash", "-f", "gcc", script], {
    encoding: "utf8",
  });
  expect({ stdout, status }).toEqual({ stdout: "", status: 0 });
});
