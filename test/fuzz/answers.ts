// Random answers: one `up` of a stack whose server, or something before it, answers what no server should.
// Afterwards the state may say only what some answer said in so many words, nothing that lives was launched
// again, nobody else's session was cancelled, and with an honest server the stack finds back to the truth.
// It is long, because it lists all that something between us and a server can answer.
import http from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { image } from "../world/job";
import { CheckFailed } from "../world/miniArray";
import type { Declared, MiniEngine } from "../world/miniEngine";
import { world } from "../world/world";
import { assertReadable } from "./readable";
import { type Served, Tampering } from "./tampering";
import { type Tamper, tamper } from "./tampers";

const record = "/arc/projects/fuzz";

/** A stack in which anything may be due: what was declared before, and what is now. */
const before: Readonly<Record<string, Declared>> = {
  running: {},
  pending: { args: ["pending"] },
  ended: { logs: "logs" },
  failed: { logs: "logs", retry: { limit: 1 } },
  failedForGood: { logs: "logs" },
  edited: { args: [1] },
  removed: {},
  recorded: { record },
  vanished: {},
  long: { renew: true },
  first: {},
  second: { after: ["first"] },
};
const { removed: _removed, ...kept } = before;
const now: Readonly<Record<string, Declared>> = {
  ...kept,
  edited: { args: [2] },
  fresh: {},
  alsoFresh: { args: ["fresh"] },
};

export interface AnswersTally {
  /** Answers that were altered. */
  tampered: number;
  /** `up` that ended with an error. */
  errors: number;
}

/** Somebody who must never be told a token. */
class Thief implements AsyncDisposable {
  readonly heard: http.IncomingHttpHeaders[] = [];
  readonly #server = http.createServer((request, response) => {
    this.heard.push(request.headers);
    response.end("[]");
  });

  static async open(): Promise<Thief> {
    const thief = new Thief();
    await new Promise<void>((listening) => thief.#server.listen(0, "127.0.0.1", listening));
    return thief;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/stolen`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }
}

export async function tryAnswers(tampers: readonly Tamper[], tally: AnswersTally): Promise<void> {
  await using w = await world({ timeoutMs: 5_000 });
  const { clock, runner, skaha, engine } = w;
  await using thief = await Thief.open();
  await using between = await Tampering.open(new URL(skaha.url).origin, thief.url);
  engine.env.CANFAR_URL = `${between.origin}/skaha/v1`;
  const strangers = await Promise.all(
    ["by-hand", "other-abcdef12345678"].map((name) => launch(skaha, name)),
  );
  await engine.up(before);
  const session = (name: string) => w.session(name);
  runner.end(session("ended"), 0);
  for (const name of ["failed", "failedForGood"]) {
    runner.write(session(name), "Traceback\n\u001b[31mred\u001b[0m\n");
    runner.end(session(name), 1);
  }
  runner.status(session("pending"), { active: 1 });
  for (const name of ["recorded", "vanished"]) skaha.vanish(session(name));
  const folder = `${record}/${engine.id("recorded")}/1`;
  between.arc.set(`${folder}/start.json`, JSON.stringify({ start: "2026-11-22T12:00:00Z" }));
  between.arc.set(
    `${folder}/end.json`,
    JSON.stringify({
      exitCode: 0,
      end: "2026-11-22T12:30:00Z",
      peakMemoryBytes: 2 ** 30,
      missingOutputs: [],
    }),
  );
  clock.pass(13.5 * 24 * 3_600_000); // less than a day is left of `long`
  const stood = new Map(Object.keys(before).map((name) => [name, engine.outputs(name)]));
  const ids = new Map(Object.keys(before).map((name) => [name, engine.id(name)]));

  between.served.length = 0;
  between.tamperWith(tampers);
  try {
    await engine.up(now);
  } catch (error) {
    tally.errors += 1;
    if (!(error instanceof Error)) throw error;
    if (error instanceof CheckFailed) error.message.split("\n").forEach(assertReadable);
    else assertReadable(error.message);
  }
  const served = [...between.served];
  tally.tampered += served.filter(({ isTampered }) => isTampered).length;

  for (const name of engine.names()) {
    const allowed = allowedStatuses(
      stood.get(name)?.status,
      engine.id(name),
      ids.get(name),
      served,
      name,
    );
    const { status } = engine.outputs(name);
    if (!allowed.has(String(status))) {
      throw new Error(
        `${name} is ${status}, but may be ${[...allowed].join(", ")}\n${story(served)}`,
      );
    }
  }
  everyLine(engine).forEach(assertReadable);
  assertTerminalSafe(engine.deployment());
  assertNoneTwice(engine, skaha, served);
  const alive = new Set(
    skaha
      .jobs()
      .filter(({ forgotten }) => !forgotten)
      .map(({ id }) => id),
  );
  for (const id of strangers)
    if (!alive.has(id)) throw new Error(`cancelled a stranger\n${story(served)}`);
  expect(thief.heard.filter((headers) => JSON.stringify(headers).includes(skaha.token))).toEqual(
    [],
  );

  // Who says that the user is another is believed, as long as the stack lives.
  if (tampers.some(({ change }) => "name" in change && change.name === "x-vo-authenticated"))
    return;

  // Back to the truth.
  const final = new Map(engine.names().map((name) => [name, String(engine.outputs(name).status)]));
  between.tamperWith([]);
  for (let round = 0; round < 3; round += 1) {
    clock.pass(61_000);
    await engine.up(now);
  }
  expect(engine.names().sort()).toEqual(Object.keys(now).sort());
  for (const name of engine.names()) {
    const { status, sessionId } = engine.outputs(name);
    const wasFinal = ["Completed", "Failed"].includes(final.get(name) ?? "");
    const truth = skaha.jobs().find(({ id, forgotten }) => id === sessionId && !forgotten)?.status;
    if (truth !== undefined && status !== truth && !wasFinal) {
      throw new Error(`${name} stays ${status}, but is ${truth}\n${story(served)}`);
    }
    if (name === "fresh" && !wasFinal) expect(status).toBe("Running");
  }
  for (const [name, count] of living(skaha))
    if (count > 1) throw new Error(`${name} lives ${count} times`);
}

async function launch(skaha: { url: string; token: string }, name: string): Promise<string> {
  const form = { name, image, type: "headless" };
  const answer = await fetch(`${skaha.url}/session`, {
    method: "POST",
    headers: { authorization: `Bearer ${skaha.token}` },
    body: new URLSearchParams(form),
  });
  return (await answer.text()).trim();
}

/** What was told, and what stands in state. */
function everyLine(engine: MiniEngine): string[] {
  return engine.lines;
}

function assertTerminalSafe(value: unknown): void {
  if (typeof value === "string") {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    if (/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(value)) {
      throw new Error(`state holds what a terminal obeys: ${JSON.stringify(value)}`);
    }
  } else if (typeof value === "object" && value !== null) {
    for (const [key, one] of Object.entries(value)) {
      if (key === "inputs") continue; // the user's own
      assertTerminalSafe(key);
      assertTerminalSafe(one);
    }
  }
}

interface Claim {
  readonly id: string;
  readonly name: string;
  readonly status: string;
}

/** What a list says, read without the provider's help; undefined where it says nothing that may be believed. */
function claimsOf({ endpoint, status, body }: Served): Claim[] | undefined {
  if (endpoint !== "list" || status < 200 || status > 299 || body === undefined) return undefined;
  try {
    const list: unknown = JSON.parse(body);
    if (!Array.isArray(list)) return undefined;
    const isClaim = (one: unknown): one is Claim =>
      typeof one === "object" &&
      one !== null &&
      ["id", "name", "status", "image", "type", "userid"].every(
        (key) => typeof (one as Record<string, unknown>)[key] === "string",
      );
    return list.every(isClaim) ? list : undefined;
  } catch {
    return undefined;
  }
}

/** The documented meanings of the words. */
function meaningOf(word: string): string {
  if (word === "Succeeded") return "Completed";
  return word === "Error" || word === "Terminated" || /^Failed\b/.test(word) ? "Failed" : word;
}

function allowedStatuses(
  stood: unknown,
  id: string,
  formerId: string | undefined,
  served: readonly Served[],
  name: string,
): Set<string> {
  const allowed = new Set<string>([String(stood)]);
  const isFinal = stood === "Completed" || (stood === "Failed" && name !== "failed");
  if (isFinal && id === formerId) return allowed;
  const lists = served.map(claimsOf).filter((claims) => claims !== undefined);
  const own = (claims: readonly Claim[]) =>
    claims.filter((one) => one.name === id || one.name.replace(/-\d{1,3}$/, "") === id);
  for (const claim of lists.flatMap(own)) {
    // The provider's own words are no server's: whatever it takes them for, it is no outcome.
    const meaning = meaningOf(claim.status);
    if (["Held", "Lost", "Unseen"].includes(meaning) || meaning !== meaning.trim()) {
      for (const word of unknownWords(meaning)) allowed.add(word);
    } else for (const word of [meaning, ...unknownWords(meaning)]) allowed.add(word);
  }
  // Gone for good: two whole lists without it.
  if (lists.filter((claims) => own(claims).length === 0).length >= 2) {
    allowed.add("Lost");
    if (name === "recorded") for (const word of recordedStatuses(served)) allowed.add(word);
  }
  const isNew = formerId === undefined || id !== formerId || stood === "Held";
  const posts = served.filter(
    ({ endpoint, url }) => endpoint === "launch" && url.endsWith("/session"),
  );
  if (posts.length > 0 || isNew) {
    allowed.add("Pending");
    allowed.add("Held");
  }
  return allowed;
}

/** How a word that is not known may be shown. */
function unknownWords(word: string): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what may not be shown
  const shown = word.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
  return [shown.toWellFormed(), `unknown (${word})`];
}

/** What the record's files, as they were served, say. */
function recordedStatuses(served: readonly Served[]): string[] {
  const files = served.filter(({ endpoint }) => endpoint === "arc");
  const ends = files.filter(({ url }) => url.endsWith("end.json"));
  return ends.flatMap(({ status, body }) => {
    if (status === 404) return ["Failed"];
    try {
      const end = JSON.parse(body ?? "") as {
        exitCode?: unknown;
        cause?: unknown;
        missingOutputs?: unknown;
      };
      return typeof end.exitCode === "number"
        ? [
            end.exitCode === 0 ? "Completed" : "Failed",
            ...(end.exitCode === 0 &&
            (end.cause || (Array.isArray(end.missingOutputs) && end.missingOutputs.length > 0))
              ? ["Failed"]
              : []),
          ]
        : [];
    } catch {
      return [];
    }
  });
}

function living(skaha: {
  jobs(): readonly { name: string; ended?: number; forgotten?: unknown }[];
}) {
  const counts = new Map<string, number>();
  for (const { name, ended, forgotten } of skaha.jobs()) {
    if (ended !== undefined || forgotten !== undefined) continue;
    const base = name.replace(/(-[a-z0-9]{14})-\d{1,3}$/, "$1");
    counts.set(base, (counts.get(base) ?? 0) + 1);
  }
  return counts;
}

/** Launched again only where a whole list did not show it, or said that it had ended. */
function assertNoneTwice(
  engine: MiniEngine,
  skaha: Parameters<typeof living>[0],
  served: readonly Served[],
): void {
  const lists = served.map(claimsOf).filter((claims) => claims !== undefined);
  for (const [name, count] of living(skaha)) {
    if (count < 2) continue;
    const isExcused = lists.some((claims) => {
      const own = claims.filter(
        (one) => one.name === name || one.name.replace(/-\d{1,3}$/, "") === name,
      );
      return own.length === 0 || own.some(({ status }) => !["Pending", "Running"].includes(status));
    });
    if (!isExcused)
      throw new Error(`${name} lives ${count} times\n${story(served)}\n${engine.lines.join("\n")}`);
  }
}

function story(served: readonly Served[]): string {
  return served
    .map(({ endpoint, url, status, body, isTampered }) => {
      const shown =
        body === undefined
          ? "(broken)"
          : body.length > 400 && !isTampered
            ? `${body.slice(0, 100)} ...`
            : body;
      return `${isTampered ? "! " : "  "}${endpoint} ${url} ${status} ${JSON.stringify(shown)}`;
    })
    .join("\n");
}

/** Some cases at a time: a request that is tried again waits for real seconds. */
export async function fuzzAnswers(
  runs: number,
  seed: number | undefined,
  atOnce = 8,
): Promise<AnswersTally> {
  const tally: AnswersTally = { tampered: 0, errors: 0 };
  const cases = fc.array(fc.array(tamper, { minLength: 1, maxLength: 3 }), {
    minLength: atOnce,
    maxLength: atOnce,
  });
  await fc.assert(
    fc.asyncProperty(cases, async (several) => {
      const results = await Promise.allSettled(
        several.map((tampers) => tryAnswers(tampers, tally)),
      );
      results.forEach((result, index) => {
        if (result.status === "rejected") {
          throw new Error(`with ${JSON.stringify(several[index])}: ${result.reason}`, {
            cause: result.reason,
          });
        }
      });
    }),
    {
      numRuns: Math.ceil(runs / atOnce),
      endOnFailure: true,
      ...(seed !== undefined && { seed }),
    },
  );
  return tally;
}
