import fc from "fast-check";
import { admit } from "../../embedded/launch/kubernetes";
import { translate } from "../../embedded/launch/launch";
import { Parameters } from "../../embedded/launch/parameters";
import { expandEnv, expandReferences } from "../../embedded/runners/kubelet";
import {
  encodeArgument,
  encodeCommand,
  encodeWord,
  longestWordBytes,
  whyUnsendable,
} from "../../provider/skaha/encoding";

type Pair = readonly [string, string];

/** What a process gets of a POST: the server's translation, then the kubelet's expansion. */
function arrives(command: string | undefined, args: string[], env: Record<string, string>) {
  const encoded = encodeCommand(command, args, env);
  const parameters: Pair[] = [
    ["name", "x"],
    ["image", "images.canfar.net/skaha/terminal:1.1.2"],
    ...(encoded.cmd === undefined ? [] : [["cmd", encoded.cmd] as const]),
    ...(encoded.args === undefined ? [] : [["args", encoded.args] as const]),
    ...encoded.env.map((variable) => ["env", variable] as const),
  ];
  const size = { default: 1, defaultRequest: 1, defaultLimit: 1, options: [1] };
  const { job } = translate(new Parameters(parameters), {
    context: { cores: size, memoryGB: size, gpus: { options: [] }, maxInteractiveSessions: "5" },
    registries: ["images.canfar.net"],
    gpuEnabled: false,
    interactiveSessions: 0,
    user: "alice",
    host: "127.0.0.1",
    sessionId: "abcd1234",
    judgeImage: () => "public",
    registryAuth: undefined,
  });
  const variables = expandEnv(job.env);
  const argv = [...(job.command ?? []), ...(job.args ?? [])];
  const { SKAHA_EMPTY: empty, ...own } = Object.fromEntries(variables);
  return { argv: argv.map((word) => expandReferences(word, variables)), env: own, empty };
}

/** Whether a word passes the server's YAML unchanged without any encoding. */
function survives(text: string): boolean {
  const container = { image: null, command: [text], args: null, env: [] };
  try {
    return admit(container, { label: "x", hostname: "x" }).command?.[0] === text;
  } catch {
    return false;
  }
}

/** Whatever a process can be given at all. */
const word = fc
  .oneof(
    fc.string({ unit: "binary", maxLength: 12 }),
    fc.string({ unit: "grapheme", maxLength: 12 }),
    fc.string({
      unit: fc.constantFrom(
        ..."$(){}\\\"'`= \t\n\r#&*!|<>%@~?[];:,.-+_/09xoebynYNaA",
        ...["$$", "$(", "$(HOME)", "\\\\x24", "${", "\u00a0", "\u2028", "\ufeff", "é", "日", "😀"],
      ),
      maxLength: 16,
    }),
    fc.string({ unit: fc.constantFrom(..."+-._0179oxbeEyYnNAf"), maxLength: 6 }),
  )
  .filter((text) => whyUnsendable(text) === undefined);

const variableName = fc
  .stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/)
  .filter((name) => !/^([yYnN]|null|Null|NULL)$/.test(name) && name !== "SKAHA_EMPTY");

describe("encodeArgument", () => {
  test("leaves a plain option as it is", () => {
    expect(encodeArgument("--param=3")).toBe("--param=3");
    expect(encodeArgument("--title=a b")).toBe("--title=a\\\\x20b");
    expect(encodeArgument("a\\x3d")).toBe("a\\\\x5cx3d");
  });
});

describe("encodeWord", () => {
  // The table of docs/skaha-api.md 2.4.
  test.each([
    ['echo "$HOME"', "echo\\\\x20\\\\x22\\\\x24\\\\x24HOME\\\\x22"],
    ["a\\b", "a\\\\x5cb"],
    ["a  b", "a\\\\x20\\\\x20b"],
    ["$(date)", "\\\\x24\\\\x24\\\\x28date\\\\x29"],
    ["x=y=z", "x\\\\x3dy\\\\x3dz"],
    [" lead and trail ", "\\\\x20lead\\\\x20and\\\\x20trail\\\\x20"],
    [
      '{"a": [1, "b\\"c"]}',
      "\\\\x7b\\\\x22a\\\\x22:\\\\x20\\\\x5b1,\\\\x20\\\\x22b\\\\x5c\\\\x22c\\\\x22\\\\x5d\\\\x7d",
    ],
    ["😀", "\\\\U0001f600"],
    ["日", "\\\\u65e5"],
    ["é", "\\\\xe9"],
    ["a\nb", "a\\\\x0ab"],
    ["", "\\"],
  ])("writes %j as %j", (plain, encoded) => {
    expect(encodeWord(plain)).toBe(encoded);
  });

  test.each(["--verbose", "a.b_c/d-e,f@g%h+i", "3", "-4", "0.5", "true", "v1.5.2"])(
    "leaves %j as it is",
    (plain) => {
      expect(encodeWord(plain)).toBe(plain);
    },
  );

  test.each(["y", "Y", "n", "N", "0o17", "-09", "+09", "-_1", "+0_", "9e3_", "-0e6_"])(
    "guards %j, which the server's YAML takes for another type",
    (plain) => {
      expect(encodeWord(plain)).toBe(`\\\\x24(SKAHA_EMPTY)${plain}`);
    },
  );

  test("guards every short word of a number's characters that would not arrive as it is", () => {
    const broken: string[] = [];
    const look = (text: string, more: number): void => {
      if (text && encodeWord(text) === text && !survives(text)) broken.push(text);
      if (more > 0) for (const next of "+-._019oxbeEA") look(text + next, more - 1);
    };
    look("", 5);
    expect(broken).toEqual([]);
  });

  test("makes ASCII without blanks, quotes or equals signs of every word", () => {
    fc.assert(
      fc.property(word, (text) => {
        expect(encodeWord(text)).toMatch(/^[A-Za-z0-9_./,:@%+()\\-]+$/);
      }),
    );
  });
});

describe("encodeCommand", () => {
  test("hands every argument and variable to the process unchanged", () => {
    fc.assert(
      fc.property(
        word,
        fc.array(word, { maxLength: 5 }),
        fc.dictionary(variableName, word, { maxKeys: 4, noNullPrototype: true }),
        (command, args, env) => {
          const { argv, env: variables } = arrives(command, args, env);
          expect(argv).toEqual([command, ...args]);
          expect(variables).toEqual(env);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test.each([
    'a "b" $HOME \\ c=d',
    "x=y=z",
    "y",
    "n",
    "0o17",
    "-09",
    "9e3_",
    "$(SKAHA_EMPTY)",
    "$$",
    "\\",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what users write
    "${skaha.userid}",
    "",
    " ",
    "~",
    "null",
    "=",
    "2026-11-22",
    "12:30:45",
    "0x1F",
    "1_000",
    ".5",
    "1e5",
    "<<",
    "\ufeff",
    "\r",
  ])("hands %j over, as the program, an argument and a variable", (text) => {
    expect(arrives(text, [text, text], { VALUE: text })).toMatchObject({
      argv: [text, text, text],
      env: { VALUE: text },
    });
  });

  test("defines the empty variable only where a guard needs it", () => {
    expect(encodeCommand("sh", ["-c", "true"], { A: "no" }).env).toEqual(["A=no"]);
    expect(encodeCommand("sh", ["n"], { A: "b" }).env).toEqual(["SKAHA_EMPTY=\\", "A=b"]);
  });

  test("sends no cmd and no args where there are none", () => {
    expect(encodeCommand(undefined, [], {})).toEqual({ env: [] });
    expect(encodeCommand(undefined, ["a", ""], {})).toEqual({ args: "a \\", env: [] });
  });

  test("keeps a last argument that is empty", () => {
    expect(arrives("printf", ["%s", "", ""], {}).argv).toEqual(["printf", "%s", "", ""]);
  });
});

describe("whyUnsendable", () => {
  test.each([
    ["\u0001", "U+0001"],
    ["a\u001b[0m", "U+001B"],
    ["\u007f", "U+007F"],
    ["\u0085", "U+0085"],
    ["\u0000", "U+0000"],
    ["\ud800", "U+D800"],
    ["\uffff", "U+FFFF"],
  ])("names what cannot arrive in %j", (text, name) => {
    expect(whyUnsendable(text)).toContain(name);
  });

  test.each(["a\tb\nc\r", "\u00a0", "\u2028", "😀", "\ufeff", "\ufffd"])("lets %j pass", (text) => {
    expect(whyUnsendable(text)).toBeUndefined();
  });

  test("refuses nothing but what would arrive changed", () => {
    const sendable = fc.string({ unit: "binary", maxLength: 4 });
    fc.assert(
      fc.property(sendable, (text) => {
        // Noncharacters of the astral planes do pass the server, and U+0085 does beside some others;
        // refusing them costs nobody anything.
        const harmless = /[\p{Noncharacter_Code_Point}\u0085]/u.test(text);
        if (whyUnsendable(text) === undefined || harmless) return;
        let arrived: string | undefined;
        try {
          arrived = arrives("echo", [text], {}).argv[1];
        } catch {
          arrived = undefined;
        }
        expect(arrived).not.toBe(text);
      }),
    );
  });

  test("refuses a word that Linux would start no process with", () => {
    expect(whyUnsendable("x".repeat(longestWordBytes))).toBeUndefined();
    expect(whyUnsendable("é".repeat(longestWordBytes))).toContain("/arc");
  });
});
