import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { ownPackage } from "../../../cli/init/ownPackage";

test("a package whose build is incomplete is told of in a sentence, without a stack", async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "own-"));
  try {
    const root = path.join(folder, "package");
    mkdirSync(root);
    const scripts = { prepack: "node dist/toolchain/charts.js" };
    const manifest = { name: "some-package", version: "1.2.3", scripts };
    writeFileSync(path.join(root, "package.json"), JSON.stringify(manifest));
    const { place } = await ownPackage(root);
    const refused = place?.(folder).catch((error: Error) => error.message);
    await expect(refused).resolves.toBe(
      `npm could not pack ${root} (Error: Cannot find module '${root}/dist/toolchain/charts.js'): build it again there with npm ci && npm run build, then run init again`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
