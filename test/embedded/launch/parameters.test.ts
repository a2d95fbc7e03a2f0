import { Buffer } from "node:buffer";
import { type Skaha, scriptedRunner, startSkaha } from "../../../embedded";
import { clientOf, image } from "../client";

let skaha: Skaha;
let client: ReturnType<typeof clientOf>;
beforeAll(async () => {
  skaha = await startSkaha({ runner: scriptedRunner(), users: { alice: { token: "t" } } });
  client = clientOf(skaha);
});
afterAll(() => skaha.close());

async function post(options: {
  query?: string;
  contentType?: string;
  body?: string | Buffer | FormData;
}) {
  const { query, contentType, body } = options;
  const answer = await fetch(`${skaha.url}/session${query === undefined ? "" : `?${query}`}`, {
    method: "POST",
    headers: {
      authorization: "Bearer t",
      ...(contentType !== undefined && { "content-type": contentType }),
    },
    ...(body !== undefined && { body: body instanceof Buffer ? new Uint8Array(body) : body }),
  });
  const text = await answer.text();
  if (answer.status !== 200) return { status: answer.status, text };
  return { status: 200, job: await client.get(`/_embedded/jobs/${text.trim()}`) };
}

const form = "application/x-www-form-urlencoded";
const basic = `name=job&image=${image}&cmd=c`;
const missing = { status: 400, text: "Missing parameter 'image'\n" };

describe("parameters", () => {
  test("of a form without charset are ISO-8859-1, with it UTF-8, in the query UTF-8", async () => {
    const e = "%C3%A9";
    expect((await post({ contentType: form, body: `${basic}&args=${e}` })).job.args).toEqual([
      "Ã©",
    ]);
    const utf8 = `${form}; charset=UTF-8`;
    expect((await post({ contentType: utf8, body: `${basic}&args=${e}` })).job.args).toEqual(["é"]);
    const query = `args=${e}`;
    expect((await post({ contentType: form, body: basic, query })).job.args).toEqual(["é"]);
  });

  test("of multipart bodies are UTF-8, and the query is ignored", async () => {
    const body = new FormData();
    for (const [name, value] of [
      ["name", "job"],
      ["image", image],
      ["cmd", "c"],
      ["args", "é 日"],
    ]) {
      body.append(name ?? "", value ?? "");
    }
    body.append("env", "A=1");
    body.append("env", "B=2");
    const { job } = await post({ body, query: "cmd=other" });
    expect(job).toMatchObject({
      command: ["c"],
      args: ["é", "日"],
      env: [
        ["A", "1"],
        ["B", "2"],
      ],
    });
  });

  test("of the query come first, repeats are ignored, env is not", async () => {
    const query = "cmd=fromquery&env=Q=1";
    const body = `${basic}&cmd=third&env=B%3D2`;
    const { job } = await post({ contentType: form, body, query });
    expect(job.command).toEqual(["fromquery"]);
    expect(job.env).toEqual([
      ["Q", "1"],
      ["B", "2"],
    ]);
  });

  test("have names in any case, but only in one", async () => {
    expect((await post({ contentType: form, body: `NAME=job&Image=${image}&CMD=c` })).status).toBe(
      200,
    );
    expect(await post({ contentType: form, body: `${basic}&CMD=d` })).toEqual({
      status: 400,
      text: "null\n",
    });
  });

  test.each([[undefined], ["text/plain"], ["application/json"]])(
    "of a body of type %s are not read, nor those of the query",
    async (contentType) => {
      const body = Buffer.from(basic);
      const type = contentType === undefined ? {} : { contentType };
      expect(await post({ ...type, body, query: basic })).toEqual(missing);
    },
  );

  test("of a form larger than 2 MiB are not read", async () => {
    const body = `${basic}&args=${"x".repeat(2 * 1024 * 1024)}`;
    expect(await post({ contentType: form, body })).toEqual(missing);
    const large = `${basic}&args=${"x".repeat(1_200_000)}`;
    expect((await post({ contentType: form, body: large })).job.args[0]).toHaveLength(1_200_000);
  });

  test("that cannot be decoded are skipped", async () => {
    const { job } = await post({ contentType: form, body: `${basic}&args=%zz&env=A%3D1` });
    expect(job).toMatchObject({ args: null, env: [["A", "1"]] });
  });
});

describe("what the golden files do not have", () => {
  const launch = (more: Record<string, string | string[]>) =>
    client.post({ name: "job", cmd: "c", ...more });

  test.each([
    [{ args: "\\\\Uffffffff" }, 400, 'For input string: "ffffffff" under radix 16\n'],
    [{ args: "\\\\ud800" }, 500, "unexpected exception: invalid string value has occurred"],
    [{ args: `\${1a}` }, 400, "capturing group name {1a} starts with digit character\n"],
    [{ gpus: "0" }, 400, "Invalid value for 'gpus': 0\n"],
    [{ name: "a-" }, 500, /^unexpected exception: .*Message: Not Found\n/],
    [{ env: ["y=1"] }, 500, /^unexpected exception: .*Message: Not Found\n/],
    [{ env: ["null=1"] }, 500, /^unexpected exception: .*Message: Not Found\n/],
    [{ env: ["A: x=b"] }, 500, /^unexpected exception: mapping values are not allowed here\n/],
    [{ args: "-08" }, 500, /^unexpected exception: .*Message: Not Found\n/],
    [{ args: "0o17" }, 500, /^unexpected exception: .*Message: Not Found\n/],
    [{ args: "-09 +09 -_1 9e3_" }, 500, /^unexpected exception: .*Message: Not Found\n/],
    [
      { cmd: 'x"]\n        workingdir: ["y' },
      500,
      /^unexpected exception: Cannot create property=spec /,
    ],
  ])("%j is refused", async (more, status, text) => {
    const answer = await launch(more as Record<string, string | string[]>);
    expect(answer.status).toBe(status);
    if (typeof text === "string") expect(answer.text).toBe(text);
    else expect(answer.text).toMatch(text);
  });

  test.each([
    [{ args: `\\\${skaha.userid}` }, { args: ["alice"] }],
    [{ args: `\\\${SKAHA_USER_HOME_DIR}/x` }, { args: ["/arc/home/alice/x"] }],
    [
      { args: "08 1:30 1.5 on -.5 1_000 0b2" },
      { args: ["08", "1:30", "1.5", "on", "-.5", "1_000", "0b2"] },
    ],
    [{ cmd: 'x"]\n        command: ["injected' }, { command: ["injected"] }],
    [
      { env: ["on=1", "A=\\\\n"] },
      {
        env: [
          ["true", "1"],
          ["A", "\n"],
        ],
      },
    ],
  ])("%j becomes %j", async (more, expected) => {
    const answer = await launch(more as Record<string, string | string[]>);
    expect(answer.text).toMatch(/^[a-z][a-z0-9]{7}\n$/);
    expect(await client.get(`/_embedded/jobs/${answer.text.trim()}`)).toMatchObject(expected);
  });
});

test.each([
  ["HEAD", "/session", 405],
  ["PATCH", "/session", 501],
  ["DELETE", "/session/nosuch/app/x", 200],
  ["POST", "/session/nosuch/app", 400],
  ["GET", "/session/%ff", 400],
])("%s %s is a %d", async (method, path, status) => {
  expect((await client.call(method, path)).status).toBe(status);
});
