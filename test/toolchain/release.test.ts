// The release workflow cannot be run here; that it gives nothing away can be read from it.
import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { checkout } from "../../toolchain/checkout";

const step = z.looseObject({ uses: z.string().optional(), run: z.string().optional() });
const workflow = z
  .looseObject({
    permissions: z.record(z.string(), z.string()),
    jobs: z.record(
      z.string(),
      z.looseObject({ permissions: z.record(z.string(), z.string()), steps: z.array(step) }),
    ),
  })
  .parse(parse(readFileSync(path.join(checkout, ".github/workflows/release.yml"), "utf8")));
const jobs = Object.entries(workflow.jobs);
const commands = jobs.flatMap(([, { steps }]) => steps.map(({ run = "" }) => run)).join("\n");

test("actions are pinned to commits", () => {
  const used = jobs.flatMap(([, { steps }]) => steps.flatMap(({ uses }) => uses ?? []));
  expect(used.length).toBeGreaterThan(0);
  expect(used.filter((one) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(one))).toEqual([]);
});

test("each job may do what it is for, and no more", () => {
  expect(workflow.permissions).toEqual({});
  expect(Object.fromEntries(jobs.map(([name, { permissions }]) => [name, permissions]))).toEqual({
    test: { contents: "read" },
    publish: { contents: "read", "id-token": "write" },
    describe: { contents: "write" },
  });
});

test("a release is tested, audited, and comes with provenance, contents and the fixture of its state", () => {
  for (const part of [
    ".ci/run",
    "npm audit --omit=dev",
    "npm publish --provenance",
    "npm sbom",
    "test/fixtures/state/$TAG/stack.json",
  ]) {
    expect(commands).toContain(part);
  }
  expect(commands).not.toContain("${{"); // any tag's name would be part of the command
});
