// An array that Python declares is the one that TypeScript does: the same rows, pages and old keys, and Python reads of its
// state what TypeScript reads. So a stack can go from one language to the other, and nothing changes.
import fc from "fast-check";
import { writtenOrder } from "../../provider/array/rows/declaredOrder";
import { type DeclaredJob, declaredRows } from "../../provider/array/rows/declaredRows";
import { paged } from "../../provider/array/rows/pages";
import { readStates, type StoredJob, writeStates } from "../../provider/array/stateTable";
import { idStarts } from "../../provider/job/identity";
import { trustedState } from "../../provider/job/state";
import { otherKeys } from "../../provider/sweep/keys";
import { type Row, type Value, withColumns } from "../../provider/sweep/row";
import { describePython, inPython } from "./python";

jest.setTimeout(60_000);

const seed = Number(process.env.SKAHA_SEED ?? 22);

const text = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'ab/=:.$é😀\u2028\n"\\'), maxLength: 6 }),
  fc.constantFrom("", "/arc/a.fits", "/arc/b.fits", "--out=/arc/x/", "--out=/arc/y/", "1", "true"),
);
const scalar = fc.oneof(
  text,
  fc.integer({ min: -3, max: 3 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(true, false, 0.1, 1e21, 1e-7),
);
const job = fc.record({
  params: fc.dictionary(fc.constantFrom("a", "b", "10", "9"), fc.oneof(scalar, fc.constant(null)), {
    minKeys: 1,
  }),
  inputs: fc.record(
    {
      args: fc.array(scalar, { minLength: 1, maxLength: 3 }),
      ram: fc.integer({ min: 1, max: 3 }),
      cmd: text,
      env: fc.dictionary(fc.constantFrom("A", "B"), scalar),
      retry: fc.record({ limit: fc.record({ Lost: fc.integer({ min: 1, max: 2 }) }) }),
      triggers: fc.array(fc.oneof(scalar, fc.constant(null), fc.constant({ $: "a" })), {
        maxLength: 2,
      }),
    },
    { requiredKeys: ["args"] },
  ),
});
/** Jobs of a sweep have most in common, and use their parameters. */
const jobs = fc
  .tuple(job, fc.array(fc.tuple(job, fc.nat(5)), { minLength: 1, maxLength: 4 }))
  .map(([first, others]) => [
    first,
    ...others.map(([own, way]) => ({
      params: way > 4 ? own.params : { ...first.params, ...own.params },
      inputs: way > 3 ? own.inputs : { ...first.inputs, ...(way > 1 && { args: own.inputs.args }) },
    })),
  ])
  .chain((all) =>
    fc.boolean().map((uses) =>
      all.map(({ params, inputs }, index): DeclaredJob => {
        const word = `--out=/arc/${Object.values(params)[0]}.fits`;
        return {
          key: `k${index}`,
          params,
          inputs: uses ? { ...inputs, args: [...Object.values(params).slice(1), word] } : inputs,
        };
      }),
    ),
  );

describePython("an array's rows in Python", () => {
  test("are those of TypeScript, for 1,000 random sets of jobs", () => {
    const sets = fc.sample(jobs, { numRuns: 1_000, seed });
    const ours = sets.map((set) => {
      const { rows, ...form } = declaredRows(set);
      return { form, rows: rows.map(({ values }) => JSON.stringify(values)) };
    });
    const program = `
from pulumi_skaha._array_rows import DeclaredJob, declared_rows
from pulumi_skaha._digest import json_text
def told(jobs):
    columns, common, template, rows = declared_rows([DeclaredJob(**job) for job in jobs])
    return {"form": {"columns": columns, "common": common, "template": template}, "rows": [json_text(row) for row in rows]}
answer = [told(jobs) for jobs in given]`;
    const theirs = inPython(program, sets) as typeof ours;
    const other = ours.findIndex(
      (one, index) => JSON.stringify(sorted(one)) !== JSON.stringify(sorted(theirs[index])),
    );
    expect({ seed, jobs: sets[other], told: theirs[other] }).toEqual({
      seed,
      jobs: sets[other],
      told: ours[other],
    });
    expect(theirs).toHaveLength(1_000);
  });

  test("are in the same pages and the same order, for 5,000 of them", () => {
    const key = fc.string({ unit: "grapheme-composite", minLength: 1, maxLength: 12 });
    const keys = fc.sample(key, { numRuns: 5_000, seed }).map((one, index) => `${one}${index}`);
    const rows = Object.fromEntries(keys.map((one, index) => [one, `[${index}]`]));
    const program = `
from pulumi_skaha._pages import paged, unpaged, written_order
rows = {key: f"[{index}]" for index, key in enumerate(given)}
pages = paged(rows)
answer = [pages, written_order(given), unpaged(pages) == rows]`;
    expect(inPython(program, keys)).toEqual([paged(rows), writtenOrder(keys), true]);
    expect(Object.keys(paged(rows)).length).toBeLessThan(200);
  });
});

/** With the names of all objects in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? 0 : value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, one]) => [name, sorted(one)]));
}

describePython("the state of an array in Python", () => {
  test("says of each job what TypeScript reads", () => {
    const place =
      "organization/urn:pulumi:dev::survey::a$pulumi-nodejs:dynamic/skaha:HeadlessSession::";
    const starts = idStarts(place, "Große tiles");
    const status = fc.constantFrom("Running", "Completed", "Failed", "Held");
    const state = fc.record(
      {
        status,
        attempt: fc.integer({ min: 1, max: 3 }),
        sessionId: fc.constantFrom("k3j2h1g0", "k3j2h1g1.17"),
        exitCode: fc.constantFrom(0, 1),
        cores: fc.constantFrom(1, 2),
        server: fc.constant("https://ws-uv.canfar.net/skaha/v1"),
        reason: fc.constantFrom("a", "b"),
        isRecorded: fc.boolean(),
        isFound: fc.boolean(),
      },
      { requiredKeys: ["status", "attempt", "server"] },
    );
    const sets = fc.sample(fc.array(state, { minLength: 1, maxLength: 6 }), { numRuns: 200, seed });
    const tables = sets.map((set) => {
      const stored = set.map(({ isRecorded, isFound, ...own }, index): [string, StoredJob] => {
        const key = `star=α~${index}`;
        const id = index === 3 ? "by-hand-abcdef12345678" : `${starts(key)}abcd123${index}`;
        const sessionName =
          own.sessionId === undefined || isFound
            ? undefined
            : own.attempt > 1
              ? `${id}-${own.attempt}`
              : id;
        const recordedIn = isRecorded ? `/arc/home/me/.jobs/${id}/${own.attempt}` : undefined;
        return [key, { id, state: trustedState({ ...own, sessionName, recordedIn }) }];
      });
      return writeStates(new Map(stored), starts);
    });
    const ours = tables.map((table) =>
      Object.fromEntries(
        [...readStates(table, starts)].map(([key, { id, state }]) => [
          key,
          JSON.parse(JSON.stringify({ ...state, id })),
        ]),
      ),
    );
    const program = `
from pulumi_skaha._array_states import Ids, ids_of, read_states
ids = Ids(given["place"], "Große tiles")
states = [read_states(table, ids) for table in given["tables"]]
answer = [states, [ids_of(table["jobs"], ids) for table in given["tables"]]]`;
    const [states, ids] = inPython(program, { place, tables }) as [typeof ours, unknown];
    expect(states).toEqual(ours);
    const known = ours.map((one) =>
      Object.fromEntries(Object.entries(one).map(([key, { id }]) => [key, id])),
    );
    expect(ids).toEqual(known);
  });

  test("of a later release is refused", () => {
    const program = `
from pulumi_skaha._array_states import Ids, read_states
try:
    answer = read_states({"version": 99}, Ids("o/urn:pulumi:dev::survey::t::", "s"))
except ValueError as error:
    answer = str(error)`;
    expect(inPython(program, [])).toMatch(/later version of pulumi-skaha/);
  });
});

describePython("keys that a job may have in a stack, in Python", () => {
  test("are those of TypeScript, for 2,000 random rows", () => {
    const value: fc.Arbitrary<Value> = fc.oneof(
      fc.string({ unit: fc.constantFrom(..."abαΩßЖé²ﬁ㎏ 1.-+e"), maxLength: 30 }),
      fc.constantFrom("", "true", "null", "-0", "8", "08", "α Cen", "Große Wolke"),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }),
      fc.constantFrom<Value>(true, false, null, 0.1),
    );
    const row = fc.record({
      row: fc.dictionary(fc.constantFrom("a", "b", "cé", "d"), value, { minKeys: 1 }),
      ofTable: fc.boolean(),
      chosen: fc.boolean(),
    });
    const cases = fc.sample(row, { numRuns: 2_000, seed });
    const ours = cases.map(({ row, ofTable, chosen }) => {
      const names = Object.keys(row);
      const one: Row = ofTable ? withColumns(row, { key: names, declared: undefined }) : row;
      return otherKeys(one, chosen ? names.slice(0, 1) : undefined);
    });
    const program = `
from pulumi_skaha._keys import other_keys
def of(case):
    names = list(case["row"])
    row = skaha.Row(case["row"], names if case["ofTable"] else None)
    return other_keys(row, names[:1] if case["chosen"] else None)
answer = [of(case) for case in given]`;
    expect(inPython(program, cases)).toEqual(ours);
    expect(ours.filter((keys) => keys.length > 0).length).toBeGreaterThan(500);
  });
});
