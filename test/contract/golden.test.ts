import {
  type JobStatus,
  type ScriptedRunner,
  type Skaha,
  scriptedRunner,
  startSkaha,
} from "../../embedded";
import exchanges from "../golden/http.json";
import launches from "../golden/launches.json";

const publicImages = [
  { id: "images.canfar.net/skaha/terminal:1.1.2", types: ["headless"], digest: "sha256:aa" },
  { id: "images.canfar.net/skaha/notebook:1", types: ["notebook"], digest: "sha256:bb" },
];
const users = {
  alice: { token: "alices-token", uid: 10001, groups: [38225, 32999] },
  bob: { token: "bobs-token", posix: false },
};
const authorizations: Record<string, string | undefined> = {
  none: undefined,
  invalid: "Bearer nobodys-token",
  empty: "Bearer ",
  "no POSIX entry": "Bearer bobs-token",
  valid: "Bearer alices-token",
};

let skaha: Skaha;
let runner: ScriptedRunner;
let now = Date.parse("2026-01-01T00:00:00Z");
/** Ids of the next sessions; random when there are none left. */
let ids: string[] = [];

beforeAll(async () => {
  runner = scriptedRunner({ autoReady: false });
  skaha = await startSkaha({
    users,
    images: publicImages,
    stats: "unavailable",
    capacity: { cores: 1e6, ramGiB: 1e6 },
    runner,
    clock: () => now,
    newId: () => ids.shift() ?? `c${Math.random().toString(36).slice(2, 9).padEnd(7, "0")}`,
  });
});
afterAll(() => skaha.close());

function form(parameters: Readonly<Record<string, string | readonly string[]>>): string {
  return Object.entries(parameters)
    .flatMap(([name, value]) => [value].flat().map((one) => [name, one]))
    .map((pair) => pair.map((text) => encodeURIComponent(text ?? "")).join("="))
    .join("&");
}

async function launch(sent: Readonly<Record<string, string | readonly string[]>>) {
  const isPublic = publicImages.some(({ id }) => id === sent.image);
  const answer = await fetch(`${skaha.url}/session`, {
    method: "POST",
    headers: {
      authorization: "Bearer alices-token",
      "content-type": "application/x-www-form-urlencoded",
      // The recording had credentials for what is not on the public list.
      ...(!isPublic && { "x-skaha-registry-auth": Buffer.from("alice:key").toString("base64") }),
    },
    body: form(sent),
  });
  return { status: answer.status, body: await answer.text() };
}

describe("what a POST becomes", () => {
  const cases = launches.map((one) => [one.case, one] as const);

  test.each(cases)("%s", async (_, { sent, answer }) => {
    const got = await launch(sent as Record<string, string | string[]>);
    if (got.status !== 200) {
      // The recording has the first line only.
      expect({ status: got.status, body: got.body.split("\n")[0] }).toEqual(answer);
      return;
    }
    const id = got.body.trim();
    const origin = new URL(skaha.url).origin;
    const job = await fetch(`${origin}/_embedded/jobs/${id}`, {
      headers: { authorization: "Bearer alices-token" },
    });
    expect({
      status: 200,
      body: got.body.replace(id, "<id>"),
      job: await job.json(),
    }).toEqual(answer);
  });
});

describe("HTTP exchanges", () => {
  interface Exchange {
    request: { method: string; path: string; auth: string; form?: string[] };
    answer: { status: number; headers: Record<string, string>; body: string };
    jobStatus?: Omit<JobStatus, "startTime"> & { startTime?: string };
  }
  const image = "images.canfar.net/skaha/terminal:1.1.2";
  let j1: string | undefined;
  let j2: string | undefined;
  let lastStatus: Exchange["jobStatus"];

  beforeAll(() => {
    for (const { id } of skaha.jobs()) skaha.vanish(id);
    now = Date.parse("2026-01-01T00:00:00Z");
  });

  /** The sessions of the recording, j2 in the state in which it was at this exchange. */
  async function bringAbout(exchange: Exchange): Promise<void> {
    if (!JSON.stringify(exchange).includes("<id")) return;
    if (j1 === undefined) {
      // Kubernetes lists Jobs by name, and the recording has j1 first.
      ids = ["a0000000"];
      j1 = (await launch({ name: "j1", image })).body.trim();
    }
    const first = j2 === undefined;
    // The recording wrote the statuses by hand, also one after an end; here an end is one, and a new j2 stands in.
    if (j2 === undefined || skaha.jobs().some(({ id, ended }) => id === j2 && ended)) {
      if (j2 !== undefined) skaha.vanish(j2);
      ids = [j2 === undefined ? "z0000000" : "z0000001"];
      j2 = (await launch({ name: "j2", image, cores: "2", ram: "4" })).body.trim();
      runner.write(j2, "Defaulted container output line 1\nline 2 é\n");
    }
    // After the five written statuses the recording goes on with a running j2.
    const running = { active: 1, ready: 1, startTime: "2026-01-02T03:04:05Z" };
    const wanted = exchange.jobStatus ?? (first ? undefined : running);
    if (wanted === undefined || wanted === lastStatus) return;
    lastStatus = exchange.jobStatus;
    const { startTime, ...counts } = wanted;
    if (!runner.running.includes(j2)) return; // deleted
    runner.status(j2, { ...counts, ...(startTime && { startTime: Date.parse(startTime) }) });
  }

  const named = (exchanges as Exchange[]).map((exchange, index) => {
    const { method, path, auth, form: body } = exchange.request;
    const title = [index + 1, method, path, ...(body ?? []), `(${auth})`].join(" ");
    return [title, exchange] as const;
  });

  test.each(named)("%s", async (_, exchange) => {
    await bringAbout(exchange);
    const { request, answer } = exchange;
    const withIds = (text: string) =>
      text.replaceAll("<id2>", j1 ?? "").replaceAll("<id>", j2 ?? "");
    const authorization = authorizations[request.auth];
    const base = skaha.url.replace(/\/v1$/, "");
    const got = await fetch(base + withIds(request.path), {
      method: request.method,
      headers: {
        ...(authorization !== undefined && { authorization }),
        ...(request.form && { "content-type": "application/x-www-form-urlencoded" }),
      },
      ...(request.form && {
        body: request.form
          .map((pair) => pair.split("=").map(encodeURIComponent).join("="))
          .join("&"),
      }),
    });
    const headers = Object.fromEntries(
      ["content-type", "www-authenticate", "retry-after", "allow"]
        .map((name) => [name, got.headers.get(name)])
        .filter(([, value]) => value !== null),
    );
    const body = await got.text();
    expect({ status: got.status, headers, body: stable(body, base) }).toEqual({
      ...answer,
      body: stable(withIds(answer.body), "https://127.0.0.1/skaha"),
    });
    expect(got.headers.get("server")).toBe("OpenCADC/cadc-rest");
  });

  /**
   * What cannot be the same: the server's own address in /capabilities, the time in the dump of the Kubernetes client's
   * exception, and the width of the MESSAGE column (the recorded table was set for a longer message than it shows).
   */
  function stable(body: string, base: string): string {
    return body
      .replaceAll(base, "<base>")
      .replace(/date=\[[^\]]*\]/, "date=[…]")
      .replace(/ {3,}/g, (spaces) => (body.startsWith("TYPE") ? "   " : spaces));
  }
});
