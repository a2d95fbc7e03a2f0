// A report of thousands of jobs, whose table is there before all of its rows are.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import type { ReportData, ReportJob } from "../../cli/report/reportData";
import { hasBrowser, htmlOf, openBrowser } from "./reportPage";

jest.setTimeout(120_000);

const many = 5_000;
const start = Date.parse("2026-11-22T20:00:00Z");

function job(n: number): ReportJob {
  const attempt = { attempt: 1, status: "Running", declared: start, launched: start + n * 1_000 };
  return {
    ...{ name: `tiles/tile=${n}`, id: `tiles-${n}`, sweep: "tiles", status: "Running" },
    ...{ isKnown: true, cores: 2, ram: 4, results: {}, params: { tile: n } },
    attempts: [{ ...attempt, started: start + n * 1_000 + 60_000, cores: 2, ram: 4 }],
  };
}

const data: ReportData = {
  ...{ project: "p", stack: "s", version: "0", madeAt: start + 3_600_000, problems: [] },
  jobs: Array.from({ length: many }, (_, n) => job(n)),
  ...{ results: [], sizes: [], packs: [], costs: [] },
};

const inBrowser = hasBrowser ? describe : describe.skip;

inBrowser(`a report of ${many} jobs`, () => {
  let folder: string;
  let browser: Browser;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "report-rows-"));
    await writeFile(path.join(folder, "report.html"), htmlOf(data));
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true });
  });

  async function opened(): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1180, height: 1440 } });
    await page.goto(pathToFileURL(path.join(folder, "report.html")).href);
    return page;
  }
  const names = (page: Page): Promise<string[]> =>
    page.evaluate(`[...document.querySelectorAll("#jobs tbody th")].map((one) => one.title)`);
  const whole = (page: Page) =>
    page
      .locator("#jobs tbody tr")
      .nth(many - 1)
      .waitFor();

  test("shows each of them once, in the order of their names", async () => {
    const page = await opened();
    await whole(page);
    expect(await names(page)).toEqual(data.jobs.map(({ name }) => name));
  });

  test("shows just what a filter lets through, also while rows still come", async () => {
    const page = await opened();
    await page.getByLabel("Filter").fill("tile=4999");
    await page.locator("output", { hasText: /^1 of 5,000 jobs$/ }).waitFor();
    await page.waitForTimeout(500); // nothing is added afterwards
    expect(await names(page)).toEqual(["tiles/tile=4999"]);
    await page.getByRole("button", { name: "Show all" }).click();
    await whole(page);
    expect(new Set(await names(page)).size).toBe(many);
  });

  test("prints all of them at once", async () => {
    const page = await opened();
    const script = `document.querySelector("#jobs thead button").click();
      const before = document.querySelectorAll("#jobs tbody tr").length;
      dispatchEvent(new Event("beforeprint"));
      [before, document.querySelectorAll("#jobs tbody tr").length]`;
    expect(await page.evaluate(script)).toEqual([200, many]);
  });
});
