import { execFileSync } from "node:child_process";
import path from "node:path";
import { checkout } from "../../toolchain/checkout";

/** The packages that a program of a user's loads with ours, before it does anything; Pulumi's own bring others. */
function loadedByPrograms(): ReadonlySet<string> {
  const index = path.join(checkout, "dist/provider/index.js");
  const script = `require(${JSON.stringify(index)}); console.log(JSON.stringify(Object.keys(require.cache)))`;
  const files: string[] = JSON.parse(
    execFileSync(process.execPath, ["-e", script], { encoding: "utf8" }),
  );
  expect(files).toContain(index);
  return new Set(files.map((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? ""));
}

test.each(["zod", "undici", "yaml", "fastify"])(
  "a program loads no %s, which only the provider and the command need",
  (name) => {
    expect(loadedByPrograms().has(name)).toBe(false);
  },
);
