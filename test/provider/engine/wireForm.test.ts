import * as pulumi from "@pulumi/pulumi";
import { specialSigKey } from "@pulumi/pulumi/runtime/rpc";
import { wireForm } from "../../../provider/engine/wireForm";
import { HeadlessSession, type HeadlessSessionArgs } from "../../../provider/headlessSession";
import { checkInputs } from "../../../provider/job/inputs";
import { grid } from "../../../provider/sweep/parameters";
import { Sweep } from "../../../provider/sweep/sweep";

const image = "images.canfar.net/skaha/terminal:1.1.2";

/** What the engine's wire makes of a program's resources: UTF-8. */
const sent = new Map<string, Record<string, unknown>>();
beforeAll(() => {
  const mocks: pulumi.runtime.Mocks = {
    newResource({ name, inputs }) {
      sent.set(name, JSON.parse(Buffer.from(JSON.stringify(inputs)).toString()));
      expect(JSON.stringify(inputs)).not.toMatch(/\\ud[89a-f]/);
      return { id: name, state: inputs };
    },
    call: ({ inputs }) => inputs,
  };
  return pulumi.runtime.setMocks(mocks, "project", "stack", false, "organization");
});

/** What `check` says of a job as the engine hands it over. */
async function refusals(args: Omit<HeadlessSessionArgs, "image">) {
  const job = new HeadlessSession(`job-${sent.size}`, { image, ...args });
  await new Promise((resolve) => job.id.apply(resolve));
  const { __provider, ...news } = sent.get(`job-${sent.size - 1}`) ?? {};
  const plain = JSON.parse(JSON.stringify(news), (_, value) =>
    isSecret(value) ? value.value : value,
  );
  return checkInputs({}, plain).failures;
}

/** The wire's form of one, which a provider's host unwraps. */
function isSecret(value: unknown): value is { value: unknown } {
  return typeof value === "object" && value !== null && specialSigKey in value;
}

const half = expect.stringContaining("half of a surrogate pair, U+D800");

test.each<[string, Omit<HeadlessSessionArgs, "image">]>([
  ["args[0]", { cmd: "x", args: ["a\ud800b"] }],
  ["args[1]", { cmd: "x", args: ["a", pulumi.output("\ud800")] }],
  ["args[0]", { cmd: "x", args: Promise.resolve(["a\ud800"]) }],
  ["cmd", { cmd: "x a\ud800b" }],
  ["script", { script: pulumi.output("echo").apply((word) => `${word} \ud800`) }],
  ["env.BAD", { cmd: "x", env: { BAD: "a\ud800" } }],
  ["env.BAD", { cmd: "x", env: pulumi.output({ BAD: "a\ud800" }) }],
  ["env.BAD", { cmd: "x", env: { BAD: pulumi.secret("a\ud800"), GOOD: "a" } }],
  ["cwd", { cmd: "x", cwd: "/a\ud800" }],
])("half of a surrogate pair in %s is refused there, not lost", async (property, args) => {
  expect(await refusals(args)).toEqual([{ property, reason: half }]);
});

test("all halves of a job are refused at once", async () => {
  const failures = await refusals({
    cmd: "x",
    args: ["\ud800", "😀", "\udc00a"],
    env: { A: "\udfff" },
  });
  expect(failures.map(({ property }) => property)).toEqual(["args[0]", "args[2]", "env.A"]);
});

test("a name, and a row of a sweep, with half of a surrogate pair is refused in the program", () => {
  expect(() => new HeadlessSession("a\ud800", { image })).toThrow("half of a surrogate pair");
  const sweep = (name: string, word: string) =>
    new Sweep(name, { over: grid({ word: [word] }), image, job: () => ({}) });
  expect(() => sweep("s", "a\udc00")).toThrow("over[0] has half of a surrogate pair");
  expect(() => sweep("s\udc00", "a")).toThrow("a name must not be empty");
});

describe("wireForm", () => {
  test("has the digits of each bigint", async () => {
    const id = 4295806720038285056n;
    expect(wireForm({ args: [id, 1], env: { A: id } })).toEqual({
      args: [String(id), 1],
      env: { A: String(id) },
    });
    const later = wireForm(pulumi.output([id]));
    expect(await new Promise((resolve) => later.apply(resolve))).toEqual([String(id)]);
  });

  test("leaves all that is well formed as it is", () => {
    const args = { image, args: ["😀", 1, true], env: { A: "é" }, triggers: [{ a: null }] };
    expect(wireForm(args)).toBe(args);
  });

  test("keeps a secret secret, and an unknown unknown", async () => {
    const { env } = wireForm({ env: pulumi.secret({ A: "a" }) });
    expect(await pulumi.isSecret(env)).toBe(true);
  });
});
