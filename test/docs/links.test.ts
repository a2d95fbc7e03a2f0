import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { checkout } from "../../toolchain/checkout";

const documents = [
  "README.md",
  "SECURITY.md",
  "CONTRIBUTING.md",
  ...readdirSync(path.join(checkout, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => path.join("docs", name)),
];
const read = (file: string) => readFileSync(path.join(checkout, file), "utf8");

/** As GitHub makes them. */
function anchorsOf(file: string): string[] {
  const headings = read(file).matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

test.each(documents)("the links of %s lead somewhere", (document) => {
  const targets = [...read(document).matchAll(/\]\(([^)\s]+)\)/g)].map(([, to = ""]) => to);
  const broken = targets.filter((to) => {
    if (/^https?:/.test(to)) return false;
    const [file = "", anchor] = to.split("#");
    const target = file === "" ? document : path.join(path.dirname(document), file);
    if (!existsSync(path.join(checkout, target))) return true;
    return anchor !== undefined && !anchorsOf(target).includes(anchor);
  });
  expect(broken).toEqual([]);
});

test("docs/coming-from.md shows every example", () => {
  const examples = readdirSync(path.join(checkout, "examples"));
  const missing = examples.filter((name) => !read("docs/coming-from.md").includes(`/${name}/`));
  expect(missing).toEqual([]);
});
