import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { pointer } from "../../provider/pointer";
import { checkout } from "../../toolchain/checkout";

/** What the provider that the pointer finds from a folder can do. */
async function foundFrom(folder: string): Promise<string> {
  const program = `
    ${pointer};
    const provider = exports.handler();
    const can = ["check", "diff", "create", "read", "update", "delete", "configure"];
    console.log(can.filter((method) => typeof provider[method] === "function").join(" "));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", program], { cwd: folder });
  return stdout.trim();
}

const all = "check diff create read update delete configure";

describe("pointer", () => {
  // State holds this text: every stack that was ever made depends on it, word for word.
  test("is pinned", () => {
    expect(pointer).toBe(
      'exports.handler=()=>require("node:module").createRequire(process.cwd()+"/_.js")("pulumi-skaha/runtime").provider',
    );
  });

  test("finds the provider from inside this package, where a program is an example", async () => {
    await expect(foundFrom(path.join(checkout, "examples"))).resolves.toBe(all);
  });

  test("finds the provider in a user's node_modules, also a linked one", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "user's program "));
    try {
      await mkdir(path.join(folder, "node_modules"));
      await symlink(checkout, path.join(folder, "node_modules/pulumi-skaha"));
      await expect(foundFrom(folder)).resolves.toBe(all);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
