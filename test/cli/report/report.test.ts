import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { logTails } from "../../../cli/report/logTails";
import { everything, matcherOf } from "../../../cli/report/page/filter";
import { amount, compare, duration } from "../../../cli/report/page/format";
import { gridOf, measuresOf, parametersOf, summaries } from "../../../cli/report/page/measures";
import * as pageStatuses from "../../../cli/report/page/statuses";
import type { ReportData, ReportJob } from "../../../cli/report/reportData";
import { reportJob } from "../../../cli/report/reportJob";
import { resultsFrom } from "../../../cli/report/resultsFile";
import type { ObservedJob } from "../../../cli/stack/observe";
import { attemptsOf } from "../../../provider/job/attempts";
import { trustedState } from "../../../provider/job/state";
import { hasFailed, statusOrder } from "../../../provider/job/status";

function job(name: string, state: object = {}, more: Partial<ObservedJob> = {}): ObservedJob {
  return {
    name,
    urn: `urn:pulumi:s::p::t::${name}`,
    id: `${name}-id`,
    isKnown: true,
    created: "2026-11-22T10:00:00Z",
    state: trustedState({ status: "Completed", attempt: 1, ...state }),
    inputs: {},
    ...more,
  };
}

const noLogs = { tails: new Map(), problems: [] };
const shown = (one: ObservedJob) => reportJob(one, attemptsOf(one.state), noLogs, undefined);
const at = (time: string) => Date.parse(`2026-11-22T${time}Z`);

describe("a job in the report", () => {
  test("tells when each attempt was held, launched, started and ended", () => {
    const { attempts } = shown(
      job("a", {
        ...{ status: "Running", attempt: 2, ram: 4, attemptSize: { ram: 8 } },
        ...{ launchTime: "2026-11-22T12:10:00Z", startTime: "2026-11-22T12:15:00Z" },
        attempts: [
          {
            ...{
              status: "Failed",
              cause: "OutOfMemory",
              exitCode: 137,
              ram: 4,
              launchTime: "2026-11-22T11:00:00Z",
            },
            ...{ startTime: "2026-11-22T11:05:00Z", endTime: "2026-11-22T12:00:00Z" },
          },
        ],
      }),
    );
    expect(attempts).toMatchObject([
      {
        ...{ attempt: 1, status: "Failed", why: "OutOfMemory", ram: 4, declared: at("10:00:00") },
        ...{ launched: at("11:00:00"), started: at("11:05:00"), ended: at("12:00:00") },
      },
      {
        ...{ attempt: 2, status: "Running", ram: 8, declared: at("12:00:00") },
        ...{ launched: at("12:10:00"), started: at("12:15:00"), ended: undefined },
      },
    ]);
  });

  test("shows control characters instead of handing them on", () => {
    const one = job(
      "a\u001b[31m",
      { status: "Held", reason: "b\u0007" },
      { params: { "\u001b": "\r" } },
    );
    expect(shown(one)).toMatchObject({
      name: "a\\x1b[31m",
      why: "b\\x07",
      params: { "\\x1b": "\\x0d" },
    });
  });
});

describe("logTails", () => {
  const places = (text: string) => ({
    client: {
      async *log() {
        for (let from = 0; from < text.length; from += 1_000) {
          yield Buffer.from(text.slice(from, from + 1_000));
        }
      },
    },
    arc: { stream: async () => undefined },
    program: "/nowhere",
    isListed: () => false,
  });
  const tailOf = async (state: object, text: string) => {
    const one = job("a", { status: "Failed", sessionId: "s1", ...state });
    const { tails, problems } = await logTails([one], places(text) as never);
    expect(problems).toEqual([]);
    return tails.get(one.urn);
  };

  test("takes the last whole lines, and of progress bars what was seen last", async () => {
    const lines = Array.from({ length: 1_000 }, (_, n) => `line ${n}\n`).join("");
    const tail = await tailOf({}, `${lines}1 %\r50 %\r99 %\nlast \u001b[1m\r\n`);
    expect(tail?.text).toMatch(/^line 5\d\d\nline/);
    expect(tail?.text).toMatch(/line 999\n99 %\nlast \\x1b\[1m\n$/);
    expect(tail?.text.length).toBeLessThan(4_097 + 3);
  });

  test("prefers what state has, and asks nobody about jobs that did not fail", async () => {
    expect(await tailOf({ logTail: "kept" }, "other")).toMatchObject({ text: "kept" });
    expect(await tailOf({ status: "Completed" }, "other")).toBeUndefined();
    expect(await tailOf({}, "")).toBeUndefined();
  });
});

describe("resultsFrom", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "results-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const jobs = [
    job("s/1", {}, { params: { band: 0.1, method: "ls" } }),
    job("s/2", {}, { params: { band: 2, method: "bls" } }),
    job("plain"),
  ];
  const from = (text: string) => {
    const file = path.join(folder, "r.csv");
    writeFileSync(file, text);
    const { columns, values, problems } = resultsFrom(file, jobs);
    return { columns, values: jobs.map(({ urn }) => values.get(urn)), problems };
  };

  test.each([
    ["id", "id,snr\ns/2-id,4\n"],
    ["name", "job;snr\ns/2;4\n"],
    ["parameters", "\uFEFFmethod\tband\tsnr\r\nbls\t2.0\t4\r\n"],
  ])("joins by %s", (_, text) => {
    expect(from(text)).toEqual({
      columns: ["snr"],
      values: [undefined, { snr: 4 }, undefined],
      problems: [],
    });
  });

  test("takes the columns that hold numbers, and tells of rows that fit no job", () => {
    expect(from("band,flux,note,chi2\n.10,1e-3,fine,\n7,2,x,3\n")).toEqual({
      columns: ["flux", "chi2"],
      values: [{ flux: 0.001 }, undefined, undefined],
      problems: [expect.stringMatching(/r\.csv: 1 row fits no job by band$/)],
    });
  });

  test("joins identifiers as text, digit for digit, and no two of them as the same", () => {
    const stars = ["4295806720038285056", "4295806720038285184", "007", "7"].map((gaia) =>
      job(`g/${gaia}`, {}, { params: { gaia } }),
    );
    const file = path.join(folder, "ids.csv");
    const text = `gaia,snr\n${stars[1]?.params?.gaia},4\n4295806720038285057,5\n7,6\n`;
    writeFileSync(file, text);
    const { values, problems } = resultsFrom(file, stars);
    expect(stars.map(({ urn }) => values.get(urn))).toEqual([
      ...[undefined, { snr: 4 }, undefined, { snr: 6 }],
    ]);
    expect(problems).toEqual([expect.stringMatching(/1 row fits no job by gaia$/)]);
    writeFileSync(file, "gaia,snr\n7,1\n7,2\n");
    expect(() => resultsFrom(file, stars)).toThrow("the same gaia");
  });

  test("joins a column of numbers and text as it is written", () => {
    const mixed = [7, "007", 4.5].map((n) => job(`m/${n}`, {}, { params: { n } }));
    const file = path.join(folder, "mixed.csv");
    writeFileSync(file, "n,snr\n007,1\n7,2\n4.50,3\n");
    const { values } = resultsFrom(file, mixed);
    expect(mixed.map(({ urn }) => values.get(urn)?.snr)).toEqual([2, 1, undefined]);
  });

  test.each([
    ["flux\n1\n", /has no column to tell which job .*: id, job, or the parameters band, method;/],
    ["band,x\n2,1\n2.0,3\n", /row 2 has the same band as one above/],
    ['band,x\n2,"1\n', /cannot be read as a table/],
  ])("refuses %j", (text, why) => {
    expect(() => from(text)).toThrow(why);
  });
});

describe("the page", () => {
  const jobs = [1, 2, 3, 4].map((n) => ({
    ...shown(
      job(`s/${n}`, {
        ...{ startTime: "2026-11-22T12:00:00Z", endTime: `2026-11-22T12:0${n}:00Z`, exitCode: 0 },
      }),
    ),
    params: { band: n > 2 ? 20 : 2, method: n % 2 ? "ls" : "bls" },
  })) satisfies ReportJob[];
  const data = { jobs, results: [], madeAt: at("13:00:00") } as unknown as ReportData;

  test("puts jobs into cells, and summarises those that share one", () => {
    const [measure] = measuresOf(data);
    if (!measure) throw new Error("no measure");
    expect(measure.name).toBe("Duration");
    expect(parametersOf(jobs)).toEqual(["band", "method"]);
    const { across, down, cells } = gridOf(jobs, "method", "band", measure, "mean");
    expect({ across, down }).toEqual({ across: ["bls", "ls"], down: [2, 20] });
    expect(cells).toContainEqual({ x: 0, y: 1, jobs: 1, value: 240_000 });
    const row = gridOf(jobs, "method", undefined, measure, "greatest");
    expect(row.cells).toEqual([
      { x: 1, y: 0, jobs: 2, value: 180_000 },
      { x: 0, y: 0, jobs: 2, value: 240_000 },
    ]);
    expect(gridOf(jobs, "constructor", undefined, measure, "mean").cells).toEqual([]);
  });

  test("summarises", () => {
    expect(summaries.median([3, 1, 2])).toBe(2);
    expect(summaries.median([4, 1, 2, 3])).toBe(2.5);
    expect(summaries.mean([1, 2, 6])).toBe(3);
  });

  test.each([
    ["band=2", ["s/1", "s/2"]],
    ["BAND=20 method=ls", ["s/3"]],
    ["s/4", ["s/4"]],
    ["completed s/", ["s/1", "s/2", "s/3", "s/4"]],
    ["none", []],
  ])("finds by %s", (text, names) => {
    const matcher = matcherOf({ ...everything, text });
    expect(jobs.filter(matcher).map(({ name }) => name)).toEqual(names);
  });

  test("writes and sorts as people do", () => {
    expect([59_000, 61_000, 3_900_000, 200_000_000].map(duration)).toEqual([
      ...["59 s", "1 min", "1 h 05 min", "2 d 7 h"],
    ]);
    expect([1_000, 0.000123, 2.71234, 1e9].map(amount)).toEqual([
      ...["1,000", "1.23e-4", "2.712", "1.00e+9"],
    ]);
    expect(["n-10", undefined, "n-2", 10, 9].sort(compare)).toEqual([
      9,
      10,
      "n-2",
      "n-10",
      undefined,
    ]);
  });
});

test("the page knows the statuses, and which of them are failures, as the provider does", () => {
  expect(pageStatuses.statusOrder).toEqual(statusOrder);
  for (const status of [...statusOrder, "Odd"]) {
    expect(pageStatuses.hasFailed(status)).toBe(hasFailed(status));
  }
});
