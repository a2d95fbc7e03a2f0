// How answers can be altered, and random rules of what is altered when.
import fc from "fast-check";
import { markedTexts, sendableTexts, values } from "./corpus";

/** What is asked for, as far as answers differ. */
export const endpoints = [
  "list",
  "launch",
  "cancel",
  "log",
  "events",
  "context",
  "image",
  "arc",
] as const;
export type Endpoint = (typeof endpoints)[number];

export type Change =
  | { readonly kind: "json"; readonly edits: readonly JsonEdit[] }
  | {
      readonly kind: "splice";
      readonly at: number;
      readonly remove: number;
      readonly insert: string;
    }
  | { readonly kind: "body"; readonly text: string }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "status"; readonly status: number; readonly text: string | undefined }
  | { readonly kind: "header"; readonly name: string; readonly value: string | undefined }
  | { readonly kind: "redirect"; readonly status: number }
  | { readonly kind: "reset"; readonly share: number }
  | { readonly kind: "raw"; readonly text: string };

export type JsonEdit = { readonly at: number } & (
  | { readonly do: "replace"; readonly value: unknown }
  | { readonly do: "remove" | "repeat" | "wrap" }
  | { readonly do: "add"; readonly key: string; readonly value: unknown }
  | { readonly do: "status"; readonly word: string }
);

export interface Tamper {
  readonly endpoint: Endpoint;
  /** How many of its answers pass first. */
  readonly after: number;
  readonly times: number;
  readonly change: Change;
}

/** Words of all versions, words of none, and words that only this provider uses. */
const statusWords = [
  "Pending",
  "Running",
  "Terminating",
  "Completed",
  "Succeeded",
  "Failed",
  "Failed (OOMKilled)",
  "Error",
  "Terminated",
  "Unknown",
  "Suspended",
  "running",
  "completed",
  "COMPLETED",
  "Failing",
  "Held",
  "Lost",
  "Unseen",
  "",
  " Completed",
  "\u001b[31mRunning",
  "constructor",
] as const;

const text = fc.oneof(
  fc.constantFrom(...markedTexts, "..", ".", "a/b", "../session", "abcd1234", "x".repeat(300)),
  fc.constantFrom(...sendableTexts.filter((one) => one.length < 100)),
  fc.string({ unit: "binary", maxLength: 8 }),
);
const junk = fc.oneof(text, fc.constantFrom(...values), fc.jsonValue({ maxDepth: 1 }));
const jsonEdit: fc.Arbitrary<JsonEdit> = fc
  .tuple(
    fc.nat(),
    fc.oneof(
      { arbitrary: fc.record({ do: fc.constant("replace" as const), value: junk }), weight: 4 },
      {
        arbitrary: fc.record({
          do: fc.constantFrom("remove" as const, "repeat" as const, "wrap" as const),
        }),
        weight: 2,
      },
      {
        arbitrary: fc.record({ do: fc.constant("add" as const), key: text, value: junk }),
        weight: 1,
      },
      {
        arbitrary: fc.record({
          do: fc.constant("status" as const),
          word: fc.constantFrom(...statusWords),
        }),
        weight: 4,
      },
    ),
  )
  .map(([at, edit]) => ({ at, ...edit }));

const headers: readonly [name: string, value: string | undefined][] = [
  ["x-vo-authenticated", undefined],
  ["x-vo-authenticated", "mallory"],
  ["x-vo-authenticated", ""],
  ["x-vo-authenticated", "a\u009b31mb"],
  ["content-type", "text/html"],
  ["content-type", "\u00e9"],
  ["content-encoding", "gzip"],
  ["content-length", "3"],
  ["content-length", "999999"],
  ["content-length", "-1"],
  ["transfer-encoding", "chunked"],
  ["location", "http://127.0.0.1:1/"],
  ["set-cookie", "a=b"],
];

const change: fc.Arbitrary<Change> = fc.oneof(
  {
    arbitrary: fc.record({
      kind: fc.constant("json" as const),
      edits: fc.array(jsonEdit, { minLength: 1, maxLength: 3 }),
    }),
    weight: 10,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant("splice" as const),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      remove: fc.constantFrom(0, 1, 10, 1e9),
      insert: fc.oneof(fc.constantFrom("", "}", "]", '"', ",", "\u0000", "\ufeff"), text),
    }),
    weight: 4,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant("body" as const),
      text: fc.oneof(
        fc.constantFrom(
          "",
          "[]",
          "{}",
          "null",
          "0",
          '"ok"',
          "[null]",
          "[[]]",
          "<html>",
          "OK",
          "true",
        ),
        text,
        fc.json(),
      ),
    }),
    weight: 4,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant("bytes" as const),
      bytes: fc.uint8Array({ maxLength: 20 }),
    }),
    weight: 1,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant("status" as const),
      status: fc.constantFrom(
        201,
        202,
        204,
        206,
        300,
        304,
        400,
        401,
        403,
        404,
        405,
        410,
        418,
        500,
        599,
      ),
      text: fc.oneof(fc.constant(undefined), text),
    }),
    weight: 3,
  },
  {
    arbitrary: fc
      .constantFrom(...headers)
      .map(([name, value]) => ({ kind: "header" as const, name, value })),
    weight: 2,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant("redirect" as const),
      status: fc.constantFrom(301, 302, 303, 307, 308),
    }),
    weight: 1,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant("reset" as const),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    weight: 1,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant("raw" as const),
      text: fc.constantFrom(
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n[]x",
        "HTTP/0.9 200\r\n\r\n",
        "HTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        "SSH-2.0-OpenSSH_9.6\r\n",
        "\u0000\u0001\u0002",
      ),
    }),
    weight: 1,
  },
);

export const tamper: fc.Arbitrary<Tamper> = fc.record({
  endpoint: fc.oneof(
    { arbitrary: fc.constant("list" as const), weight: 6 },
    { arbitrary: fc.constantFrom(...endpoints), weight: 6 },
  ),
  after: fc.constantFrom(0, 0, 0, 1, 2),
  times: fc.constantFrom(1, 1, 2, 1_000),
  change,
});
