// One request to servers that go astray; the usual ones are tested through the embedded server.
import http from "node:http";
import type { AddressInfo } from "node:net";
import { UnclearAnswerError } from "../../../provider/errors";
import { arcOf } from "../../../provider/record/arc";
import { skahaClient } from "../../../provider/skaha/client";
import type { Credentials } from "../../../provider/skaha/credentials";

const credential = { source: "x", renewal: "y", headers: { authorization: "Bearer MARKER" } };
const credentials: Credentials = {
  current: async () => credential,
  renewed: async () => undefined,
};
const launch = { name: "x", image: "a.b/c", command: "x", args: [], env: {}, secrets: [] };

const servers: http.Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(handler: http.RequestListener): Promise<string> {
  const server = http.createServer(handler);
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const client = (server: string, timeoutMs = 60_000) =>
  skahaClient({ server, credentials, concurrency: 2, timeoutMs });

test.each([301, 302, 303, 307, 308])(
  "a %d to another server is refused, and tells it nothing",
  async (status) => {
    const heard: string[] = [];
    const other = await serve((request, response) => {
      heard.push(JSON.stringify(request.headers));
      response.end("[]");
    });
    const server = await serve((_, response) =>
      response.writeHead(status, { location: `${other}/session` }).end("moved"),
    );
    const asked = client(server);
    await expect(asked.list()).rejects.toThrow(`answered ${status}`);
    await expect(asked.create(launch)).rejects.toThrow(`answered ${status}`);
    await expect(asked.cancel("abcd1234")).rejects.toThrow(`answered ${status}`);
    await expect(asked.log("abcd1234")).rejects.toThrow(`answered ${status}`);
    expect(heard).toEqual([]);
  },
);

test("a file of /arc that is kept elsewhere is fetched there, without telling who asks", async () => {
  const heard: string[] = [];
  const other = await serve((request, response) => {
    heard.push(JSON.stringify(request.headers));
    response.end("content");
  });
  const server = await serve((_, response) =>
    response.writeHead(303, { location: `${other}/x?preauth=MARKER-too` }).end(),
  );
  const arc = arcOf({ server, credentials, concurrency: 2 });
  await expect(arc.read("/arc/home/x")).resolves.toBe("content");
  expect(heard).toHaveLength(1);
  expect(heard.join()).not.toContain("MARKER");
});

test("where there is no /arc, the settings are named that say where it is", async () => {
  const server = await serve((_, response) => response.writeHead(404).end("<html>no"));
  const arc = arcOf({ server, credentials, concurrency: 2 });
  await expect(arc.write("/arc/home/x", "text")).rejects.toThrow(
    `; nothing is served at ${server}: see CANFAR_ARC_URL and skaha:arcUrl`,
  );
});

test.each([
  "http://[",
  "ftp://a.net/x?preauth=MARKER",
  "file:///etc/passwd",
  "javascript:alert(1)",
])("a redirect to %j is an error in words", async (location) => {
  const server = await serve((_, response) => response.writeHead(303, { location }).end());
  const arc = arcOf({ server, credentials, concurrency: 2 });
  const error: Error = await arc.read("/arc/home/x").then(
    () => new Error("was read"),
    (thrown) => thrown,
  );
  expect(error.message).toMatch(
    /^could not read \/arc\/home\/x: VOSpace sends to .*, which is not followed/,
  );
  expect(error.message).not.toContain("MARKER");
});

test("what a place that was redirected to may hold is not repeated where it does not answer", async () => {
  const server = await serve((_, response) =>
    response.writeHead(303, { location: "http://127.0.0.1:1/x?preauth=MARKER" }).end(),
  );
  const arc = arcOf({ server, credentials, concurrency: 2 });
  const error: Error = await arc.read("/arc/home/x").catch((thrown) => thrown);
  expect(error.message).toContain("GET http://127.0.0.1:1");
  expect(error.message).not.toContain("MARKER");
}, 30_000);

test("an answer that goes on and on is given up", async () => {
  const server = await serve((_, response) => {
    const timer = setInterval(() => response.write(" "), 20);
    response.on("close", () => clearInterval(timer));
  });
  await expect(client(server, 100).list()).rejects.toThrow("took longer than 0.5 s");
});

test("an answer without end is given up", async () => {
  const blanks = Buffer.alloc(1024 * 1024, " ");
  const server = await serve((_, response) => {
    const more = () => {
      while (response.write(blanks));
    };
    response.on("drain", more);
    more();
  });
  await expect(client(server).list()).rejects.toThrow("longer than 67108864 bytes");
});

test("a launch whose refusal breaks off may have taken place", async () => {
  const server = await serve((_, response) => {
    response.writeHead(503, { "content-length": 100 });
    response.write("no");
    setImmediate(() => response.destroy());
  });
  await expect(client(server).create(launch)).rejects.toThrow(UnclearAnswerError);
});

test("a log that nobody reads on gives up its connection", async () => {
  let isClosed: (() => void) | undefined;
  const closed = new Promise<void>((resolve) => {
    isClosed = resolve;
  });
  const server = await serve((_, response) => {
    const timer = setInterval(() => response.write("line\n"), 20);
    response.on("close", () => {
      clearInterval(timer);
      isClosed?.();
    });
  });
  const log = await client(server).log("abcd1234");
  for await (const _ of log) break;
  await closed;
});

test("a log that breaks off before anybody reads it fails when it is read", async () => {
  let isClosed: (() => void) | undefined;
  const closed = new Promise<void>((resolve) => {
    isClosed = resolve;
  });
  const server = await serve((_, response) => {
    response.on("close", () => isClosed?.());
    response.write("line\n");
    setTimeout(() => response.destroy(), 20);
  });
  const log = await client(server).log("abcd1234");
  await closed;
  await new Promise((resolve) => setTimeout(resolve, 20));
  const read = async () => {
    for await (const _ of log);
  };
  await expect(read()).rejects.toThrow();
});

test("a log that breaks off fails, and one that is read slowly comes whole", async () => {
  const block = "x".repeat(1024 * 1024);
  const server = await serve((request, response) => {
    if (request.url?.includes("broken")) {
      response.write("line\n");
      setTimeout(() => response.destroy(), 50);
    } else {
      for (let part = 0; part < 8; part += 1) response.write(block);
      response.end();
    }
  });
  const read = async (log: AsyncIterable<Buffer>) => {
    let bytes = 0;
    for await (const chunk of log) {
      bytes += chunk.length;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    return bytes;
  };
  const asked = client(server);
  await expect(read(await asked.log("broken"))).rejects.toThrow();
  await expect(read(await asked.log("whole"))).resolves.toBe(8 * block.length);
});

describe("a server that cannot be reached", () => {
  /** Where nobody listens: a port that was free a moment ago. */
  async function nowhere(): Promise<{ url: string; port: number }> {
    const url = await serve(() => {});
    const server = servers.pop();
    await new Promise((closed) => server?.close(closed));
    return { url, port: Number(new URL(url).port) };
  }

  const told: string[] = [];
  const onUnreached = ({ code = "" }: NodeJS.ErrnoException) => void told.push(code);
  beforeEach(() => told.splice(0));

  test("is asked again by a run, which says so, until it is there", async () => {
    const { url, port } = await nowhere();
    const late = http.createServer((_, response) => response.end("[]"));
    servers.push(late);
    const options = { server: url, credentials, concurrency: 2 };
    const asked = skahaClient({
      ...options,
      onUnreached(error) {
        onUnreached(error);
        if (told.length === 1) late.listen(port, "127.0.0.1");
      },
    });
    await expect(asked.list()).resolves.toMatchObject({ sessions: [] });
    expect(told[0]).toBe("ECONNREFUSED");
  });

  test("is asked once where a person waits, and by a launch", async () => {
    const { url } = await nowhere();
    const options = { server: url, credentials, concurrency: 2, onUnreached };
    const person = skahaClient({ ...options, isPatient: false });
    const reason = /^could not list the sessions: no answer from Skaha \(ECONNREFUSED, /;
    await expect(person.list()).rejects.toThrow(reason);
    await expect(skahaClient(options).create(launch)).rejects.toThrow("ECONNREFUSED");
    expect(told).toEqual([]);
  });

  test("is asked again by everybody where it broke an answer off", async () => {
    let asks = 0;
    const server = await serve((request, response) => {
      asks += 1;
      if (asks === 1) request.socket.destroy();
      else response.end("[]");
    });
    const options = { server, credentials, concurrency: 2, onUnreached, isPatient: false };
    await expect(skahaClient(options).list()).resolves.toMatchObject({ sessions: [] });
    expect([asks, told]).toEqual([2, []]);
  });

  test("that is silent is told of, and waited for", async () => {
    let isTold = () => {};
    const telling = new Promise<void>((resolve) => {
      isTold = resolve;
    });
    const server = await serve(async (_, response) => {
      await telling;
      response.end("[]");
    });
    const options = { server, credentials, concurrency: 2, onSilent: () => isTold() };
    await expect(skahaClient(options).list()).resolves.toMatchObject({ sessions: [] });
  });
});
