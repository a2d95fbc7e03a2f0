import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import type { Notice } from "../../../cli/notice/notice";
import { send } from "../../../cli/notice/send";
import { noProxies } from "../../../provider/skaha/proxies";

const notice = { id: "done-1", text: "all is done" } as Notice;
const nobody = { command: undefined, webhook: undefined, failed: undefined, quietMs: undefined };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "skaha-send-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("a command", () => {
  const script = (text: string) => {
    const file = path.join(folder, "tell me.sh");
    writeFileSync(file, `#!/bin/sh\n${text}\n`);
    chmodSync(file, 0o755);
  };
  const sent = (command: string) =>
    send("command", notice, { settings: { ...nobody, command }, proxies: noProxies, folder });

  test("gets the message on its stdin, and its id as a variable, in the program's folder", async () => {
    script('cat > got.json; echo "$SKAHA_NOTICE_ID $1" > id');
    await sent("'./tell me.sh' 'two words'");
    expect(JSON.parse(readFileSync(path.join(folder, "got.json"), "utf8"))).toEqual(notice);
    expect(readFileSync(path.join(folder, "id"), "utf8")).toBe("done-1 two words\n");
  });

  test("that fails without a word is told of without one", async () => {
    script("exit 1");
    await expect(sent("'./tell me.sh'")).rejects.toThrow(
      /\(\.\/tell me\.sh\) ended with status 1$/,
    );
  });

  test("need not read it", async () => {
    script("exit 0");
    await sent("'./tell me.sh'");
  });

  test.each([
    ["'./tell me.sh'", /\(\.\/tell me\.sh\) ended with status 3: no mail today/],
    ["./nothing", /\(\.\/nothing\) .*spawn \.\/nothing ENOENT/],
  ])("%s that fails is an error in words", async (command, message) => {
    script("echo no mail today >&2; exit 3");
    await expect(sent(command)).rejects.toThrow(message);
  });
});

describe("a webhook", () => {
  const serving = async (
    status: number,
    work: (
      url: string,
      got: { headers: http.IncomingHttpHeaders; body: string }[],
    ) => Promise<void>,
  ) => {
    const got: { headers: http.IncomingHttpHeaders; body: string }[] = [];
    const server = http.createServer(async (request, response) => {
      let body = "";
      for await (const part of request) body += part;
      got.push({ headers: request.headers, body });
      response.writeHead(status).end(`no such hook: http://${request.headers.host}${request.url}`);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/s3cret?a=b`, got);
    } finally {
      server.close();
    }
  };
  const posted = (webhook: string) =>
    send("webhook", notice, { settings: { ...nobody, webhook }, proxies: noProxies, folder });

  test("gets the message once, as JSON, with its id", async () => {
    await serving(204, async (url, got) => {
      await posted(url);
      expect(got).toHaveLength(1);
      expect(got[0]?.headers).toMatchObject({
        "content-type": "application/json",
        "idempotency-key": "done-1",
      });
      expect(JSON.parse(got[0]?.body ?? "")).toEqual(notice);
    });
  });

  test("that refuses it is an error that names its host, and not its secret", async () => {
    await serving(404, async (url) => {
      const error = await posted(url).catch((one: Error) => one);
      expect(String(error)).toMatch(
        /skaha:notifyWebhook: 127\.0\.0\.1:\d+ answered 404: no such hook: \[secret\]/,
      );
      expect(String(error)).not.toContain("s3cret");
    });
  });

  test("that is not there is an error", async () => {
    let address = "";
    await serving(204, async (url) => {
      address = url;
    });
    await expect(posted(address)).rejects.toThrow(/no answer from 127\.0\.0\.1:\d+: /);
  });
});

test("a channel that is no longer set is left out", async () => {
  await send("webhook", notice, { settings: nobody, proxies: noProxies, folder });
});
