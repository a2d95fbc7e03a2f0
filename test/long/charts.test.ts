// That the part of ECharts which a report brings along draws all of it: what is missing draws nothing, and says nothing.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { ReportAttempt, ReportData, ReportJob } from "../../cli/report/reportData";
import { chartsScript } from "../../toolchain/charts";
import { hasBrowser, htmlOf, openBrowser } from "./reportPage";

jest.setTimeout(120_000);

const minute = 60_000;
const start = Date.parse("2026-11-22T20:00:00Z");

function job(n: number): ReportJob {
  const status = n % 7 === 3 ? "Failed" : n % 9 === 2 ? "Running" : "Completed";
  const attempt: ReportAttempt = {
    ...{ attempt: 1, status, declared: start, launched: start + n * minute },
    started: start + (n + 5) * minute,
    ...(status !== "Running" && { ended: start + (n + 40) * minute }),
    ...{ cores: 2, ram: 4, meanCores: 1 + (n % 2) / 2, peakRam: 1 + (n % 5) / 3 },
  };
  return {
    ...{ name: `study/n=${n}`, id: `study-${n}`, sweep: "study", status, isKnown: true },
    ...{ cores: 2, ram: 4, attempts: [attempt], results: { snr: n * 1.5 } },
    params: { band: n % 10, field: Math.floor(n / 10) },
  };
}

const data: ReportData = {
  ...{ project: "p", stack: "s", version: "0", madeAt: start + 200 * minute, problems: [] },
  jobs: Array.from({ length: 60 }, (_, n) => job(n)),
  results: ["snr"],
  packs: [{ sweep: "study", p95Seconds: 30, jobs: 50, parallel: 4 }],
  costs: [{ group: "study", jobs: 60, coreHours: 70, gibHours: 140, gpuHours: 0, sessions: 60 }],
  sizes: [{ sweep: "study", what: "RAM", unit: "GiB", asked: 4, samples: 20, p95: 2, max: 3 }],
};

const inlined = (code: string) => code.replace(/<(?=\/script|script|!--)/gi, "\\x3c");

const inBrowser = hasBrowser ? test : test.skip;

inBrowser("a report looks the same with the whole library", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "charts-"));
  const report = htmlOf(data);
  expect(report.length).toBeLessThan(700_000);
  const whole = await readFile(require.resolve("echarts/dist/echarts.min.js"), "utf8");
  const withWhole = report
    .replace(inlined(chartsScript()), () => inlined(whole))
    .replace(/<meta http-equiv[^>]*>/, ""); // its policy allows one script only
  expect(withWhole.length).toBeGreaterThan(report.length + 400_000);
  const browser = await openBrowser();
  try {
    const pictures: string[][] = [];
    for (const [name, text] of Object.entries({ part: report, whole: withWhole })) {
      const file = path.join(folder, `${name}.html`);
      await writeFile(file, text);
      const page = await browser.newPage({ viewport: { width: 1180, height: 1440 } });
      await page.goto(pathToFileURL(file).href);
      await page.locator("#jobs tbody tr").first().waitFor();
      const draw = `[...document.querySelectorAll("canvas")].map((one) => one.toDataURL())`;
      const drawn: string[] = await page.evaluate(draw);
      expect(drawn.filter((picture) => picture.length > 10_000)).toHaveLength(6); // an empty one has some hundred
      pictures.push(drawn);
    }
    expect(pictures[0]).toEqual(pictures[1]);
  } finally {
    await browser.close();
    await rm(folder, { recursive: true });
  }
});
