import { digestsByInput, hasSecret, leftOut, tellableOf } from "../../../cli/crate/tellable";
import type { JobInputs } from "../../../provider/job/inputs";

/** As a state file has a secret. */
const secret = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext: "v1:abc",
};
const inputs = (given: Record<string, unknown>) => given as unknown as Partial<JobInputs>;

describe("tellableOf", () => {
  test("tells a command as its process gets it", () => {
    const { command } = tellableOf(inputs({ cmd: "python3 'my fit.py'", args: ["--sigma", "5"] }));
    expect(command).toEqual(["python3", "my fit.py", "--sigma", "5"]);
    expect(tellableOf(inputs({ script: "echo $1", args: ["a"] })).command).toEqual([
      ...["bash", "-c", "echo $1", "script", "a"],
    ]);
    expect(tellableOf(inputs({ image: "x" }))).toEqual({});
  });

  test("tells outputs by their paths, and patterns apart from files that are called so", () => {
    const declared = ["/arc/home/a/[x].fits", { path: "/arc/home/a/b.fits", minBytes: 1 }];
    const pattern = { path: "/arc/home/a/*.fits", count: 3 };
    expect(tellableOf(inputs({ outputs: [...declared, pattern] }))).toEqual({
      outputs: ["/arc/home/a/[x].fits", "/arc/home/a/b.fits"],
      patterns: ["/arc/home/a/*.fits"],
    });
  });

  test("leaves out what is secret, in whole or in part", () => {
    expect(tellableOf(inputs({ cmd: secret, args: ["a"] })).command).toEqual([leftOut, "a"]);
    expect(tellableOf(inputs({ script: secret })).command).toEqual([leftOut]);
    expect(tellableOf(inputs({ cmd: "fit", args: secret })).command).toEqual(["fit", leftOut]);
    expect(tellableOf(inputs({ cmd: "fit", args: ["a", secret] })).command).toEqual([
      ...["fit", "a", leftOut],
    ]);
    expect(tellableOf(inputs({ cwd: secret, outputs: ["/arc/home/a", secret] }))).toEqual({
      cwd: leftOut,
    });
  });

  test("tells plain variables, and of secret ones no more than their names", () => {
    const env = { SIGMA: "5", API_TOKEN: "plain-but-not-public", DB_PASSWORD: "x", BAND: secret };
    const untrackedEnv = { THREADS: "4" };
    expect(tellableOf(inputs({ env, untrackedEnv, secretEnv: { KEY: "decrypted" } })).env).toEqual({
      ...{ SIGMA: "5", THREADS: "4" },
      ...{ API_TOKEN: leftOut, DB_PASSWORD: leftOut, BAND: leftOut, KEY: leftOut },
    });
    expect(tellableOf(inputs({ env: secret, secretEnv: secret }))).toEqual({});
  });
});

test("hasSecret finds one at any depth, and takes nothing else for one", () => {
  expect(hasSecret({ a: [{ b: secret }] })).toBe(true);
  expect(hasSecret({ a: [{ b: "v1:abc" }], c: null, d: undefined })).toBe(false);
});

describe("digestsByInput", () => {
  test("has one for each input that makes the job another one, the same for the same value", () => {
    const one = digestsByInput({
      image: "i:1",
      cmd: "fit",
      args: ["1"],
      cores: 2,
      after: ["b", "a"],
    });
    const other = digestsByInput({
      image: "i:1",
      cmd: "fit",
      args: ["2"],
      ram: 4,
      after: ["a", "b"],
    });
    expect(Object.keys(one)).toEqual(["image", "cmd", "args", "after"]);
    expect(Object.keys(one).filter((name) => one[name] !== other[name])).toEqual(["args"]);
  });

  test("has none of what is secret, encrypted or masked, by which it could be guessed", () => {
    const masked = digestsByInput({ cmd: "fit", args: leftOut, env: { A: leftOut } });
    const encrypted = digestsByInput({ cmd: "fit", args: secret, env: { A: secret } });
    const names = digestsByInput({ cmd: "fit", secretEnv: { KEY: "1234" } });
    expect([masked, encrypted, names].map((one) => Object.keys(one))).toEqual([
      ...[["cmd"], ["cmd"], ["cmd"]],
    ]);
  });
});
