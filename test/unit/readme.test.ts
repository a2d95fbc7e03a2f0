import { readFileSync } from "node:fs";
import path from "node:path";
import { inputNames } from "../../provider/job/fields";

const checkout = path.resolve(__dirname, "../..");
const read = (file: string) => readFileSync(path.join(checkout, file), "utf8");

/** The names in the first cells of the README's table under a heading. */
function namesInTable(head: string): string[] {
  const [, after = ""] = read("README.md").split(`\n| ${head} |`);
  const [table = ""] = after.split("\n\n");
  return table
    .split("\n")
    .flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`(\w+)`/g)])
    .map(([, name = ""]) => name);
}

describe("README.md", () => {
  test("lists all inputs, and no others", () => {
    // What the class makes of others: the place, and `env`, `after` and `canary` in two.
    const internal = ["identity", "secretEnv", "afterStatus", "canaryStatus"];
    const names = inputNames.filter((name) => !internal.includes(name));
    expect(namesInTable("input").sort()).toEqual([...names].sort());
  });

  test("lists all outputs, and no others", () => {
    const declared = read("provider/headlessSession.ts").matchAll(/declare readonly (\w+):/g);
    const names = [...declared].map(([, name = ""]) => name);
    expect(namesInTable("output").sort()).toEqual(["id", ...names].sort());
  });

  test("lists all settings of the stack", () => {
    const used = read("provider/settings.ts").matchAll(/"(skaha:\w+)"/g);
    const readme = read("README.md");
    for (const [, name = ""] of used) expect(readme).toContain(`\`${name}\``);
  });
});
