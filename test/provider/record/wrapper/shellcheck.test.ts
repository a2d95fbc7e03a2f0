// The scripts that run in sessions as ShellCheck reads them. Debian has it as a package; where it is not installed there is nothing
// to ask, and the other tests of this folder run the script under three shells all the same.
import { spawnSync } from "node:child_process";
import path from "node:path";
import { checkout } from "../../../../toolchain/checkout";

const isThere = spawnSync("shellcheck", ["--version"]).status === 0;

const scripts = ["wrapper.sh", "pack.sh", "bundle.sh"];
(isThere ? test.each(scripts) : test.skip.each(scripts))(
  "in %s it finds nothing that is not said to be meant",
  (name) => {
    const script = path.join(checkout, "provider/record", name);
    const { stdout, status } = spawnSync("shellcheck", ["-s", "dash", "-f", "gcc", script], {
      encoding: "utf8",
    });
    expect({ stdout, status }).toEqual({ stdout: "", status: 0 });
  },
);
