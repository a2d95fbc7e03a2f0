// A folder for what all test files of one run share, and its end.
const { mkdtempSync, rmSync } = require("node:fs");
const { tmpdir } = require("node:os");
const path = require("node:path");

module.exports = async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "pulumi-skaha-run-"));
  process.env.PULUMI_SKAHA_TEST_RUN = folder; // Jest's workers have it too
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
};
