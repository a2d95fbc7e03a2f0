import fc from "fast-check";
import { joined, unwrapped, wrapped } from "../../../provider/native/wire";
import { secret } from "../../world/nativeClient";

const { leaf, value } = fc.letrec((tie) => ({
  leaf: fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)),
  value: fc.oneof(
    { maxDepth: 4 },
    tie("leaf"),
    tie("leaf").map((one) => (one === null ? one : secret(one))),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom("a", "b", "c.d"), tie("value"), { maxKeys: 3 }),
  ),
}));
void leaf;

test("what is unwrapped and wrapped again is the same, with no wrap left between", () => {
  const props = fc.dictionary(fc.constantFrom("a", "b", "c"), value);
  fc.assert(
    fc.property(props, (one) => {
      const { plain, marks } = unwrapped(one as Record<string, unknown>);
      expect(JSON.stringify(plain)).not.toContain("4dabf18193072939515e22adb298388d");
      expect(wrapped(plain, marks)).toEqual(one);
    }),
  );
});

test("a secret within a secret is one secret", () => {
  const { plain, marks } = unwrapped({ a: secret({ b: secret("x") }) });
  expect(plain).toEqual({ a: { b: "x" } });
  expect(wrapped(plain, marks)).toEqual({ a: secret({ b: "x" }) });
});

test("where a value no longer has the part that was secret, all of it is", () => {
  const { marks } = unwrapped({ args: ["a", secret("b")], env: { KEY: secret("c") } });
  expect(wrapped({ args: "b", env: { OTHER: "c" } }, marks)).toEqual({
    args: secret("b"),
    env: secret({ OTHER: "c" }),
  });
});

test("marks of two places are all marks", () => {
  expect(joined({ a: true, b: { x: true } }, { a: { y: true }, b: { y: true }, c: true })).toEqual({
    a: true,
    b: { x: true, y: true },
    c: true,
  });
});

test("what the engine adds for a dynamic resource is left out", () => {
  expect(unwrapped({ __provider: "exports.handler=...", a: 1 }).plain).toEqual({ a: 1 });
});
