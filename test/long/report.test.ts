// The report in a real browser: what it shows, by mouse and by keyboard, in dark and light, and that nothing in
// it can do harm. With PULUMI_SKAHA_SCREENSHOTS it leaves pictures in that folder.
import { cp, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { checkout } from "../../toolchain/checkout";
import { findChromium } from "../../toolchain/chromium";
import { cli } from "../engine/commands/cliBench";
import { Bench, linkedFolder } from "../engine/harness";
import { hostileLog, thousandJobs } from "./thousandJobs";

jest.setTimeout(600_000);

const executablePath = findChromium();
if (executablePath === undefined) {
  process.stderr.write("NO CHROMIUM: the report is not opened in a browser. Install chromium.\n");
}
const inBrowser = executablePath === undefined ? describe.skip : describe;

const sweep = {
  parameters: { method: ["bls", "<b>ls</b>"], band: [2, 4, 6, 8, 10] },
  uses: ["method", "band"],
  ...{ cores: 1, ram: 2 },
};

/** A page, and all that the browser complained of or asked the network for. */
interface Opened {
  readonly page: Page;
  readonly complaints: string[];
  readonly requests: string[];
}

inBrowser("the report", () => {
  let bench: Bench;
  let folder: string;
  let context: BrowserContext;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "report-"));
    const program = await linkedFolder(folder);
    await cp(path.join(checkout, "test/engine/programs/sweep/index.js"), `${program}/index.js`);
    await writeFile(
      path.join(program, "Pulumi.yaml"),
      "name: variables\nruntime: nodejs\noptions: { refresh: always }\n",
    );
    bench = await Bench.open({ program });
    bench.stack = "survey";
    await bench.succeed(["stack", "init", bench.stack]);
    await bench.succeed(bench.up(), { env: { SWEEP: JSON.stringify(sweep) } });
    for (const [n, { id }] of bench.skaha.jobs().entries()) {
      if (n === 0) continue; // runs on
      bench.runner.write(id, n < 3 ? `10 %\r20 %\r100 %\n${hostileLog}` : "done\n");
      bench.runner.end(id, n < 3 ? 1 : 0);
    }
    context = await chromium.launchPersistentContext(path.join(folder, "profile"), {
      executablePath: String(executablePath),
      headless: true,
      viewport: { width: 1180, height: 1440 },
      args: [
        ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
        ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
      ],
    });
  });
  afterAll(async () => {
    await context?.close();
    await bench?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  async function open(file: string): Promise<Opened> {
    const page = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(file).href);
    await page.locator("#jobs tbody tr").first().waitFor();
    return { page, complaints, requests };
  }

  /** What a chart shows, as a picture; an empty one is some hundred characters long. */
  function picture(page: Page, section: string): Promise<string> {
    return page.evaluate(`document.querySelector("#${section} canvas").toDataURL()`);
  }

  const jobs = (page: Page) => page.locator("#jobs tbody tr").count();
  const readout = (page: Page, section: string) =>
    page.locator(`#${section} .readout`).textContent();

  async function nothingHappened({ page, complaints, requests }: Opened): Promise<void> {
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => url !== page.url() && !url.startsWith("data:"))).toEqual([]);
    expect(await page.title()).not.toContain("owned");
    expect(await page.locator("img, iframe, main script, main b b").count()).toBe(0);
  }

  test("of ten jobs shows what became of them, and a log with HTML and escape sequences as text", async () => {
    const file = path.join(folder, "ten.html");
    const results = path.join(folder, "results.csv");
    const lines = [2, 4, 6, 8, 10].map((band) => `${band},${band * 1.5}\n`).join("");
    await writeFile(results, `band,snr\n${lines}`);
    const made = await cli(bench, ["report", "-o", file, "--results", results]);
    expect(made).toMatchObject({ status: 0, stdout: "" });
    expect(made.stderr).toContain("10 jobs");
    const opened = await open(file);
    const { page } = opened;

    expect(await page.locator("h1").textContent()).toBe("variables / survey");
    expect(await page.locator(".counts li").allTextContents()).toEqual([
      "1Running",
      "7Completed",
      "2Failed",
    ]);
    expect(await jobs(page)).toBe(10);
    expect(await page.locator("#jobs").textContent()).toContain("<b>ls</b>");
    for (const section of ["timeline", "parameters"]) {
      expect((await picture(page, section)).length).toBeGreaterThan(5_000);
    }

    // The one that runs is the longest bar.
    await page.getByLabel("Sorted by").selectOption("length");
    await page.locator("#timeline .chart").hover({ position: { x: 600, y: 18 } });
    await page.locator(".tip", { hasText: /ran .*Running/s }).waitFor();

    // The log, opened by keyboard.
    await page.locator("#failures summary").first().focus();
    await page.keyboard.press("Enter");
    const log = await page.locator("#failures pre").first().textContent();
    expect(log).toBe(`100 %\n${hostileLog.replaceAll("\u001b", "\\x1b")}`);

    // The user's own numbers, cell by cell, with the arrow keys.
    const map = page.locator("#parameters .chart");
    expect(await page.getByLabel("Measure").inputValue()).toBe("result:snr");
    await page.getByLabel("Across").selectOption("band");
    await page.getByLabel("Down").selectOption("method");
    expect(await map.getAttribute("aria-label")).toContain(
      "snr over band and method, 5 by 2 cells",
    );
    await map.focus();
    for (const key of ["ArrowRight", "ArrowRight", "ArrowDown"]) await page.keyboard.press(key);
    expect(await readout(page, "parameters")).toBe("band = 4, method = bls, snr: 6");
    await page.getByLabel("Down").selectOption({ label: "(nothing)" });
    await map.focus();
    await page.keyboard.press("ArrowRight");
    expect(await readout(page, "parameters")).toBe("band = 2, snr: 3 (the mean of 2 jobs)");
    await page.locator("#parameters summary").click();
    const cells = page.locator("#parameters tbody td");
    await cells.last().waitFor();
    expect(await cells.allTextContents()).toEqual(["3", "6", "9", "12", "15"]);
    await nothingHappened(opened);
    await page.close();
  });

  describe("of a thousand jobs", () => {
    let opened: Opened;
    let page: Page;

    beforeAll(async () => {
      const state = path.join(folder, "state.json");
      const exported = JSON.parse(await bench.succeed(bench.on("stack", "export")));
      await writeFile(state, JSON.stringify(thousandJobs(exported, Date.now())));
      await bench.succeed(bench.on("stack", "import", "--file", state));
      const file = path.join(folder, "thousand.html");
      const made = await cli(bench, ["report", "--offline", "-o", file]);
      expect(made.status).toBe(0);
      expect((await readFile(file, "utf8")).match(/<\/script>/g)).toHaveLength(3);
      opened = await open(file);
      page = opened.page;
    });

    beforeEach(async () => {
      await page.reload();
      await page.locator("#jobs tbody tr").first().waitFor();
    });

    test("filters all sections by words, status and parameters", async () => {
      expect(await jobs(page)).toBe(1_000);
      const all = await picture(page, "parameters");
      const filter = page.getByLabel("Filter");
      await filter.fill("band=4 method=ls");
      await page.locator("output", { hasText: /^10 of 1,000 jobs$/ }).waitFor();
      expect(await jobs(page)).toBe(10);
      expect(await picture(page, "parameters")).not.toBe(all);
      expect(await page.locator("#timeline .chart").getAttribute("aria-label")).toContain(
        "10 jobs",
      );
      await page.getByRole("button", { name: "Show all" }).click();
      expect(await jobs(page)).toBe(1_000);
      const failed = page.locator(".counts button", { hasText: "Failed" });
      const count = Number(await failed.locator("b").textContent());
      expect(count).toBeGreaterThan(5);
      await failed.click();
      expect(await failed.getAttribute("aria-pressed")).toBe("true");
      expect(await jobs(page)).toBe(count);
      await page.getByRole("button", { name: `Show all ${count}` }).click();
      expect(await page.locator("#failures details").count()).toBe(count);
      await failed.click();
      expect(await jobs(page)).toBe(1_000);
    });

    test("sorts by a column, with the keyboard", async () => {
      const column = page.locator("#jobs thead th", { hasText: "Attempts" });
      await column.locator("button").focus();
      await page.keyboard.press("Enter");
      expect(await column.getAttribute("aria-sort")).toBe("ascending");
      await page.keyboard.press("Enter");
      expect(await column.getAttribute("aria-sort")).toBe("descending");
      const titles = await page.locator("#jobs thead th").allTextContents();
      const first = page
        .locator("#jobs tbody tr")
        .first()
        .locator("th, td")
        .nth(titles.indexOf("Attempts"));
      expect(await first.textContent()).toBe("2");
    });

    test("goes from bar to bar and to the job in the table, with the keyboard", async () => {
      const chart = page.locator("#timeline .chart");
      await chart.focus();
      await page.keyboard.press("ArrowDown");
      const told = (await readout(page, "timeline")) ?? "";
      expect(told).toMatch(/^study\/.*, held .*, queued \d+ min, ran .*UTC$/);
      await page.keyboard.press("+");
      await page.keyboard.press("PageDown");
      expect(await readout(page, "timeline")).not.toBe(told);
      await page.keyboard.press("Home");
      expect(await readout(page, "timeline")).toBe(told);
      await page.keyboard.press("Enter");
      const row = page.locator("#jobs tr.chosen");
      expect(told.startsWith((await row.locator("th").textContent()) ?? "?")).toBe(true);
      expect(await page.evaluate("document.activeElement.className")).toBe("chosen");
    });

    test("maps any measure over any two parameters", async () => {
      const map = page.locator("#parameters .chart");
      await page.getByLabel("Across").selectOption("band");
      await page.getByLabel("Down").selectOption("method");
      const names = await page.getByLabel("Measure").locator("option").allTextContents();
      expect(names).toEqual([
        ...["Duration", "Time in the queue", "Time held", "Attempts"],
        ...["Peak RAM", "Mean cores", "Core-hours", "Exit code"],
      ]);
      const pictures = new Set<string>();
      for (const name of names) {
        await page.getByLabel("Measure").selectOption({ label: name });
        expect(await map.getAttribute("aria-label")).toContain(
          `${name} over band and method, 25 by 4`,
        );
        pictures.add((await map.screenshot()).toString("base64"));
      }
      expect(pictures.size).toBe(names.length);
      const { width = 0, height = 0 } = (await map.boundingBox()) ?? {};
      await map.hover({ position: { x: width / 2, y: height / 3 } });
      await page.locator(".tip", { hasText: /^band = \d+\s+method = \w+\s+Exit code: / }).waitFor();
    });

    test("is dark where the reader's system is, and light on paper", async () => {
      const background = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
      await page.getByLabel("Across").selectOption("band");
      await page.getByLabel("Down").selectOption("method");
      const colours: unknown[] = [];
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        colours.push(await background());
        await page.evaluate("scrollTo(0, 0); document.activeElement.blur()");
        const shot = path.join(
          path.resolve(checkout, process.env.PULUMI_SKAHA_SCREENSHOTS ?? folder),
          `report-${colorScheme}.png`,
        );
        await page.screenshot({ path: shot });
        expect((await stat(shot)).size).toBeGreaterThan(20_000);
      }
      expect(colours).toEqual(["rgb(251, 250, 248)", "rgb(21, 24, 27)"]);
      await page.emulateMedia({ media: "print", colorScheme: "dark" });
      expect(await page.locator(".filter").isVisible()).toBe(false);
      expect((await page.pdf()).length).toBeGreaterThan(20_000);
      await page.emulateMedia({ media: "screen", colorScheme: "light" });
    });

    test("asks nobody for anything, complains of nothing, and takes no log for markup", async () => {
      await page.locator("#failures summary", { hasText: "ValueError" }).first().click();
      expect(await page.locator("#failures pre").first().textContent()).toContain("onerror=");
      await nothingHappened(opened);
    });
  });
});
