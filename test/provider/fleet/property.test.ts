// Random fleets, whole and damaged: what is whole is planned as the functions of TypeScript would, and what
// is damaged is refused in words.
import fc from "fast-check";
import { stringify } from "yaml";
import type { SweepArgs } from "../../../provider";
import { FleetError, type Plan, planFleet, withDefaults } from "../../../provider/fleet/plan";
import type { JobSpec } from "../../../provider/fleet/schema/schema";
import { expand } from "../../../provider/sweep/expand";
import type { Row } from "../../../provider/sweep/row";
import { isUncertain } from "../../../provider/sweep/scalar";

function plan(text: string): Plan {
  return planFleet(text, {
    file: "fleet.yaml",
    folder: "/nowhere",
    now: Date.parse("2026-11-22T12:00:00Z"),
    isConfigured: () => true,
  });
}

const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9 _.=:#&*!%-]{0,12}$/);
const value = fc.oneof(
  word,
  fc.integer(),
  // Of a number that may have been another one, the file keeps the text.
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (isUncertain(n) ? 1 : n || 0)),
  fc.boolean(),
);
const image = fc.constantFrom("images.canfar.net/skaha/astroml:24.07", "a.b/c", "localhost/x:1");
const inputs = fc.record(
  {
    image,
    script: word,
    args: fc.array(value, { maxLength: 3 }),
    env: fc.dictionary(
      fc.stringMatching(/^E[A-Z_]{0,5}$/),
      fc.oneof(value, fc.constant({ fromConfig: "k" })),
      {
        maxKeys: 3,
      },
    ),
    cores: fc.integer({ min: 1, max: 16 }),
    ram: fc.integer({ min: 1, max: 192 }),
    gpus: fc.integer({ min: 0, max: 2 }),
    retry: fc.record({ limit: fc.integer({ min: 0, max: 9 }) }),
    window: fc.constantFrom("always", "20:00-06:00 America/Vancouver, weekends"),
    onRemove: fc.constantFrom("cancel", "leave"),
    triggers: fc.array(value),
  },
  { requiredKeys: ["image"] },
);
const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
const distinct = fc.uniqueArray(fc.oneof(fc.integer(), word), { minLength: 1, maxLength: 3 });
const sweep = fc
  .record({
    grid: fc.dictionary(fc.constantFrom("a", "b", "c"), distinct, { minKeys: 1 }),
    inputs,
  })
  .map(({ grid, inputs: own }) => {
    const [parameter = ""] = Object.keys(grid);
    return { grid, ...own, args: [`{${parameter}}`, `x={${parameter}}`, "{{y}}"] };
  });
const fleet = fc.record({
  defaults: inputs,
  jobs: fc.dictionary(name, inputs, { maxKeys: 3 }),
  sweeps: fc.dictionary(
    name.map((one) => `s/${one}`),
    sweep,
    { maxKeys: 3 },
  ),
});

describe("planFleet", () => {
  test("plans each whole fleet, whatever order its jobs come in", () => {
    fc.assert(
      fc.property(fleet, (made) => {
        const { declarations } = plan(stringify(made));
        const jobs = declarations.flatMap((one) => ("job" in one ? [one.job] : []));
        expect(jobs.map(({ name }) => name).sort()).toEqual(Object.keys(made.jobs).sort());
        for (const one of declarations) {
          if ("job" in one) {
            const own = made.jobs[one.job.name] as JobSpec;
            expect(one.job.inputs).toEqual(withDefaults(made.defaults as JobSpec, own));
            continue;
          }
          const { grid = {} } = made.sweeps[one.sweep.name] ?? {};
          const count = Object.values(grid).reduce((all, values) => all * values.length, 1);
          expect(one.sweep.args.over).toHaveLength(count);
          const [parameter = ""] = Object.keys(grid);
          for (const row of one.sweep.args.over) {
            expect(one.sweep.job(row).inputs.args).toEqual([
              row[parameter],
              `x=${row[parameter]}`,
              "{y}",
            ]);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  test("says what is wrong with any damaged text, with its place, and never breaks", () => {
    const edit = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      remove: fc.integer({ min: 0, max: 5 }),
      insert: fc.oneof(
        fc.constant(""),
        fc.constantFrom(
          "\n",
          "  ",
          "{",
          "}",
          "{{",
          "[",
          "]",
          ": ",
          "- ",
          "*a",
          "&a ",
          "<<: ",
          "~",
          ".nan",
          "\t",
          "'",
          '"',
          "#",
          "__proto__: 1\n",
          "grid:",
          "after: [s]\n",
          "0x1",
          "\u0000",
          "\uD800",
          "!!set ",
          "? ",
          "null",
        ),
        fc.string({ unit: "binary", maxLength: 4 }),
      ),
    });
    fc.assert(
      fc.property(fleet, fc.array(edit, { minLength: 1, maxLength: 4 }), (made, edits) => {
        const text = edits.reduce((before, { at, remove, insert }) => {
          const start = Math.floor(at * before.length);
          return before.slice(0, start) + insert + before.slice(start + remove);
        }, stringify(made));
        isReadable(text);
      }),
      { numRuns: 200 },
    );
  });

  test("says what is wrong with any value in the place of another", () => {
    const junk = fc.oneof(
      fc.constantFrom(
        null,
        "",
        "{x}",
        "x",
        -1,
        0.5,
        true,
        [],
        {},
        [null],
        [[]],
        { a: 1 },
        { fromConfig: 1 },
        [{}],
      ),
      fc.jsonValue({ maxDepth: 2 }),
    );
    fc.assert(
      fc.property(
        fleet,
        fc.array(fc.tuple(fc.nat(), junk), { minLength: 1, maxLength: 3 }),
        (made, changes) => {
          const changed = structuredClone(made) as unknown;
          for (const [n, value] of changes) replace(changed, n, structuredClone(value));
          isReadable(stringify(changed));
        },
      ),
      { numRuns: 200 },
    );
  });
});

/** Puts a value in the place of the nth thing, counted in some order. */
function replace(root: unknown, n: number, value: unknown): void {
  const places: [holder: Record<string, unknown>, key: string][] = [];
  const visit = (holder: unknown) => {
    if (typeof holder !== "object" || holder === null) return;
    for (const key of Object.keys(holder)) {
      places.push([holder as Record<string, unknown>, key]);
      visit((holder as Record<string, unknown>)[key]);
    }
  };
  visit(root);
  const [holder, key] = places[n % places.length] ?? [];
  if (holder && key !== undefined) holder[key] = value;
}

function isReadable(text: string): void {
  let message: string;
  try {
    plan(text);
    return;
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    message = error.message;
  }
  const lines = text.split("\n");
  for (const block of message.split(/\n\n(?=fleet\.yaml:|\.\.\. and )/)) {
    if (block.startsWith("... and ")) continue;
    expect(block).toMatch(/^fleet\.yaml:\d+:\d+: \S/);
    const [, line, column] = /^fleet\.yaml:(\d+):(\d+): \S/.exec(block) ?? [];
    expect(Number(line)).toBeGreaterThan(0);
    expect(Number(line)).toBeLessThanOrEqual(lines.length);
    expect(Number(column)).toBeLessThanOrEqual((lines[Number(line) - 1] ?? "").length + 1);
    expect(block).toMatch(/\n {2} *\| (\.\.\.)?\s*\^$/);
    const said = block.slice(0, block.indexOf(`\n  ${line} | `));
    expect(said).not.toMatch(
      /\[object |undefined|Invalid input|is not a function|not iterable|^ +at /m,
    );
  }
}

describe("withDefaults", () => {
  test("joins inputs as a Sweep does", () => {
    const mixed = fc.record(
      {
        cmd: fc.constantFrom("a", "b"),
        script: fc.constant("c"),
        env: fc.dictionary(fc.constantFrom("A", "B"), fc.integer(), { minKeys: 1 }),
        cores: fc.integer(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(mixed, mixed, (defaults, own) => {
        const image = "a.b/c";
        const args = { ...defaults, image, over: [{ n: 1 }], job: () => own };
        const [job] = expand("s", args as unknown as SweepArgs<Row>);
        expect(withDefaults({ ...defaults, image } as JobSpec, own as JobSpec)).toEqual(job?.args);
      }),
    );
  });
});
