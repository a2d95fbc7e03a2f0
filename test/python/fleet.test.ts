// A fleet.yaml that Python writes declares the jobs that a program in TypeScript would: names, inputs, and so ids.
import fc from "fast-check";
import { parse } from "yaml";
import { FleetError, type Plan, planFleet } from "../../provider/fleet/plan";
import { jobName } from "../../provider/job/identity";
import { checkInputs, whatRuns } from "../../provider/job/inputs";
import { expand, type SweepArgs, type SweepJobArgs } from "../../provider/sweep/expand";
import { grid } from "../../provider/sweep/parameters";
import type { Row, Value } from "../../provider/sweep/row";
import { describePython, inPython } from "./python";

jest.setTimeout(60_000);

const image = "images.canfar.net/skaha/astroml:24.07";

function planned(text: string): Plan {
  return planFleet(text, {
    file: "fleet.yaml",
    folder: "/nowhere",
    now: Date.parse("2026-11-28T12:00:00Z"),
    isConfigured: (key) => key === "token",
  });
}

/** Each job's id, by its name, as `check` and `create` would make it. */
function idsOf(name: string, args: SweepArgs<Row>): Record<string, string> {
  const ids = expand(name, args).map(({ logicalName, args: job }) => {
    const identity = `organization/urn:pulumi:dev::survey::type::${logicalName}`;
    const { inputs, failures } = checkInputs({}, { ...job, identity });
    expect(failures).toEqual([]);
    return [logicalName, jobName(identity, whatRuns(inputs))];
  });
  return Object.fromEntries(ids);
}

function idsInFleet(text: string): Record<string, string> {
  const all = planned(text).declarations.flatMap((one) => {
    if (!("sweep" in one)) return [];
    const { name, args, job } = one.sweep;
    const inputs = (row: Row) => job(row).inputs as SweepJobArgs;
    return [idsOf(name, { ...args, job: inputs } as unknown as SweepArgs<Row>)];
  });
  return Object.assign({}, ...all) as Record<string, string>;
}

function written(program: string, given: unknown = []): string {
  return inPython(`fleet = skaha.Fleet(image="${image}")\n${program}`, given) as string;
}

const word = fc.oneof(
  fc.string({ unit: fc.constantFrom(..."{}{}$ab:06_.%'\"\\ \n\té−😀\u2028,[]#&*-") }),
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.constantFrom(
    "{a}",
    `$${"{a}"}`,
    "{{a}}",
    "{a:06}",
    "}}",
    "{ print $1 }",
    "1e5",
    "true",
    "null",
  ),
);
// Of padded numbers beside others the file's reader asks whether they are meant.
const value: fc.Arbitrary<Value> = fc.oneof(
  word.filter((text) => !/^0\d+$/.test(text)),
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .map((x) => (Math.abs(x) > 2 ** 53 ? 1e21 : x)),
  fc.integer(),
  fc.constantFrom<Value>(true, false, null, 1e-7, 0.1),
);
const sound = (one: Value) =>
  typeof one !== "string" || (one.isWellFormed() && !one.includes("\0"));
const params = fc.uniqueArray(
  fc.record({ a: value.filter(sound), "b {c}": value.filter(sound), d: value.filter(sound) }),
  { minLength: 1, maxLength: 5, selector: (row) => JSON.stringify(row) },
);
const words = fc.array(word.filter(sound), { maxLength: 3 });
const sweepCase = fc.record({
  rows: params,
  shared: words,
  own: fc.array(words, { minLength: 5, maxLength: 5 }),
  ram: fc.array(fc.option(fc.integer({ min: 1, max: 99 })), { minLength: 5, maxLength: 5 }),
});

describePython("Fleet.write", () => {
  test("declares the jobs of TypeScript, for 150 random sweeps with texts full of braces", () => {
    const seed = Number(process.env.SKAHA_SEED ?? 22);
    const cases = fc.sample(sweepCase, { numRuns: 150, seed });
    const program = `
def job_of(case):
    def job(row):
        index = [dict(one) for one in case["rows"]].index(dict(row))
        own = case["own"][index]
        values = [value for value in row.values() if value is not None]
        return {"args": case["shared"] + values + own, "ram": case["ram"][index], "env": {f"V{i}": one for i, one in enumerate(own)}}
    return job
answer = []
for index, case in enumerate(given):
    fleet = skaha.Fleet(image="${image}")
    case["rows"] = [skaha.Row(row) for row in case["rows"]]
    fleet.sweep(f"s{index}", case["rows"], job=job_of(case), env={"SHARED": "{a}"}, cmd="python fit.py")
    answer.append(fleet.text())`;
    const texts = inPython(program, cases) as string[];
    for (const [index, { rows, shared, own, ram }] of cases.entries()) {
      const ours = idsOf(`s${index}`, {
        over: rows as readonly Row[],
        image,
        cmd: "python fit.py",
        env: { SHARED: "{a}" },
        job: (row) => {
          const at = (rows as readonly Row[]).indexOf(row);
          const values = Object.values(row).filter((one) => one !== null);
          const size = ram[at] ?? undefined;
          return {
            args: [...shared, ...values, ...(own[at] ?? [])],
            env: Object.fromEntries((own[at] ?? []).map((one, place) => [`V${place}`, one])),
            ...(size !== undefined && { ram: size }),
          };
        },
      });
      const text = texts[index] ?? "";
      expect({ seed, text, ids: idsInFleet(text) }).toEqual({ seed, text, ids: ours });
    }
  });

  test("keeps a grid a grid where placeholders say all", () => {
    const text = written(`
fleet.sweep("study", skaha.grid(method=["ls", "bls"], band=range(2, 6, 2)), cmd="python search.py",
            job=lambda row: {"args": ["--method", row["method"], "--band", row["band"]]})
answer = fleet.text()`);
    expect(parse(text)).toEqual({
      defaults: { image },
      sweeps: {
        study: {
          grid: { method: ["ls", "bls"], band: [2, 4] },
          cmd: "python search.py",
          args: ["--method", "{method}", "--band", "{band}"],
        },
      },
    });
    const job = ({ method, band }: Row) => ({
      cmd: "python search.py",
      args: ["--method", method ?? "", "--band", band ?? ""],
    });
    const over = grid({ method: ["ls", "bls"], band: [2, 4] });
    expect(idsInFleet(text)).toEqual(idsOf("study", { over, image, job }));
  });

  test("names jobs by the parameters, whatever else differs between them", () => {
    const text = written(`
study = fleet.sweep("study", skaha.grid(method=["ls", "bls"], band=[1, 2]), params_in_env=True, canary=1,
                    max_in_flight=5, stop_after={"share": 0.1, "at_least": 20}, cmd="fit", job=lambda row: {"ram": 16 if row["method"] == "bls" else 8})
fleet.job("summary", cmd="sum", after=[study, study.job(method="ls", band=2.0)], env={"T": skaha.from_config("token")})
answer = fleet.text()`);
    expect(parse(text).sweeps.study).toMatchObject({
      key: ["band", "method"],
      paramsInEnv: ["method", "band"],
      canary: 1,
      maxInFlight: 5,
      stopAfter: { share: 0.1, atLeast: 20 },
      ram: "{ram}",
    });
    expect(parse(text).jobs.summary.after).toEqual(["study", "study/band=2,method=ls"]);
    expect(Object.keys(idsInFleet(text)).sort()).toEqual([
      "study/band=1,method=bls",
      "study/band=1,method=ls",
      "study/band=2,method=bls",
      "study/band=2,method=ls",
    ]);
  });

  test("takes keys that a function makes, and rows with different parameters", () => {
    const text = written(`
rows = [{"galaxy": "M31", "ram": 8}, {"galaxy": "M33"}]
fleet.sweep("a", rows, key=lambda row: row["galaxy"].lower(), cmd="fit")
fleet.sweep("b", rows, cmd="fit", job=lambda row: {"ram": row["ram"] if "ram" in row else 4})
answer = fleet.text()`);
    expect(Object.keys(idsInFleet(text))).toEqual([
      ...["a/m31", "a/m33", "b/galaxy=M31,ram=8", "b/galaxy=M33"],
    ]);
  });

  test("keeps identifiers of 19 digits", () => {
    const text = written(`
fleet.sweep("gaia", [{"id": 4295806720038285001}, {"id": 9007199254740993}, {"id": 10 ** 18}], cmd="fit",
            job=lambda row: {"args": [row["id"]]})
answer = fleet.text()`);
    const over: Row[] = [4295806720038285001n, 9007199254740993n, 10n ** 18n].map((id) => ({ id }));
    const job = ({ id }: Row) => ({ cmd: "fit", args: [id ?? ""] });
    // A word of a bigint is its digits.
    const ours = idsOf("gaia", {
      over,
      image,
      job: (row) => ({ ...job(row), args: [String(row.id)] }),
    });
    expect(idsInFleet(text)).toEqual(ours);
  });

  test("gives a job a readable name of its own on the server", () => {
    const text = written('fleet.job("m31", cmd="fit", name="andromeda")\nanswer = fleet.text()');
    expect(parse(text).jobs).toEqual({ m31: { cmd: "fit", name: "andromeda" } });
  });

  test.each([
    ['fleet.sweep("s", [])', "`over` has no rows"],
    ['fleet.sweep("s", [{"x": 1}, {"x": 1.0}])', "are both x=1: each job needs a key of its own"],
    [
      'fleet.sweep("s", [{"x": float("nan")}])',
      "over[0] has nan as x: a parameter has to be a finite",
    ],
    ['fleet.sweep("s", [{"x": object}])', "a parameter is text, a number, True, False or None"],
    ['fleet.sweep("s", [{"x": 1}], maxRunSeconds=3)', "in Python it is `max_run_seconds`"],
    ['fleet.sweep("s", [{"x": 1}], core=3)', "there is no input `core`: did you mean `cores`?"],
    ['fleet.sweep("s", [{"x": 1}], canary=1, group={})', "`group` is set by the sweep"],
    ['fleet.sweep("s", [{"x": 1}], args=["a", None])', "`args.1` is None; leave it out"],
    [
      'fleet.sweep("s", [{"x": 1}], job=lambda row: row["y"])',
      "y: the parameters of this row are x",
    ],
    ['fleet.sweep("s", skaha.grid(x="ab"))', "x has to be a list of values, like ['ab']"],
    [
      'fleet.job("s", cmd="a"); fleet.sweep("s", [{"x": 1}])',
      "there is a job or a sweep s already",
    ],
    [
      'fleet.sweep("s", [{"x": 1}], array="no")',
      "Sweep \"s\": `array` is 'no', and has to be True or False",
    ],
    ['fleet.sweep("s", [{"x": 1}], replica_env="REP")', "`replica_env` is 'REP', and has to be"],
    [
      'fleet.sweep("s", [], allow_empty="no")',
      "`allow_empty` is 'no', and has to be True or False",
    ],
    ['fleet.sweep("s", [{"x": 1}], renew="no")', "`renew` is 'no', and has to be True or False"],
    ['fleet.sweep("s", [{"x": 1}], canary=True)', "`canary` is True, and has to be a whole number"],
    ['fleet.sweep("s", [{"x": 1}], max_in_flight="3")', "`max_in_flight` is '3', and has to be a"],
    [
      'fleet.sweep("s", [{"x": 1}], params_in_env="false")',
      "write True, False or a list: ['false']",
    ],
    ['fleet.sweep("s", [{"x": 1}], params_in_env=3)', "or a list of parameters' names"],
    ['fleet.sweep("s", [{"x": 1}], stop_after="2")', "has to be a dict, like {'failed': 5}"],
    [
      'fleet.sweep("s", [{"x": 1}], pack=3)',
      "`pack` is 3, and has to be a dict, like {'jobs': 50,",
    ],
    ['fleet.sweep("s", [{"x": 1}], pack={"jobs": 2, "parallel": 1})', "`pack` needs `array=True`"],
    [
      'fleet.sweep("s", [{"x": 1}], pack={"jobs": "2", "parallel": 1}, array=True)',
      "`pack.jobs` is '2', and has to be",
    ],
    ['fleet.sweep("s", [{"x": 1}], key=3)', "`key` is 3, and has to be a parameter's name"],
    ['fleet.sweep("s", [{"x": 1}], job={"cmd": "a"})', "has to be a function of a row"],
    ['fleet.sweep("s", [{"x": 1}], env=["A"])', "`env` is ['A'], and has to be a dict"],
    [
      'fleet.sweep("s", [{"x": 1}], args="ab")',
      "`args` is 'ab', which is text; write a list: ['ab']",
    ],
    ['fleet.sweep("s", [{"x": 1}], args={"a", "b"})', "a set, which has no order; write a list"],
    ['fleet.job("s", after="nope")', "Job \"s\": `after` is 'nope', which is text; write a list"],
    ['fleet.job("s", after=fleet.job("a"))', "`after` is one FleetJob; write a list, also of one"],
    ['fleet.job("s", members="no")', "`members` is 'no', and has to be True or False"],
    [
      'fleet.sweep("s", {"x": [1]})',
      "`over` is a dict; every combination of its lists is `skaha.grid",
    ],
    ['fleet.sweep("s", "ab")', "Sweep \"s\": `over` is 'ab', and has to be a list of dicts"],
    [
      'fleet.sweep("s", [{"x": 1}], job=lambda row: {"args": [row["y"]]})',
      'Sweep "s", x=1: y: the parameters of this row are x',
    ],
    [
      'import datetime; fleet.sweep("s", [{"x": datetime.datetime(2026, 11, 1)}])',
      "None; write a time as its text, by `.isoformat()`",
    ],
    [
      'import datetime; fleet.job("s", args=[datetime.datetime(2026, 11, 1)])',
      "list; write a time as its text, by `.isoformat()`",
    ],
    ['fleet.sweep("s", [{"x": 1}]).job(x=2)', "the sweep s has no job { x: 2 }; its jobs are x=1"],
  ])("refuses %s", (program, message) => {
    const told = written(`
try:
    ${program}
    answer = ""
except Exception as error:
    answer = str(error)`);
    expect(told).toContain(message);
  });

  test("leaves the rest to the preview, which names the place in the file", () => {
    const text = written('fleet.sweep("s", [{"x": 1}], cores="two")\nanswer = fleet.text()');
    expect(() => planned(text)).toThrow(FleetError);
    expect(() => planned(text)).toThrow("cores must be a number of cores");
  });
});
