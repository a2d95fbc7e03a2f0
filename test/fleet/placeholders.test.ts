import fc from "fast-check";
import { fill, fillText } from "../../provider/fleet/placeholders";

const row = { band: 2, method: "ls", flag: true, none: null, "RA (deg)": 10.5, zero: -0 };

function filled(text: string): string {
  return fillText(text, row, (name) => {
    throw new Error(`missing ${name}`);
  });
}

const nothingMissing = () => {
  throw new Error("nothing is missing");
};

describe("fillText", () => {
  test.each([
    ["--band={band}", "--band=2"],
    ["{method}/{band}/{flag}/{none}/{zero}", "ls/2/true/null/0"],
    ["{RA (deg)}", "10.5"],
    ["{{band}}", "{band}"],
    ["{{band}", "{band}"],
    ["{{{band}}}", "{2}"],
    ['{{"band": {band}, "of": {{"method": "{method}"}}}}', '{"band": 2, "of": {"method": "ls"}}'],
    [`\${HOME} \${band} $band`, `\${HOME} \${band} $band`],
    [`\${a:-\${b}}`, `\${a:-\${b}}`],
    [`\${{band}}`, `\${band}`],
    ["awk '{ print $1 }' {1..5} {a,b} {}", "awk '{ print $1 }' {1..5} {a,b} {}"],
    ['{"a":{"b":1}}', '{"a":{"b":1}}'],
    ["{", "{"],
    ["}}", "}}"],
    ["a\n{band}\n", "a\n2\n"],
  ])("%j becomes %j", (text, expected) => {
    expect(filled(text)).toBe(expected);
  });

  test.each([["{metod}"], ["x {BAND}"], ["{toString}"], ["{__proto__}"], ["{a.b-c}"]])(
    "%j is missing",
    (text) => {
      expect(() => filled(text)).toThrow("missing");
    },
  );

  test("leaves text without braces alone, and gives back what was doubled", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (any) => {
        const text = any.replace(/[{}]/g, "");
        expect(filled(text)).toBe(text);
        expect(filled(`{{${text}}}`)).toBe(`{${text}}`);
      }),
    );
  });

  test("never throws, and fills each placeholder once", () => {
    const piece = fc.oneof(
      fc.constantFrom("{", "}", "{{", "}}", "$", "{band}", "{method}", "${"),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const inserting = { band: "{method}", method: "{{" };
        expect(typeof fillText(pieces.join(""), inserting, () => {})).toBe("string");
      }),
    );
    expect(fillText("{band}", { band: "{method}", method: "x" }, nothingMissing)).toBe("{method}");
  });
});

describe("fill", () => {
  test("keeps the type of a value that is all of the text", () => {
    expect(
      fill(
        {
          cores: "{band}",
          args: ["{flag}", "{none}", "{method}", " {band}", 3, false],
          env: { "{band}": "{RA (deg)}" },
        },
        row,
        nothingMissing,
      ),
    ).toEqual({
      cores: 2,
      args: [true, null, "ls", " 2", 3, false],
      env: { "{band}": 10.5 },
    });
  });

  test("says where a placeholder is missing", () => {
    const missing: unknown[] = [];
    fill({ args: ["{a}", { b: "{band} {c}" }] }, row, (path, name) => missing.push([path, name]));
    expect(missing).toEqual([
      [["args", 0], "a"],
      [["args", 1, "b"], "c"],
    ]);
  });
});
