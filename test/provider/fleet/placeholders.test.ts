import fc from "fast-check";
import { fill, fillText } from "../../../provider/fleet/placeholders";

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

const formatsRow = {
  ...{ seqNum: 42, id: 4295806720038285056n, pad: "007", x: 2.5, third: 1 / 3, small: -0.04 },
  ...{
    night: "2026-11-25",
    other: "20240229",
    when: "2026-11-25T03:04:05Z",
    name: "M31",
    no: null,
  },
};

describe("a format", () => {
  const written = (text: string) =>
    fillText(text, formatsRow, (name, reason) => {
      throw new Error(`{${name}} ${reason ?? "is missing"}`);
    });

  // As Python's format() writes them.
  test.each([
    ["{seqNum:06}", "000042"],
    ["{seqNum:03d}", "042"],
    ["a{seqNum:01}b", "a42b"],
    ["{id:024d}", "000004295806720038285056"],
    ["{pad:05}", "00007"],
    ["{x:.0f}", "2"],
    ["{x:.3f}", "2.500"],
    ["{x:08.3f}", "0002.500"],
    ["{third:.10f}", "0.3333333333"],
    ["{small:.1f} {small:06.1f} {small:.2f}", "-0.0 -000.0 -0.04"],
    ["{seqNum:.1f} {pad:.1f}", "42.0 7.0"],
    ["{night:%Y%m%d} {night:%Y/%m/%d} {night:%j}", "20261125 2026/11/25 329"],
    ["{other:%y-%m-%d} {other:%j}", "24-02-29 060"],
    ["{when:%Y%m%dT%H%M%S} {when:100%%}", "20261125T030405 100%"],
  ])("%j is %j", (text, expected) => {
    expect(written(text)).toBe(expected);
  });

  test.each([
    ["{x:06}", "pads whole numbers with zeros, but 2.5 is not a whole number"],
    ["{name:03}", 'pads whole numbers with zeros, but "M31" is not a whole number'],
    ["{name:.2f}", 'writes numbers with decimals, but "M31" is not a number'],
    ["{id:.2f}", "would not write 4295806720038285056 with its own digits"],
    ["{name:%Y}", 'writes a date like 2026-11-25 or 20261125, but "M31" is not a date'],
    ["{night:%B}", "has %B, which is not a part of a date"],
    ["{night:%H}", "asks for the time of day"],
    ["{no:03}", "has no value to write"],
    ["{seqNum:>8}", "has an unknown format"],
    ["{seqNum:6}", "has an unknown format"],
    ["{seqNum:}", "has an unknown format"],
    ["{seqNm:06}", "is missing"],
    ["{seqNm!r}", "is missing"],
  ])("%j is refused: it %s", (text, reason) => {
    expect(() => written(text)).toThrow(reason);
  });

  test.each(
    ["{ seqNum }", "{seqNum }", "{seqNum!r}", "{seqNum!s:03}", "{seqNum=}", "{seqNum.x}"].concat(
      "{seqNum[0]}",
      "{seqNum + 1}",
      "{seqNum+1}",
      "{seqNum%03d}",
      "{seqNum|06}",
      "{seqNum 06}",
    ),
  )("%j is refused: there is more than a name", (text) => {
    expect(() => written(text)).toThrow("has more than the name in its braces");
  });

  test.each([
    "awk '{ print $1 }' {1..5} {seq,Num} {}",
    "awk '{seqNum++; print seqNum}' {seqNum,x}",
    `f"{x['a']}" {x["b"]} f"{2 * x:.1f}"`,
    `\${seqNum} \${seqNum:-3} \${#x}`,
    '{"seqNum": 1}',
    "{a:1}",
  ])("%j stays as it is", (text) => {
    expect(written(text)).toBe(text);
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
