// What `check` takes, refuses and says. It is long, because each input has its cases.
import { unknownValue } from "../../../provider/engine/unknown";
import { checkInputs } from "../../../provider/job/inputs";

const identity = "acme/urn:pulumi:prod::survey::skaha:HeadlessSession::night";
const job = { identity, image: "images.canfar.net/skaha/casa:6.5" };

const check = (inputs: Record<string, unknown>, olds: Record<string, unknown> = {}) =>
  checkInputs(olds, { ...job, ...inputs });

describe("checkInputs", () => {
  test.each([
    ["cpu", "write cores"],
    ["memory", "write ram, a number in GiB"],
    ["gpu", "write gpus"],
    ["command", "write cmd, with arguments in args; or script, which bash runs"],
    ["replicas", "write a Sweep: new Sweep(name, { over: replicas(10), ... })"],
    ["timeout", "write maxRunSeconds, in seconds"],
    ["retries", "write retry: { limit: 3 }"],
    ["max_retries", "write retry: { limit: 3 }"],
    ["kind", "write nothing: each job is a headless session"],
    ["depends_on", "write after, a list of jobs"],
    ["imagee", "did you mean image?"],
    ["maxRunSecond", "did you mean maxRunSeconds?"],
    ["constructor", "is it misspelt?"],
    ["whatever", "is it misspelt?"],
  ])("says what %s is called here: %s", (key, hint) => {
    expect(check({ [key]: 2 }).failures).toEqual([
      {
        property: key,
        reason: expect.stringContaining(`is not an input of a HeadlessSession: ${hint}`),
      },
    ]);
  });

  test("stores words as text, fills in defaults and names the job", () => {
    expect(
      check({ cmd: "python a.py", args: ["--n", 20261122, true, 0.1], env: { NIGHT: 3 } }),
    ).toEqual({
      failures: [],
      inputs: {
        ...job,
        cmd: "python a.py",
        args: ["--n", "20261122", "true", "0.1"],
        env: { NIGHT: "3" },
        onRemove: "cancel",
        jobName: expect.stringMatching(/^night-[a-z0-9]{14}$/),
      },
    });
  });

  test("reports all faults at once, each with its property path and what to do", () => {
    const { failures } = check({
      image: "python:3",
      cmd: "echo $HOME",
      args: ["fine", "\u0085", null],
      env: { "1A": "x", HOME: "y", y: 1, SKAHA_JOB_ID: "z", FINE: {} },
      cores: 0,
      ram: "4",
      gpus: 1.5,
      name: "x".repeat(64),
      registryAuth: { username: "a:b", secret: "" },
      triggers: 3,
      onRemove: "keep",
      imge: "misspelt",
    });
    const reasons = Object.fromEntries(failures.map(({ property, reason }) => [property, reason]));
    expect(reasons).toEqual({
      image: expect.stringContaining("registry"),
      cmd: expect.stringContaining('use script: "echo $HOME"'),
      "args[1]": expect.stringContaining("U+0085"),
      "args[2]": "must be a string, a number or a boolean",
      'env["1A"]': expect.stringContaining("letters, digits and _ . -"),
      "env.HOME": expect.stringContaining("another name"),
      "env.y": expect.stringContaining("longer name"),
      "env.SKAHA_JOB_ID": expect.stringContaining("another name"),
      "env.FINE": "must be a string, a number or a boolean",
      cores: expect.stringContaining("at least 1"),
      ram: "must be a number of GiB",
      gpus: "must be a whole number of GPUs",
      name: expect.stringContaining("at most 44 characters"),
      "registryAuth.username": "cannot hold a colon",
      "registryAuth.secret": "is empty",
      triggers: expect.any(String),
      onRemove: 'must be "cancel" or "leave"',
      imge: expect.stringContaining("did you mean image?"),
    });
    expect(failures).toHaveLength(Object.keys(reasons).length);
  });

  test("says of a missing image that it is required", () => {
    expect(checkInputs({}, { identity }).failures).toEqual([
      { property: "image", reason: "is required" },
    ]);
  });

  test("refuses cmd and script together", () => {
    expect(check({ cmd: "a", script: "b" }).failures).toMatchObject([{ property: "script" }]);
  });

  test("refuses causes to retry that contradict those with a limit", () => {
    const retry = (on: string[]) =>
      check({ retry: { limit: { Failed: 1, Deadline: 3 }, on } }).failures;
    expect(retry(["Deadline", "Failed"])).toEqual([]);
    for (const on of [["OutOfMemory"], ["Failed"], ["Failed", "Deadline", "Lost"]]) {
      expect(retry(on)).toEqual([
        {
          property: "retry.on",
          reason: "and limit name different causes: leave `on` out, what limit names is retried",
        },
      ]);
    }
    expect(check({ retry: { limit: 2, on: ["OutOfMemory"] } }).failures).toEqual([]);
  });

  test("refuses a variable that is both plain and secret", () => {
    expect(check({ env: { A: "1" }, secretEnv: { A: "2" } }).failures).toEqual([
      { property: "env.A", reason: "is given twice" },
    ]);
  });

  test("calls a secret variable by the name that the user wrote it under", () => {
    expect(check({ secretEnv: { "1A": "x" } }).failures).toMatchObject([{ property: 'env["1A"]' }]);
  });

  test.each([
    ["args", { cmd: "a", args: Array.from({ length: 3 }, () => "{".repeat(100_000)) }],
    [
      "env",
      {
        cmd: "a",
        env: {
          A: "é".repeat(60_000),
          B: "é".repeat(60_000),
          C: "é".repeat(60_000),
          D: "é".repeat(60_000),
        },
      },
    ],
  ])("refuses in %s what the server would not read at all", (property, inputs) => {
    expect(check(inputs).failures).toEqual([
      {
        property,
        reason: expect.stringMatching(/accepts 2097152: put the large ones into a file/),
      },
    ]);
  });

  test("repeats no value of a secret", () => {
    const { failures } = check({
      secretEnv: { A: "hush\u0000" },
      registryAuth: { username: "", secret: "hush:hush" },
    });
    expect(JSON.stringify(failures)).not.toContain("hush");
  });

  test("refuses a registry secret that the server would split", () => {
    expect(check({ registryAuth: { username: "alice", secret: "a:b" } }).failures).toEqual([
      { property: "registryAuth.secret", reason: "cannot hold a colon" },
    ]);
  });

  test.each([
    ["images.canfar.net/skaha/casa:6.5"],
    ["images.canfar.net/skaha/casa"],
    ["images.canfar.net/my-project/my_image__x.y:latest"],
    ["localhost:5000/a/b/c:1"],
    [`images.canfar.net/skaha/casa@sha256:${"a".repeat(64)}`],
    [`images.canfar.net/skaha/casa:6.5@sha256:${"a".repeat(64)}`],
  ])("takes the image %s", (image) => {
    expect(check({ image }).failures).toEqual([]);
  });

  test.each([
    "",
    "python:3",
    "skaha/casa:6.5",
    "images.canfar.net",
    "images.canfar.net/",
    "a b/c",
    3,
  ])("refuses the image %j", (image) => {
    expect(check({ image }).failures).toMatchObject([{ property: "image" }]);
  });

  test.each([
    [{ args: [""] }],
    [{ args: ["a\tb\nc", "日本 😀", "y", "0o17", "$HOME"] }],
    [{ env: { A: "", _: "x", a1: "\n" } }],
    [{ cmd: "python -c 'print(1 > 0)'" }],
    [{ script: "echo $HOME | tee x\n" }],
    [{ cores: 1.5, ram: 4.5, gpus: 0 }],
    [{ cores: 1, ram: 1, gpus: 28 }],
    [{ name: "x".repeat(44) }],
    [{ name: "a" }],
    [{ triggers: [1, { a: null }, "x"] }],
    [{ registryAuth: { username: "alice", secret: "é ü" } }],
    [{ __provider: "exports.handler=..." }],
    [{ cmd: null, args: null, env: null, cores: null }],
  ])("refuses nothing of %j", (inputs) => {
    expect(check(inputs).failures).toEqual([]);
  });

  test.each(["-a", "a-", "A", "a_b", "", "a.b"])("refuses the name %j", (name) => {
    expect(check({ name }).failures.map(({ property }) => property)).toContain("name");
  });

  test.each([
    ["cmd"],
    ["script"],
    ["args"],
    ["env"],
    ["secretEnv"],
    ["cores"],
    ["ram"],
    ["gpus"],
    ["image"],
    ["name"],
    ["triggers"],
    ["registryAuth"],
    ["onRemove"],
    ["identity"],
  ])("lets %s pass while a preview does not know it", (key) => {
    const { failures, inputs } = check({ [key]: unknownValue });
    expect(failures).toEqual([]);
    expect(inputs[key]).toBe(unknownValue);
  });

  test.each([
    [{ args: ["a", unknownValue] }],
    [{ env: { A: unknownValue } }],
    [{ secretEnv: { A: unknownValue } }],
    [{ registryAuth: { username: unknownValue, secret: unknownValue } }],
    [{ triggers: [{ deep: [unknownValue] }] }],
  ])("lets %j pass, where only a part is unknown", (inputs) => {
    expect(check(inputs).failures).toEqual([]);
  });

  test.each([
    ["cmd", true],
    ["triggers", true],
    ["name", true],
    ["identity", true],
    ["cores", false],
    ["registryAuth", false],
  ])("with an unknown %s the job's name is unknown: %s", (key, isUnknown) => {
    expect(check({ [key]: unknownValue }).inputs.jobName === unknownValue).toBe(isUnknown);
  });

  test("still finds the other faults where something is unknown", () => {
    expect(check({ cmd: unknownValue, cores: 0 }).failures).toMatchObject([{ property: "cores" }]);
  });

  describe("what is too large", () => {
    test("a variable, with its name and the = between, for one word of Linux", () => {
      const env = (length: number) => check({ env: { AB: "x".repeat(length) } }).failures;
      expect(env(131_068)).toEqual([]);
      expect(env(131_069)).toMatchObject([{ property: "env.AB" }]);
    });

    test("many short words, each of which takes eight bytes more", () => {
      const args = (count: number) => check({ args: Array(count).fill("a") }).failures;
      expect(args(190_000)).toEqual([]);
      expect(args(200_000)).toMatchObject([
        { property: "args", reason: expect.stringContaining("as Linux needs them") },
      ]);
    });

    test("what leaves no room for the wrapper of a recorded command", () => {
      const args = Array(20).fill("é".repeat(11_500)); // each letter takes 9 bytes of the form
      const { failures } = check({ cmd: "x", args, record: "/arc/projects/x" });
      expect(failures).toMatchObject([
        { property: "args", reason: expect.stringContaining("as Skaha needs them") },
      ]);
    });
  });

  test.each(["cwd", "record", "outputs"])("refuses a %s that would not arrive as it is", (key) => {
    const path = "/arc/a\u0085b";
    expect(check({ cmd: "x", [key]: key === "outputs" ? [path] : path }).failures).toMatchObject([
      {
        property: key === "outputs" ? "outputs[0]" : key,
        reason: expect.stringContaining("U+0085"),
      },
    ]);
  });

  test.each([...' \u00a0\t#?%[]{}|\\^"<>`'])(
    "refuses a record with %j, which the service behind /arc cannot read, and names it",
    (character) => {
      const { failures } = check({ cmd: "x", record: `/arc/projects/a${character}b` });
      const named =
        character.trim() === "" ? "a blank" : character === "`" ? "a backtick" : character;
      expect(failures).toMatchObject([
        { property: "record", reason: expect.stringContaining(`must not hold ${named}: `) },
      ]);
    },
  );

  test("takes a record whose characters that service reads", () => {
    const record = "/arc/home/alice/ünï-日本/a;b=c&d+e,f:g@h!i'j(k)*l~m$n";
    expect(check({ cmd: "x", record }).failures).toEqual([]);
  });

  test("refuses the one name that would be passed over in silence", () => {
    const env = JSON.parse('{"__proto__": "x", "A": "1"}');
    for (const key of ["env", "secretEnv"]) {
      expect(check({ [key]: env }).failures).toMatchObject([{ property: "env.__proto__" }]);
    }
  });

  describe("the job's name", () => {
    const old = check({ cmd: "a", secretEnv: { KEY: "1" } }).inputs;

    test("stays in another place of the program, or stack", () => {
      const moved = check(
        { cmd: "a", secretEnv: { KEY: "2" }, identity: "other/urn:pulumi:x::y::z::w" },
        old,
      );
      expect(moved.inputs.jobName).toBe(old.jobName);
    });

    test("stays when the size or the handling changes", () => {
      const resized = check(
        { cmd: "a", secretEnv: { KEY: "1" }, cores: 4, ram: 8, onRemove: "leave" },
        old,
      );
      expect(resized.inputs.jobName).toBe(old.jobName);
    });

    test("stays whatever an older release made of the place", () => {
      const named = { ...old, jobName: "made-otherwise-abcdef12345678" };
      expect(check({ cmd: "a", secretEnv: { KEY: "1" } }, named).inputs.jobName).toBe(
        named.jobName,
      );
    });

    test("changes with what runs", () => {
      const changed = check({ cmd: "b", secretEnv: { KEY: "1" } }, old);
      expect(changed.inputs.jobName).not.toBe(old.jobName);
    });

    test("is what a replacement, which sees no old inputs, computes too", () => {
      const inputs = { cmd: "b", secretEnv: { KEY: "1" } };
      expect(check(inputs, old).inputs.jobName).toBe(check(inputs, {}).inputs.jobName);
    });

    test("changes with the name that the user chose, and only then", () => {
      const named = check({ name: "one" }).inputs;
      expect(check({ name: "one" }, named).inputs.jobName).toBe(named.jobName);
      expect(check({ name: "two" }, named).inputs.jobName).toMatch(/^two-/);
      expect(check({}, named).inputs.jobName).toBe(named.jobName);
    });
  });
});

describe("files", () => {
  const digests = new Map<string, string>([["a.py", "1"]]);
  const contentsOf = (files: readonly string[]) => ({ digest: digests.get(files[0] ?? "") ?? "?" });
  const checked = (files: unknown, olds: Record<string, unknown> = {}) =>
    checkInputs(olds, { ...job, cmd: "x", files }, { contentsOf });

  test("are part of what runs by their contents: not by their paths, and not where there are none", () => {
    const { inputs } = checked(["a.py"]);
    expect(inputs).toMatchObject({ files: ["a.py"], filesDigest: "1" });
    digests.set("elsewhere/a.py", "1");
    expect(checked(["elsewhere/a.py"], inputs).inputs.jobName).toBe(inputs.jobName);
    digests.set("a.py", "2");
    expect(checked(["a.py"], inputs).inputs.jobName).not.toBe(inputs.jobName);
    const without = check({ cmd: "x" }).inputs;
    expect(checked(undefined).inputs).toEqual(without);
    expect(checked([]).inputs.jobName).toBe(without.jobName);
  });

  test("make the id unknown while a preview does not know which they are", () => {
    const { inputs } = checked(["a.py", unknownValue]);
    expect(inputs).toMatchObject({ filesDigest: unknownValue, jobName: unknownValue });
  });

  test("have a digest that nobody writes by hand", () => {
    expect(check({ cmd: "x", filesDigest: "1" }).inputs).not.toHaveProperty("filesDigest");
  });

  test.each([
    ["a.py", "files", 'must be a list of files and folders, like ["search.py", "lib/"]'],
    [[""], "files[0]", "is empty"],
    [[1], "files[0]", "must be a path"],
  ])("%j is refused", (files, property, reason) => {
    expect(checked(files).failures).toEqual([{ property, reason }]);
  });

  test("need a command, and what is wrong with one of them is told with its place", () => {
    expect(check({ files: ["a.py"] }).failures).toEqual([
      { property: "files", reason: expect.stringContaining("needs cmd or script") },
    ]);
    const broken = () => ({ index: 1, reason: "cannot be read" });
    const { failures } = checkInputs(
      {},
      { ...job, cmd: "x", files: ["a", "b"] },
      { contentsOf: broken },
    );
    expect(failures).toEqual([{ property: "files[1]", reason: "cannot be read" }]);
  });
});

describe("outputs", () => {
  const path = "/arc/projects/survey/tile-*.fits";
  const outputs = (...all: unknown[]) => check({ cmd: "x", outputs: all });

  test("may say more than that a file is there, and mix with those that do not", () => {
    const rule = { path, count: 3, minBytes: 2880, newerThanStart: true, check: 'fitscheck "$@"' };
    const { inputs, failures } = outputs("/arc/a", rule, { path });
    expect(failures).toEqual([]);
    expect(inputs.outputs).toEqual(["/arc/a", rule, { path }]);
    const several = ["/arc/a?", "/arc/a[0-9]", "/arc/a[*]-*"].map((path) => ({ path, count: 2 }));
    expect(outputs(...several, { path: "/arc/a", count: 1 }).failures).toEqual([]);
    expect(inputs.jobName).toBe(check({ cmd: "x" }).inputs.jobName);
  });

  const kinds =
    "must be a path under /arc, or a map like {path: /arc/projects/survey/m31.fits, minBytes: 2880}";
  test.each<[unknown, string]>([
    ["tile.fits", "must be a path under /arc, like /arc/projects/survey/.jobs"],
    [3, kinds],
    [null, kinds],
    [{}, "has path, which must be a path"],
    [{ path: "tile.fits" }, "must be a path under /arc, like /arc/projects/survey/.jobs"],
    [{ path, count: 0 }, "must be at least 1"],
    [{ path: "/arc/a", count: 2 }, "is 2, but the path has no pattern: it is one file"],
    [{ path: "/arc/a[*]", count: 2 }, "but the path has no pattern"],
    [{ path, minBytes: 1.5 }, "has minBytes, which must be a whole number of bytes"],
    [{ path, newerThanStart: "yes" }, "has newerThanStart, which must be true or false"],
    [{ path, check: "" }, "is empty: leave it out"],
    [{ path, check: "a\0b" }, "holds the control character U+0000"],
    [{ path, size: 3 }, "has no key size"],
  ])("%j is refused: %s", (output, reason) => {
    expect(outputs("/arc/a", output).failures).toEqual([
      { property: expect.stringMatching(/^outputs\[1\]/), reason: expect.stringContaining(reason) },
    ]);
  });

  test("that have to be newer than the start are never there before it", () => {
    const rule = { path, newerThanStart: true };
    expect(check({ cmd: "x", outputs: [rule], skipIfOutputs: true }).failures).toEqual([
      {
        property: "skipIfOutputs",
        reason:
          "and newerThanStart of outputs exclude each other: before the start no file is newer",
      },
    ]);
  });
});
