// What a run did is learnt from its report and from states, never from what it says: the command may not recognize a
// sentence of the provider's.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { type Announcement, countOf, sentenceOf } from "../../provider/actions/actions";
import { checkout } from "../../toolchain/checkout";

const job = { job: "night-3-abc123def456" };
const session = { ...job, session: "abcd1234", status: "Running" };
const launch = { ...job, session: "abcd1234", attempt: 2, size: { cores: 2, ram: 8 } };
const announcements: readonly Announcement[] = [
  { ...launch, kind: "launch", isDeclaredRam: true },
  { ...launch, kind: "retry", isDeclaredRam: false, why: "it was Failed" },
  { ...launch, kind: "relaunch", isDeclaredRam: true, why: "it was Pending, and ram is 8" },
  { ...session, kind: "adopt" },
  { ...job, kind: "adopt", status: "Completed", record: "/arc/projects/survey/.jobs/a/1" },
  { ...job, kind: "hold", why: "waits for its predecessors" },
  { ...session, kind: "cancel" },
  { ...session, kind: "leave" },
  { ...job, kind: "keep", why: "is Running and keeps its size" },
  { ...job, kind: "heal", session: "abcd1234", cancelled: ["efgh5678"] },
  { ...job, kind: "renew", session: "abcd1234", expiryTime: "2026-11-23T10:00:00Z" },
  { ...session, kind: "lose", server: "https://ws-uv.canfar.net/skaha/v1", hasRetry: false },
  { ...session, kind: "back" },
  { ...job, kind: "unclear", session: "abcd1234" },
  { kind: "wait", pid: 1234, isThisRun: false },
  { kind: "wait", pid: 1234, isThisRun: true },
  { kind: "server", server: "https://ws-uv.canfar.net/skaha/v1", from: "the default" },
];

const sentences = [
  ...announcements.map((said) => sentenceOf(said)),
  ...announcements.map(({ kind }) => countOf(kind, 40)),
].map((sentence) => sentence.replace(/pulumi-skaha \w+/, "COMMAND")); // commands are made runnable anywhere

/** What matches this too recognizes nothing: it splits or escapes any text. */
const anyText = "Zeile 1: irgendein Satz";

/** Each regular expression of a file that has a word in it, and the line where it is. */
function wordPatternsIn(
  text: string,
  file: string,
): { readonly pattern: RegExp; readonly place: string }[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: { pattern: RegExp; place: string }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const [, body = "", flags = ""] = /^\/(.*)\/([a-z]*)$/s.exec(node.text) ?? [];
      const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      const pattern = new RegExp(body, flags.replace("g", ""));
      const hasWord = /[a-z]{4}/i.test(body.replace(/\\./g, ""));
      if (hasWord && !pattern.test(anyText)) found.push({ pattern, place: `${file}:${line}` });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const patterns = readdirSync(path.join(checkout, "cli"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .flatMap((name) =>
    wordPatternsIn(readFileSync(path.join(checkout, "cli", name), "utf8"), `cli/${name}`),
  );

function recognizing(all: typeof patterns, sentence: string): string[] {
  return all.filter(({ pattern }) => pattern.test(sentence)).map(({ place }) => place);
}

test("the regular expressions of the command are found", () => {
  expect(patterns.length).toBeGreaterThan(30);
});

test("one that recognizes a sentence would be found", () => {
  const source =
    "const one = 1;\nconst adopted = /: already launched as session \\S+ .*, taken over$/;";
  const planted = wordPatternsIn(source, "planted.ts");
  expect(sentences.flatMap((sentence) => recognizing(planted, sentence))).toEqual(["planted.ts:2"]);
});

test.each(sentences)("no regular expression of cli/ recognizes %j", (sentence) => {
  expect(recognizing(patterns, sentence)).toEqual([]);
});
