// Random launches, end to end: what a user wrote goes through `check` and `create` over HTTP to the embedded
// server, and what the process would get there is held against what was written, not against what the
// provider made of it. It is long, because what is written and what arrives are told in one place.
import fc from "fast-check";
import { expandEnv, expandReferences } from "../../embedded/runners/kubelet";
import type { SkahaProvider } from "../../provider/runtime";
import { isEncodingVariable } from "../../provider/skaha/encoding";
import { image } from "../world/job";
import { type World, world } from "../world/world";
import { sendableTexts, unsendableTexts, values } from "./corpus";
import { assertReadable } from "./readable";

type Props = Record<string, unknown>;

/** A launch as a user writes it, and what its process shall see. */
export interface Written {
  readonly inputs: Props;
  /** The command's own words, without `args`; undefined where the image's entrypoint runs. */
  readonly command: readonly string[] | undefined;
  /** Nothing in it may be refused. */
  readonly isPlain: boolean;
}

/** Names that a shell hands on too, also those that YAML 1.1 takes for something else. */
export const variableName = fc
  .oneof(
    { arbitrary: fc.stringMatching(/^[A-Z][A-Z0-9_]{2,6}$/), weight: 4 },
    { arbitrary: fc.constantFrom("NO", "no", "Yes", "ON", "off", "TRUE", "false"), weight: 1 },
    { arbitrary: fc.constantFrom("null", "Null", "NULL", "_", "a", "Ab_1"), weight: 1 },
  )
  .filter((name) => name !== "PWD");
/** Names that Kubernetes takes and a shell does not. */
export const oddName = fc.oneof(
  fc.constantFrom("A.B", "A-B", "-a", ".a", "-"),
  fc.stringMatching(/^[a-zA-Z-][-._a-zA-Z]{2,6}$/),
);

/** Any code point, halves of surrogate pairs too, and often what is seldom met. */
const wholeUnicode = fc.string({
  unit: fc.oneof(
    { arbitrary: fc.integer({ min: 0, max: 0x10ffff }).map(String.fromCodePoint), weight: 6 },
    { arbitrary: fc.integer({ min: 1, max: 0xff }).map(String.fromCodePoint), weight: 12 },
    { arbitrary: fc.constantFrom(..."\ufffe\uffff\ufeff\u2028\ufdd0\u00ad"), weight: 3 },
    {
      arbitrary: fc
        .tuple(fc.integer({ min: 0, max: 16 }), fc.constantFrom(0xfffe, 0xffff))
        .map(([plane, last]) => String.fromCodePoint(plane * 0x10000 + last)),
      weight: 2,
    },
    { arbitrary: fc.constantFrom("\0", "\u0085", "\ud800", "\udfff"), weight: 1 },
  ),
  maxLength: 10,
});

const anyText = fc.oneof(
  fc.constantFrom(...sendableTexts.filter((text) => text.length < 5_000)),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc
    .array(fc.constantFrom(...sendableTexts.filter((text) => text.length < 100)), { maxLength: 4 })
    .map((parts) => parts.join("")),
);
/** By test/golden/real-differences.json: all characters but three kinds reach a process. */
const arrives = (text: string) => !/[\0\u0085\p{Cs}]/u.test(text);
export const sendable = anyText.filter(arrives);
const plainWord = fc.oneof(
  { arbitrary: sendable, weight: 6 },
  {
    // beyond 2^53 a number may not be what was written, and is refused
    arbitrary: fc
      .oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))
      .filter((number) => !Number.isInteger(number) || Number.isSafeInteger(number)),
    weight: 1,
  },
  { arbitrary: fc.boolean(), weight: 1 },
);
const wildWord: fc.Arbitrary<unknown> = fc.oneof(
  { arbitrary: plainWord, weight: 6 },
  { arbitrary: anyText, weight: 2 },
  { arbitrary: fc.constantFrom(...unsendableTexts, ...sendableTexts), weight: 1 },
  { arbitrary: fc.constantFrom(...values), weight: 1 },
);
const wildName = fc.oneof(
  { arbitrary: variableName, weight: 8 },
  { arbitrary: oddName, weight: 2 },
  { arbitrary: anyText, weight: 1 },
  {
    arbitrary: fc.constantFrom(
      "HOME",
      "PWD",
      "y",
      "-09",
      "1A",
      "SKAHA_U001B",
      "SKAHA_JOB_ID",
      "__proto__",
    ),
    weight: 1,
  },
);

/** `sh` reads each of these as the one word. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** No line break, which has no place in a command line. */
const lineWord = (word: fc.Arbitrary<string>) => word.map((text) => text.replaceAll(/[\n\r]/g, ""));

const commandOf = (word: fc.Arbitrary<string>) =>
  fc.oneof(
    { arbitrary: fc.constant({ inputs: {}, command: undefined }), weight: 1 },
    {
      arbitrary: fc
        .tuple(
          fc.constantFrom("python", "/bin/x", "a b", "é"),
          fc.array(lineWord(word), { maxLength: 3 }),
        )
        .map(([program, words]) => {
          const command = [program, ...words];
          return { inputs: { cmd: command.map(quoted).join(" ") }, command };
        }),
      weight: 4,
    },
    {
      arbitrary: word
        .map((text) => `echo ${text}`)
        .map((script) => ({ inputs: { script }, command: ["bash", "-c", script, "script"] })),
      weight: 2,
    },
  );

const wrapping = (word: fc.Arbitrary<string>) => {
  const file = lineWord(word).map((text) => `/arc/projects/${text.replaceAll("/", "_")}x`);
  return fc.record(
    {
      record: fc.oneof(
        file,
        file.map((text) => text.replaceAll(/[^\p{L}\p{N}/$'();,=&~!*@:+-]/gu, "_")),
      ),
      outputs: fc.array(file, { maxLength: 2 }),
      cwd: lineWord(word).map((text) => `/${text}`),
      maxRunSeconds: fc.integer({ min: 1, max: 1e6 }),
      threads: fc.integer({ min: 1, max: 256 }),
    },
    { requiredKeys: [] },
  );
};

/** Each of them has `/bin/sh` run the command, and so has a path among the outputs. */
const wrappers = ["record", "cwd", "maxRunSeconds", "threads"];

/** What no record may hold. */
const unserved = /[\s\p{Z}\p{Cc}#?%[\]{}|\\^"<>`]/u;

function recordIn(inputs: { readonly record?: string }): string {
  return inputs.record ?? "";
}

function written(
  word: fc.Arbitrary<unknown>,
  text: fc.Arbitrary<string>,
  name: fc.Arbitrary<string>,
  isPlain: (inputs: Props) => boolean,
): fc.Arbitrary<Written> {
  const variables = fc.dictionary(name, word, { maxKeys: 3, noNullPrototype: true });
  return fc
    .record({
      command: commandOf(text),
      wrapped: fc.oneof(
        { arbitrary: fc.constant({}), weight: 3 },
        { arbitrary: wrapping(text), weight: 1 },
      ),
      rest: fc.record(
        {
          args: fc.array(word, { maxLength: 6 }),
          env: variables,
          secretEnv: variables,
          cores: fc.constantFrom(1, 2, 8, 16, 1.5),
          ram: fc.constantFrom(1, 4, 8, 192),
          gpus: fc.constantFrom(0, 1, 4),
          name: fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/),
          triggers: fc.array(fc.jsonValue({ maxDepth: 1 }), { maxLength: 2 }),
        },
        { requiredKeys: [] },
      ),
    })
    .map(({ command, wrapped, rest }) => {
      const { env = {}, secretEnv } = rest;
      const twice = Object.keys(secretEnv ?? {}).filter((key) => Object.hasOwn(env, key));
      const inputs: Props = {
        image,
        ...command.inputs,
        ...(command.command !== undefined && wrapped),
        ...rest,
      };
      const isTaken = twice.length === 0 && !unserved.test(recordIn(wrapped));
      return { command: command.command, isPlain: isTaken && isPlain(inputs), inputs };
    });
}

/** Whether nothing of what a launch holds is changed on its way, so that none of it may be refused. */
function arrivesWhole(inputs: Props): boolean {
  const texts = (value: unknown): string[] => {
    if (typeof value === "string") return [value];
    if (typeof value !== "object" || value === null) return [];
    return Object.values(value).flatMap(texts);
  };
  const names = Object.keys({ ...(inputs.env as Props), ...(inputs.secretEnv as Props) });
  const isWrapped = wrappers.some((key) => key in inputs);
  const outputs = (inputs.outputs as string[] | undefined) ?? [];
  const name = isWrapped || outputs.length > 0 ? /^[A-Za-z_]\w*$/ : /^[-._A-Za-z][-.\w]*$/;
  const own = /^(PWD|HOME|OMP_NUM_THREADS|SKAHA_.*|skaha_.*|[yYnN]|-[\d_.]+|\.[\d_.]+|\.)$|^\.\./;
  return texts(inputs).every(arrives) && names.every((one) => name.test(one) && !own.test(one));
}

/** A third of them hold only what must be accepted, another third anything that Unicode has. */
export const launch: fc.Arbitrary<Written> = fc.oneof(
  written(plainWord, sendable, variableName, () => true),
  written(wholeUnicode, wholeUnicode, fc.oneof(variableName, oddName, wholeUnicode), arrivesWhole),
  written(wildWord, anyText, wildName, () => false),
);

/** How JSON writes it, which is how the process shall see it. */
function textOf(word: unknown): string {
  return typeof word === "string" ? word : JSON.stringify(word);
}

/** What came of it. */
export interface Tally {
  accepted: number;
  refused: number;
}

/** One server and the runs against it. */
export class LaunchRange implements AsyncDisposable {
  readonly tally: Tally = { accepted: 0, refused: 0 };
  #count = 0;

  private constructor(
    private readonly world: World,
    private readonly provider: SkahaProvider,
  ) {}

  static async open(): Promise<LaunchRange> {
    const w = await world({ capacity: { cores: 1e9, ramGiB: 1e9, gpus: 1_000_000 } });
    return new LaunchRange(w, await w.engine.provider(w.temporary()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.world[Symbol.asyncDispose]();
  }

  /** @throws unless what was written arrives as it is, or is refused with property and reason */
  async tryOne({ inputs, command, isPlain }: Written): Promise<void> {
    this.#count += 1;
    const urn = `urn:pulumi:dev::fuzz::skaha:HeadlessSession::job-${this.#count}`;
    const news = throughTheWire({ ...inputs, identity: `organization/${urn}` });
    const checked = await this.provider.check({}, news);
    if (checked.failures && checked.failures.length > 0) {
      this.tally.refused += 1;
      for (const { property, reason } of checked.failures) {
        // Pulumi would show its own value of a path that it cannot follow: then the reason begins with it.
        expect(property === "" ? reason : property).toMatch(/^[a-zA-Z]/);
        assertReadable(reason);
      }
      if (isPlain) throw new Error(`refused: ${JSON.stringify(checked.failures)}`);
      return;
    }
    this.tally.accepted += 1;
    const { id, outs } = await this.provider.create(throughTheWire(checked.inputs as Props));
    expect(outs).toMatchObject({ status: "Pending", attempt: 1 });
    const {
      command: argv0,
      args,
      env,
      requests,
    } = await this.world.launch(String(outs?.sessionId));
    const variables = expandEnv(env);
    const argv = [...(argv0 ?? []), ...(args ?? [])].map((one) => expandReferences(one, variables));
    const words = ((inputs.args ?? []) as unknown[]).map(textOf);
    const wanted = [...(command ?? []), ...words];
    const isWrapped = command !== undefined && wrappers.some((key) => key in inputs);
    const outputs = (command !== undefined && (inputs.outputs as string[] | undefined)) || [];
    if (isWrapped || outputs.length > 0) {
      const handed = [String(outputs.length), "", ...outputs, ...wanted];
      expect(argv.slice(0, 2)).toEqual(["/bin/sh", "-c"]);
      expect(argv.slice(-handed.length)).toEqual(handed);
      expect(argv.slice(3, 7)).toEqual([
        "skaha-record",
        inputs.record === undefined ? "" : `${inputs.record}/${id}/1`,
        expect.stringContaining(image),
        inputs.cwd ?? "",
      ]);
    } else expect(argv).toEqual(wanted);
    const own = Object.fromEntries([...variables].filter(([name]) => !isEncodingVariable(name)));
    const asked = { ...(inputs.env as Props), ...(inputs.secretEnv as Props) };
    expect(own).toEqual({
      ...Object.fromEntries(Object.entries(asked).map(([key, value]) => [key, textOf(value)])),
      SKAHA_JOB_ID: id,
      SKAHA_ATTEMPT: "1",
    });
    const { cores = 1, ram = 4, gpus = 0 } = inputs as Record<string, number>;
    expect(requests).toEqual({
      cpu: Number.isInteger(cores) ? String(cores) : `${cores * 1000}m`,
      memory: String(ram * 2 ** 30),
      ...(gpus > 0 && { "nvidia.com/gpu": String(gpus) }),
    });
  }
}

/** The engine and its host exchange JSON. */
function throughTheWire(props: Props): Props {
  return JSON.parse(JSON.stringify(props)) as Props;
}

/** The seed is printed by fast-check with any counterexample. */
export async function fuzzLaunches(runs: number, seed: number | undefined): Promise<Tally> {
  const tally: Tally = { accepted: 0, refused: 0 };
  const perServer = 250;
  for (let done = 0; done < runs; done += perServer) {
    await using range = await LaunchRange.open();
    await fc.assert(
      fc.asyncProperty(launch, (one) => range.tryOne(one)),
      {
        numRuns: Math.min(perServer, runs - done),
        ...(seed !== undefined && { seed: seed + done }),
      },
    );
    tally.accepted += range.tally.accepted;
    tally.refused += range.tally.refused;
  }
  return tally;
}
