import fc from "fast-check";
import {
  concat,
  exclude,
  grid,
  linspace,
  list,
  logspace,
  range,
  replicas,
  zip,
} from "../../../provider/sweep/parameters";

describe("grid", () => {
  test("has every combination, the last parameter's values changing fastest", () => {
    expect(grid({ method: ["ls", "bls"], band: range(2, 8, 2) })).toEqual([
      { method: "ls", band: 2 },
      { method: "ls", band: 4 },
      { method: "ls", band: 6 },
      { method: "bls", band: 2 },
      { method: "bls", band: 4 },
      { method: "bls", band: 6 },
    ]);
  });

  test.each<[Parameters<typeof grid>[0], string]>([
    [{}, "grid: names no parameter"],
    [{ a: [1], band: [] }, "grid: band has no values"],
    [{ a: 3 as never }, "grid: a has to be a list of values, like [3]"],
    [{ a: range(1e4), b: range(1e4) }, "grid: b brings it to more than 1000000"],
  ])("refuses %#", (parameters, message) => {
    expect(() => grid(parameters)).toThrow(message);
  });
});

describe("zip", () => {
  test("takes the lists together", () => {
    expect(zip({ ra: [10.68, 23.46], name: ["M31", "M33"] })).toEqual([
      { ra: 10.68, name: "M31" },
      { ra: 23.46, name: "M33" },
    ]);
  });

  test("refuses lists of different lengths, and says which", () => {
    expect(() => zip({ ra: [1, 2], dec: [1] })).toThrow("but ra has 2, dec has 1");
  });
});

describe("range", () => {
  test.each<[[number, number?, number?], number[]]>([
    [[3], [0, 1, 2]],
    [
      [2, 8, 2],
      [2, 4, 6],
    ],
    [
      [2, 9, 2],
      [2, 4, 6, 8],
    ],
    [
      [3, 0, -1],
      [3, 2, 1],
    ],
    [
      [0, 1, 0.25],
      [0, 0.25, 0.5, 0.75],
    ],
    [
      [0, 0.5, 0.1],
      [0, 0.1, 0.2, 0.3, 0.4],
    ],
    [
      [1, 1.3, 0.1],
      [1, 1.1, 1.2],
    ],
    [
      [0, 3e-7, 1e-7],
      [0, 1e-7, 2e-7],
    ],
    [[5, 5], []],
    [[5, 2], []],
  ])("of %j is %j", ([first, second, step], values) => {
    expect(second === undefined ? range(first) : range(first, second, step)).toEqual(values);
  });

  test("has no negative zero", () => {
    expect(range(-9.3, 1, 0.3)).toContain(0);
    expect(range(-9.3, 1, 0.3).some((value) => Object.is(value, -0))).toBe(false);
  });

  test("has the same numbers wherever it starts, so that a longer range keeps its jobs", () => {
    const number = fc.integer({ min: -500, max: 500 });
    fc.assert(
      fc.property(number, fc.integer({ min: 1, max: 40 }), fc.nat(30), (start, step, later) => {
        const tenths = (value: number) => value / 10;
        const end = start + 60 * step;
        const whole = range(tenths(start), tenths(end), tenths(step));
        const part = range(tenths(start + later * step), tenths(end), tenths(step));
        expect(part).toEqual(whole.slice(later));
        expect(whole).toHaveLength(60);
      }),
    );
  });

  test.each([
    [() => range(Number.NaN), "range: end is NaN"],
    [() => range(0, 1, 0), "range: step is 0"],
    [() => range(0, Infinity), "range: end is Infinity"],
    [() => range(1e9), "has more than 1000000 values"],
  ])("refuses %s", (make, message) => {
    expect(make).toThrow(message);
  });
});

describe("linspace and logspace", () => {
  test("have both ends", () => {
    expect(linspace(0, 1, 5)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(linspace(0, 1, 11)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
    expect(linspace(7, 9, 1)).toEqual([7]);
    expect(logspace(-1, 2, 4)).toEqual([0.1, 1, 10, 100]);
  });

  test("refuse what is no count", () => {
    expect(() => linspace(0, 1, 0)).toThrow("linspace: the count is 0");
    expect(() => linspace(0, 1, 2.5)).toThrow("linspace: the count is 2.5");
    expect(() => logspace(0, 400, 2)).toThrow("10 ** 400 is too large");
    expect(() => replicas(0)).toThrow("replicas: the count is 0");
  });
});

describe("rows of several kinds", () => {
  const rows = grid({ method: ["ls", "bls"], band: [2, 4] });

  test("can be joined", () => {
    expect(concat(list([{ a: 1 }]), list([{ b: "x" }]))).toEqual([{ a: 1 }, { b: "x" }]);
    expect(replicas(2)).toEqual([{ replica: 1 }, { replica: 2 }]);
  });

  test("can be excluded by a function or by values", () => {
    expect(exclude(rows, ({ method, band }) => method === "bls" && band > 2)).toHaveLength(3);
    expect(exclude(rows, { method: "bls" })).toEqual(grid({ method: ["ls"], band: [2, 4] }));
    expect(exclude(rows, { method: "ls", band: 2 }, { band: 4 })).toEqual([
      { method: "bls", band: 2 },
    ]);
  });

  test("are not excluded by what they do not have", () => {
    expect(() => exclude(rows, { metod: "ls" } as never)).toThrow("no row has a parameter metod");
    expect(() => exclude(rows, {})).toThrow("would exclude every row");
  });
});
