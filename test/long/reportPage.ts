// The report's page as it is built, and a browser that opens it.
import path from "node:path";
import { type Browser, chromium } from "playwright-core";
import type { htmlOf as HtmlOf } from "../../cli/report/html";
import { checkout } from "../../toolchain/checkout";
import { findChromium } from "../../toolchain/chromium";

// The page's code is beside the built one.
export const { htmlOf }: { htmlOf: typeof HtmlOf } = require(
  path.join(checkout, "dist/cli/report/html.js"),
);

const executablePath = findChromium();
export const hasBrowser = executablePath !== undefined;

export function openBrowser(): Promise<Browser> {
  const args = ["--no-sandbox", "--disable-gpu"];
  return chromium.launch({ executablePath: String(executablePath), args });
}
