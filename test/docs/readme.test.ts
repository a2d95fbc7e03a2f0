import { readFileSync } from "node:fs";
import path from "node:path";
import { planFleet } from "../../provider/fleet/plan";
import { checkout } from "../../toolchain/checkout";

const readme = readFileSync(path.join(checkout, "README.md"), "utf8");

describe("README.md", () => {
  test("has at most nine kilobytes", () => {
    expect(Buffer.byteLength(readme)).toBeLessThanOrEqual(9 * 1024);
  });

  test("has both commands of a clone before anything to install", () => {
    const [before = ""] = readme.split("\n## Install");
    for (const command of ["npm run demo", "npm test"]) expect(before).toContain(`\n${command} `);
    expect(before).not.toContain("npm ci");
  });

  test("shows a fleet.yaml that declares the same ten jobs of 30 GiB as the program", () => {
    const [, yaml = ""] = /```yaml\n([^`]*)```/.exec(readme) ?? [];
    const surroundings = { file: "fleet.yaml", folder: "/", now: 0, isConfigured: () => true };
    const [one] = planFleet(yaml, surroundings).declarations;
    const rows = one && "sweep" in one ? [...one.sweep.args.over] : [];
    expect(rows).toHaveLength(10);
    expect(rows.reduce((sum, { ram }) => sum + Number(ram), 0)).toBe(30);
    expect(readme).toContain("launched 10 (10 cores, 30 GiB)");
  });

  test("leads to all documents", () => {
    for (const name of ["jobs", "sweeps", "fleet", "running", "reference", "coming-from", "cli"]) {
      expect(readme).toContain(`(docs/${name}.md)`);
    }
  });
});
