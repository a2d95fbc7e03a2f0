// The part of ECharts that the report draws with, as one script that stands in each report: half of the whole library.
// It is built in a checkout, where ECharts and esbuild are; the package brings it along and needs neither.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { checkout } from "./checkout";

const file = path.join(checkout, "dist/cli/report/charts.js");

/** What `cli/report/page/` uses; of what is missing here ECharts draws nothing, and says nothing. */
const entry = `
import { use } from "echarts/core";
import { BarChart, CustomChart, HeatmapChart } from "echarts/charts";
import { DataZoomComponent, GridComponent, VisualMapContinuousComponent } from "echarts/components";
import { LegacyGridContainLabel } from "echarts/features";
import { CanvasRenderer } from "echarts/renderers";
use([BarChart, CustomChart, HeatmapChart, LegacyGridContainLabel]);
use([DataZoomComponent, GridComponent, VisualMapContinuousComponent, CanvasRenderer]);
export { init } from "echarts/core";
`;

/**
 * A script that makes `echarts` a global variable, with `init`.
 * @throws where it is not there and cannot be built
 */
export function chartsScript(): string {
  const built = existsSync(file) ? readFileSync(file, "utf8") : undefined;
  const version = installedVersion();
  const isCurrent = version === undefined || built?.startsWith(stampOf(version));
  if (built !== undefined && isCurrent) return built;
  if (version === undefined) throw new Error(`${file} is missing: install pulumi-skaha again`);
  return build(version);
}

function build(version: string): string {
  const { buildSync } = require("esbuild") as typeof import("esbuild");
  const { outputFiles } = buildSync({
    stdin: { contents: entry, resolveDir: checkout },
    bundle: true,
    minify: true,
    format: "iife",
    globalName: "echarts",
    legalComments: "none", // all of them are below
    write: false,
    logLevel: "silent",
  });
  const [script] = outputFiles;
  if (script === undefined) throw new Error("esbuild made nothing of ECharts");
  const text = `${stampOf(version)}\n${licences()}\n${script.text}`;
  mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, text);
  renameSync(draft, file);
  return text;
}

/** Whatever makes another script makes another first line. */
function stampOf(version: string): string {
  const parts = [...entry.matchAll(/\w+(?:Chart|Component|Label|Renderer)\b/g)].map(
    ([name]) => name,
  );
  return `/* ECharts ${version}: ${[...new Set(parts)].join(", ")} */`;
}

/** Of ECharts and of zrender, on which it draws. */
function licences(): string {
  const echarts = readFileSync(require.resolve("echarts/dist/echarts.min.js"), "utf8");
  const [ofEcharts = ""] = /\/\*[\s\S]*?\*\//.exec(echarts) ?? [];
  const folder = path.dirname(require.resolve("zrender/package.json"));
  return `${ofEcharts}\n/*\n${readFileSync(path.join(folder, "LICENSE"), "utf8").trim()}\n*/`;
}

function installedVersion(): string | undefined {
  const manifest = path.join(checkout, "node_modules/echarts/package.json");
  const isBuildable =
    existsSync(manifest) && existsSync(path.join(checkout, "node_modules/esbuild"));
  return isBuildable ? JSON.parse(readFileSync(manifest, "utf8")).version : undefined;
}

if (require.main === module) chartsScript();
