// How words travel. It is long, because each kind of text that one of the parsers on the way alters is a case of its own.
import fc from "fast-check";
import { admit } from "../../../embedded/launch/kubernetes";
import { translate } from "../../../embedded/launch/launch";
import { Parameters } from "../../../embedded/launch/parameters";
import { expandEnv, expandReferences } from "../../../embedded/runners/kubelet";
import {
  encodeArgument,
  encodeCommand,
  encodeValue,
  encodeWord,
  formBytes,
  isEncodingVariable,
  longestWordBytes,
  mostFormBytes,
  whyUnsendable,
  whyUnsendableName,
} from "../../../provider/skaha/encoding";

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
  const own = [...variables].filter(([name]) => !isEncodingVariable(name));
  return {
    argv: argv.map((word) => expandReferences(word, variables)),
    env: Object.fromEntries(own),
  };
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

/** As the server's golden facts have them: they arrive in values of variables. */
const onlyInValues = [
  ..."\u0001\u0007\u0008\u000b\u000c\u001b\u001f\u007f\u0080\u0084\u0086\u009b\u009f\ufffe\uffff",
];

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
    fc.string({ unit: fc.constantFrom(...onlyInValues, ..."$()n \t"), maxLength: 8 }),
  )
  .filter((text) => whyUnsendable(text) === undefined);

const variableName = fc
  .oneof(
    fc.stringMatching(/^[-._A-Za-z][-._A-Za-z0-9]{0,8}$/),
    fc.constantFrom("NO", "no", "On", "off", "TRUE", "false", "null", "Null", "NULL", "A.B", "-a"),
  )
  .filter((name) => whyUnsendableName(name) === undefined);

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
    ["a\u001b[0m", "a\\\\x24(SKAHA_U001B)\\\\x5b0m"],
    ["\uffff", "\\\\x24(SKAHA_UFFFF)"],
    ["\u{1fffe}", "\\\\U0001fffe"],
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
    ...onlyInValues,
    "a\u001b[0mb",
    "$(SKAHA_U001B)\u001b",
    "\u{1fffe}\u{1ffff}\u{10fffe}\u{10ffff}",
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

  test("defines a variable for each character that only a value can hold, once, before the user's", () => {
    expect(encodeCommand("a\u001b", ["\u001b\u0007", "b"], { A: "b" })).toEqual({
      cmd: "a\\\\x24(SKAHA_U001B)",
      args: "\\\\x24(SKAHA_U001B)\\\\x24(SKAHA_U0007) b",
      env: ["SKAHA_U0007=\\\\x07", "SKAHA_U001B=\\\\x1b", "A=b"],
    });
  });

  test("holds such a character in a variable's own value as it is", () => {
    expect(encodeCommand("x", [], { A: "\u001b" }).env).toEqual(["A=\\\\x1b"]);
    expect(encodeValue("\u001b$n")).toBe("\\\\x1b\\\\x24\\\\x24n");
  });

  test.each([
    ..."yes Yes YES no No NO on On ON off Off OFF true True TRUE false False FALSE".split(" "),
    ...["null", "Null", "NULL", "A.B", "A-B", "-a", ".a", "_", "nO", "-", "-1"],
  ])("hands over a variable of the name %s", (name) => {
    expect(whyUnsendableName(name)).toBeUndefined();
    expect(arrives("x", [], { [name]: "n" }).env).toEqual({ [name]: "n" });
  });

  test("sends no cmd and no args where there are none", () => {
    expect(encodeCommand(undefined, [], {})).toEqual({ env: [] });
    expect(encodeCommand(undefined, ["a", ""], {})).toEqual({ args: "a \\", env: [] });
  });

  test("keeps a last argument that is empty", () => {
    expect(arrives("printf", ["%s", "", ""], {}).argv).toEqual(["printf", "%s", "", ""]);
  });
});

describe("mostFormBytes", () => {
  const envs = fc.dictionary(variableName, word, { maxKeys: 4, noNullPrototype: true });
  const isBound = (command: string | undefined, args: string[], env: Record<string, string>) =>
    formBytes(encodeCommand(command, args, env)) <= mostFormBytes(command, args, env);

  test("is never less than what a command takes", () => {
    const commands = fc.option(word, { nil: undefined });
    fc.assert(fc.property(commands, fc.array(word, { maxLength: 5 }), envs, isBound), {
      numRuns: 1_000,
    });
  });

  test.each([...onlyInValues, "$", "日", "😀", "\u{1fffe}", "n", "-09", '"', "%", "="])(
    "nor of many words of %j",
    (text) => {
      const many = Array.from({ length: 5_000 }, () => text);
      expect(isBound(text, many, { NO: text.repeat(5_000) })).toBe(true);
      expect(isBound(undefined, [text.repeat(5_000)], {})).toBe(true);
    },
  );

  test("nor of all characters that only values can hold", () => {
    const all = Array.from({ length: 0x110000 }, (_, code) => code)
      .filter((code) => code > 0 && code !== 0x85 && (code < 0xd800 || code > 0xdfff))
      .filter((code) => code < 0x100 || (code & 0xfffe) === 0xfffe)
      .map((code) => String.fromCodePoint(code));
    expect(isBound("", all, {})).toBe(true);
    expect(isBound("", [], Object.fromEntries(all.map((one, index) => [`V${index}`, one])))).toBe(
      true,
    );
  });
});

describe("whyUnsendableName", () => {
  test.each(["", "1A", "A B", "é", "A=B", ".", "..", "..a", "y", "Y", "n", "N", "-09", "a\n"])(
    "refuses %j",
    (name) => {
      expect(whyUnsendableName(name)).toMatch(/^is (not )?a name that/);
    },
  );
});

describe("whyUnsendable", () => {
  test.each([
    ["\u0085", "turns into a line break"],
    ["a\u0000", "U+0000"],
    ["\ud800", "half of a surrogate pair, U+D800"],
    ["😀\udfff", "half of a surrogate pair, U+DFFF"],
    ["a\0U+D800b", "half of a surrogate pair, U+D800"],
    ["\0U+0041", "U+0000"],
  ])("names what cannot arrive in %j", (text, name) => {
    expect(whyUnsendable(text)).toContain(name);
  });

  test.each(["a\tb\nc\r", "\u00a0", "\u2028", "😀", "\ufeff", "\ufffd", "\u{1fffe}"])(
    "lets %j pass",
    (text) => {
      expect(whyUnsendable(text)).toBeUndefined();
    },
  );

  test("refuses nothing but what would arrive changed", () => {
    const texts = fc.string({ unit: fc.constantFrom(..."\0\u0085ab\u001b\n"), maxLength: 4 });
    fc.assert(
      fc.property(texts, (text) => {
        // U+0085 does pass beside some others, which nobody could remember.
        if (whyUnsendable(text) === undefined || /\u0085/.test(text)) return;
        let arrived: string | undefined;
        try {
          arrived = arrives("echo", [text], {}).argv[1];
        } catch {
          arrived = undefined;
        }
        // execve takes what is before the NUL
        expect(arrived?.split("\0")[0]).not.toBe(text);
      }),
    );
  });

  test("refuses a word that Linux would start no process with", () => {
    expect(whyUnsendable("x".repeat(longestWordBytes))).toBeUndefined();
    expect(whyUnsendable("é".repeat(longestWordBytes))).toContain("/arc");
  });
});
