// The report as one file: markup, style, the charts' library, the page's own code and the data, under a policy
// that lets nothing else in, and nothing out.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { chartsScript } from "../../toolchain/charts";
import { CommandError } from "../commandError";
import type { ReportData } from "./reportData";
import { style } from "./style";

/** @throws CommandError where the page's code was not built */
export function htmlOf(data: ReportData): string {
  const scripts = [chartsScript(), pageCode()].map(inlineable);
  const policy = [
    "default-src 'none'",
    `script-src ${scripts.map(hashOf).join(" ")}`,
    `style-src ${hashOf(style)}`,
    "img-src data:", // the empty icon, which browsers would ask a server for
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<link rel="icon" href="data:,">',
    `<title>${escaped(`${data.project} / ${data.stack}`)}</title>`,
    `<style>${style}</style>`,
    "</head>",
    "<body>",
    "<noscript>This report is drawn by the code in it: let your browser run JavaScript.</noscript>",
    `<script type="application/json" id="data">${jsonFor(data)}</script>`,
    ...scripts.map((script) => `<script>${script}</script>`),
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

/** JSON that can stand in a script element: nothing in it can end the element, or be taken for markup. */
function jsonFor(data: ReportData): string {
  return JSON.stringify(data).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The modules of the page, which its own small `require` puts together. */
function pageCode(): string {
  const folder = path.join(__dirname, "page");
  const names = existsSync(folder)
    ? readdirSync(folder).filter((name) => name.endsWith(".js"))
    : [];
  if (!names.includes("main.js")) {
    throw new CommandError(`the report's page is not built in ${folder}: run npm run build`);
  }
  const modules = names.map((name) => {
    const code = readFileSync(path.join(folder, name), "utf8").replace(/^\/\/# source.*$/gm, "");
    return `${JSON.stringify(`./${path.basename(name, ".js")}`)}: (exports, require) => {\n${code}\n}`;
  });
  return [
    "(() => {",
    `const modules = {\n${modules.join(",\n")}\n};`,
    "const loaded = {};",
    "const require = (name) => {",
    "  if (!(name in loaded)) modules[name]((loaded[name] = {}), require);",
    "  return loaded[name];",
    "};",
    'require("./main");',
    "})();",
  ].join("\n");
}

/** Of code in which `<` before these words stands in texts and patterns only, where `\x3c` means the same. */
function inlineable(code: string): string {
  return code.replace(/<(?=\/script|script|!--)/gi, "\\x3c");
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
