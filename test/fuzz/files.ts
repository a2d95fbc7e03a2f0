// Random inputs, configuration and files: each is taken as it says, or refused in words that name it. It is long,
// because each kind of file has its generator.
import fc from "fast-check";
import { parse } from "yaml";
import { hasUnknown, unknownValue } from "../../provider/engine/unknown";
import { inputNames } from "../../provider/job/fields";
import { checkInputs } from "../../provider/job/inputs";
import type { Arc } from "../../provider/record/arc";
import { outcomeOf, readRecord } from "../../provider/record/record";
import { readSettings } from "../../provider/settings";
import { parseCanfarConfig } from "../../provider/skaha/canfarConfig";
import { csv } from "../../provider/sweep/csv";
import { markedTexts, sendableTexts, unsendableTexts, values } from "./corpus";
import { assertReadable } from "./readable";

/** What messages quote would look like the program's own insides. */
const isLikeInsides = (text: string) => /\[object |undefined|TypeError/.test(text);
const quotable = [...sendableTexts, ...unsendableTexts].filter(
  (one) => one.length < 5_000 && !isLikeInsides(one),
);
const text = fc.oneof(
  fc.constantFrom(...markedTexts),
  fc.constantFrom(...quotable),
  fc.string({ unit: "binary", maxLength: 10 }),
);
const junk = fc.oneof(
  text,
  fc.constantFrom(...values, unknownValue, [unknownValue], { a: unknownValue }),
  fc.double(),
  fc.jsonValue({ maxDepth: 3 }),
);

/** A whole text, with some places of it changed. */
function damaged(whole: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const edit = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    remove: fc.constantFrom(0, 0, 1, 3, 40),
    insert: fc.oneof(
      fc.constantFrom(
        "",
        "\n",
        "  ",
        "{",
        "[",
        ": ",
        "- ",
        "*a",
        "&a ",
        "!!x ",
        '"',
        "'",
        "#",
        "\t",
        ",",
        "null",
        "1e999",
        "<<: *a",
      ),
      text,
    ),
  });
  return fc.tuple(whole, fc.array(edit, { minLength: 1, maxLength: 3 })).map(([start, edits]) =>
    edits.reduce((before, { at, remove, insert }) => {
      const from = Math.floor(at * before.length);
      return before.slice(0, from) + insert + before.slice(from + remove);
    }, start),
  );
}

/** @returns undefined where it was refused */
function readably<T>(read: () => T, names: RegExp): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // The provider shows messages through `plainLines`; the rest has to be right as it is.
    assertReadable(error.message.replace(/[\p{Cc}\p{Cf}]/gu, " "));
    expect(error.message).toMatch(names);
    return undefined;
  }
}

export interface FuzzOptions {
  readonly numRuns: number;
  readonly seed?: number;
}

export function fuzzInputs(options: FuzzOptions): void {
  const good = {
    identity: "organization/urn:pulumi:dev::fuzz::skaha:HeadlessSession::job",
    image: "images.canfar.net/skaha/terminal:1.1.2",
    cmd: "true",
  };
  const madeByCheck = ["__provider", "filesDigest", "membersDigest"];
  const key = fc.oneof(fc.constantFrom(...inputNames), text);
  fc.assert(
    fc.property(fc.dictionary(key, junk, { maxKeys: 4 }), (some) => {
      const { inputs, failures } = checkInputs({}, { ...good, ...some });
      for (const { property, reason } of failures) {
        expect(property.length).toBeGreaterThan(0);
        // A property's name is the user's own text; the provider shows both through `plainText`.
        assertReadable(`it ${reason.replace(/[\p{Cc}\p{Cf}]/gu, " ")}`);
      }
      if (failures.length === 0) expect(typeof inputs.jobName).toBe("string");
      // What was not refused is kept as it is, but for words, which become text.
      if (failures.length > 0) return;
      for (const [name, value] of Object.entries(some)) {
        if (["args", "resumeArgs", "env", "secretEnv", "untrackedEnv", "script"].includes(name))
          continue;
        if (value === null || value === undefined || name === "jobName") continue;
        // What is unknown in part is unknown as a whole, until all of it is known.
        const kept = hasUnknown(value) ? unknownValue : value;
        if (!madeByCheck.includes(name)) expect(inputs[name]).toEqual(kept);
      }
    }),
    options,
  );
}

export function fuzzSettings(options: FuzzOptions): void {
  const keys = [
    "serverUrl",
    "concurrency",
    "maxInFlight",
    "window",
    "record",
    "arcUrl",
    "registryAuth",
    "token",
    "tokenCommand",
  ];
  const value = fc.oneof(
    text,
    damaged(
      fc.constantFrom(
        "https://a.net/skaha/v1",
        "http://127.0.0.1:80/skaha/v1",
        "20:00-06:00 America/Vancouver",
        "12",
        "/arc/projects/x",
        "alice:MARKER",
      ),
    ),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 3 }), (config) => {
      const read = () => readSettings((name) => config[name.replace("skaha:", "")], {}, undefined);
      const settings = readably(read, /^(skaha:|CANFAR_)/);
      if (!settings) return;
      for (const url of [settings.server, settings.arc]) {
        const { protocol, hostname } = new URL(url);
        expect(protocol === "https:" || /^(127\.|localhost$|\[::1\]$)/.test(hostname)).toBe(true);
      }
      expect(settings.record ?? "/arc/x").toMatch(/^\/arc\/(?!.*\.\.(\/|$))/s);
      expect(Number.isInteger(settings.concurrency)).toBe(true);
    }),
    options,
  );
}

export function fuzzCsv(options: FuzzOptions): void {
  const whole = fc.constantFrom(
    'galaxy,ram,note\nM31,16,"a, b"\nM33,8,\n',
    "galaxy;ram\r\nM31;1\r\n",
    "galaxy\tx\nM31\té\n",
  );
  fc.assert(
    fc.property(damaged(whole), (content) => {
      const rows = readably(
        () => csv({ text: content }, { key: "galaxy" }),
        /^(the text|text|CSV|csv|[^:]*:\d+)/,
      );
      for (const row of rows ?? []) {
        for (const [name, value] of Object.entries(row)) {
          expect(["string", "number"]).toContain(typeof value);
          // A number only where it is written just so.
          if (typeof value === "number") expect(content).toContain(String(value));
          expect(name).not.toBe("");
        }
      }
    }),
    options,
  );
}

const canfar = `
version: 1
active: {authentication: srcnet, server: chalmers}
authentication:
  srcnet:
    mode: oidc
    token: {access: MARKER-access, refresh: MARKER-refresh}
    expiry: {access: 1795000000.0}
  cadc: {mode: x509, path: /home/alice/.ssl/cadcproxy.pem}
servers:
  chalmers: {url: https://services.swesrc.chalmers.se/skaha, version: v0}
registry: {username: alice, secret: MARKER-secret}
`;
const olderCanfar = `
active: SRCnet
contexts:
  SRCnet:
    mode: oidc
    token: {access: MARKER-access}
    expiry: {access: 1795000000.0}
    server: {url: "https://ws-uv.canfar.net/skaha", version: v1}
registry: {username: alice, secret: MARKER-secret}
`;

export function fuzzCanfarConfig(options: FuzzOptions): void {
  const shorter = damaged(fc.constantFrom(canfar, olderCanfar));
  fc.assert(
    fc.property(shorter, (content) => {
      const read = () => {
        try {
          return parseCanfarConfig("/home/alice/.canfar/config.yaml", content, "/home/alice");
        } catch (error) {
          if (error instanceof Error && error.message.includes("MARKER")) throw new Error("MARKER");
          throw error;
        }
      };
      const config = readably(read, /^\/home\/alice\/\.canfar\/config\.yaml /);
      if (!config) return;
      const { login, server, registry } = config;
      // Whatever is taken is there in the file as a text.
      const texts = new Set<unknown>();
      const visit = (value: unknown) => {
        if (typeof value === "object" && value !== null) Object.values(value).forEach(visit);
        else texts.add(value);
      };
      visit(parse(content, { logLevel: "error" }));
      if (login && "token" in login) expect(texts.has(login.token)).toBe(true);
      if (server)
        expect([...texts].some((one) => server.startsWith(String(one).replace(/\/+$/, "")))).toBe(
          true,
        );
      if (registry) expect(texts.has(registry.username) && texts.has(registry.secret)).toBe(true);
    }),
    options,
  );
}

const start = JSON.stringify({
  image: "a",
  attempt: 1,
  host: "h",
  start: "2026-11-22T12:00:00Z",
  argv: ["a"],
});
const end = JSON.stringify({
  exitCode: 0,
  signal: null,
  start: "2026-11-22T12:00:00Z",
  end: "2026-11-22T12:30:00Z",
  peakMemoryBytes: 1_000,
  meanCores: 0.5,
  samples: 3,
  missingOutputs: [],
});

export async function fuzzRecords(options: FuzzOptions): Promise<void> {
  const file = (whole: string) =>
    fc.oneof(
      { arbitrary: fc.constant(whole), weight: 2 },
      { arbitrary: damaged(fc.constant(whole)), weight: 4 },
      { arbitrary: fc.constant(undefined), weight: 1 },
      {
        arbitrary: fc
          .tuple(fc.constantFrom(...Object.keys(JSON.parse(whole) as object)), junk)
          .map(([key, value]) =>
            JSON.stringify({ ...(JSON.parse(whole) as object), [key]: value }),
          ),
        weight: 4,
      },
    );
  await fc.assert(
    fc.asyncProperty(file(start), file(end), async (startText, endText) => {
      const files = new Map([
        ["/arc/x/start.json", startText],
        ["/arc/x/end.json", endText],
      ]);
      const arc: Arc = {
        read: async (path) => files.get(path),
        write: async () => true,
        isFolder: async () => false,
        size: async () => undefined,
        list: async () => undefined,
        stream: async () => undefined,
      };
      let outcome: ReturnType<typeof outcomeOf> | undefined;
      try {
        const recorded = await readRecord(arc, "/arc/x");
        outcome = recorded && outcomeOf(recorded);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        assertReadable(error.message);
        expect(error.message).toMatch(/^the record \/arc\/x\/(start|end)\.json /);
        return;
      }
      expect(outcome === undefined).toBe(startText === undefined && endText === undefined);
      if (!outcome) return;
      const said =
        endText === undefined ? undefined : (JSON.parse(endText) as Record<string, unknown>);
      const isGood =
        said?.exitCode === 0 && !said.cause && [said.missingOutputs ?? []].flat().length === 0;
      expect(outcome.status).toBe(isGood ? "Completed" : "Failed");
      assertReadable(`it: ${JSON.stringify(outcome)}`);
    }),
    options,
  );
}
