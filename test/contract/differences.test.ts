// Where the real server and an earlier embedded one differed: the embedded one is held to what the real one did, but
// for what is listed here with its reason.
import http from "node:http";
import { type ScriptedRunner, type Skaha, scriptedRunner, startSkaha } from "../../embedded";
import { expandEnv, expandReferences } from "../../embedded/runners/kubelet";
import differences from "../golden/real-differences.json";

interface Request {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly form?: readonly string[];
}

interface Answered {
  readonly status?: number;
  readonly "content-type"?: string;
  readonly body?: string;
  /** The user's variables. */
  readonly env?: readonly (readonly string[])[];
  /** What the process gets. */
  readonly argv?: readonly string[];
}

interface Difference {
  readonly kind: string;
  readonly request?: Request;
  readonly real?: Answered;
  readonly job_real_vs_embedded?: { readonly args: readonly [readonly string[], unknown] };
  readonly seen_arriving?: readonly string[];
}

/** By the beginning of its kind. */
const elsewhere: Readonly<Record<string, string>> = {
  "needless refusals": "of the provider: test/provider/skaha/encoding.test.ts",
  "20 jobs, 10 with a control character": "of the provider: control characters arrive now",
  "lone surrogate in args": "of the provider: test/provider/engine/wireForm.test.ts",
  "lone surrogate in env": "of the provider: test/provider/engine/wireForm.test.ts",
};
const knownlyDifferent: Readonly<Record<string, string>> = {
  "Tomcat page 400":
    "Node's parser refuses such a request line before the server sees it, and no client of HTTP sends one",
  "method FOO other 501/400": "Node's parser refuses a method that it does not know",
  "method FOO other 404/400": "Node's parser refuses a method that it does not know",
  "get one body 200 'TYPE":
    "kubectl sets its columns for a longer message than it shows in the recording",
};

const listed = (of: Readonly<Record<string, string>>, { kind }: Difference) =>
  Object.keys(of).find((beginning) => kind.startsWith(beginning));

const all: readonly Difference[] = differences as readonly Difference[];
const replayed = all.filter((one) => !listed(elsewhere, one) && !listed(knownlyDifferent, one));
const image = "images.canfar.net/skaha/terminal:1.1.2";

let skaha: Skaha;
let runner: ScriptedRunner;
let sessions: Readonly<Record<string, string>>;

beforeAll(async () => {
  runner = scriptedRunner();
  skaha = await startSkaha({ runner, users: { alice: { token: "t" } } });
  const launched = async (name: string) => {
    const body = new URLSearchParams({ name, image }).toString();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    return (await ask({ method: "POST", path: "/skaha/v1/session", headers, body })).body.trim();
  };
  sessions = { "<a>": await launched("a"), "<b>": await launched("b") };
});
afterAll(() => skaha.close());

/** Sends the path as it is: `fetch` would resolve the `.` in it. */
function ask({ method = "GET", path = "/", headers = {}, body }: Request) {
  const options = {
    agent: false as const,
    method,
    path,
    headers: { authorization: "Bearer t", ...headers },
  };
  return new Promise<{ status: number; "content-type": string | undefined; body: string }>(
    (resolve, reject) => {
      const request = http.request(new URL(skaha.url), options, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("end", () =>
          resolve({
            status: answer.statusCode ?? 0,
            "content-type": answer.headers["content-type"],
            body: Buffer.concat(chunks).toString(),
          }),
        );
      });
      request.on("error", reject);
      request.end(body === undefined ? undefined : Buffer.from(body, "latin1"));
    },
  );
}

/** What a POST becomes. */
async function launch(request: Request) {
  const form = (request.form ?? []).map((pair) => pair.replace(" (two backslashes)", ""));
  const named = form.map((pair): [string, string] => {
    const at = pair.indexOf("=");
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
  const needed = [["image", image] as [string, string]].filter(
    ([name]) => !named.some(([given]) => given === name),
  );
  const body = new URLSearchParams([...named, ...needed]).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const made = await ask({ method: "POST", path: "/skaha/v1/session", headers, body });
  expect(made.status).toBe(200);
  return jobOf(made.body.trim());
}

async function jobOf(id: string) {
  const job = JSON.parse((await ask({ path: `/_embedded/jobs/${id}` })).body) as {
    command: string[] | null;
    args: string[] | null;
    env: [string, string][];
  };
  const variables = expandEnv(job.env);
  const words = [...(job.command ?? []), ...(job.args ?? [])];
  return { ...job, argv: words.map((word) => expandReferences(word, variables)) };
}

test.each(replayed.map((one) => [one.kind, one] as const))(
  "%s: as the real one",
  async (_, one) => {
    const { request = {}, real = {} } = one;
    if (request.form) {
      expect(await launch(request)).toMatchObject(real);
      return;
    }
    const path = (request.path ?? "").replace(/<[ab]>/g, (name) => sessions[name] ?? "");
    const answer = await ask({ ...request, path });
    const id = /^[a-z][a-z0-9]{7}\n$/.test(answer.body) ? answer.body.trim() : undefined;
    expect({ ...answer, body: id === undefined ? answer.body : "<id>\n" }).toMatchObject(real);
    const args = one.job_real_vs_embedded?.args[0];
    if (args) expect((await jobOf(id ?? "")).args).toEqual(args);
  },
);

const arriving = all.flatMap(({ seen_arriving = [] }) => seen_arriving);

test.each(arriving)("the character %j arrives as the value of a variable", async (character) => {
  const hex = character.charCodeAt(0).toString(16).padStart(4, "0");
  const { env } = await launch({ form: ["name=q", "cmd=c", `env=A=\\\\u${hex}`] });
  expect(env).toEqual([["A", character]]);
});

test.each("yes Yes YES no No NO on On ON off Off OFF true True TRUE false False FALSE".split(" "))(
  "a variable called %s arrives under another name, and in quotes under its own",
  async (name) => {
    const renamed = String(/^(yes|on|true)$/i.test(name));
    const { env } = await launch({ form: ["name=q", `env=${name}=x`, `env="${name}"=x`] });
    expect(env).toEqual([
      [renamed, "x"],
      [name, "x"],
    ]);
  },
);

test("every entry is held to, or is listed here once with its reason", () => {
  expect(all.filter(({ kind }) => kind === "")).toEqual([]);
  for (const list of [elsewhere, knownlyDifferent]) {
    for (const beginning of Object.keys(list)) {
      expect(all.filter(({ kind }) => kind.startsWith(beginning))).toHaveLength(1);
    }
  }
  expect(replayed.length + Object.keys({ ...elsewhere, ...knownlyDifferent }).length).toBe(
    all.length,
  );
});

test.each(
  all.filter((one) => listed(knownlyDifferent, one)).map((one) => [one.kind, one] as const),
)("%s: still different", async (_, { request = {}, real = {} }) => {
  const path = (request.path ?? "").replace(/<[ab]>/g, (name) => sessions[name] ?? "");
  const bytes = Buffer.from(path).toString("latin1");
  const answer = await ask({ ...request, path: bytes });
  expect(answer).not.toMatchObject(real);
});
