// Single answers of the service behind /arc, as they were recorded, and of what stands in its place.
import http from "node:http";
import type { AddressInfo } from "node:net";
import { NotLoggedInError } from "../../../provider/errors";
import { arcOf } from "../../../provider/record/arc";
import { placeOf } from "../../../provider/record/place";
import type { Credential } from "../../../provider/skaha/credentials";
import golden from "../../golden/cavern.json";

const old: Credential = {
  source: "the token in CANFAR_TOKEN",
  renewal: "set it to a fresh token",
  headers: { authorization: "Bearer old" },
};
const fresh: Credential = { ...old, headers: { authorization: "Bearer fresh" } };

type Given = readonly [status: number, headers: Record<string, string>, body: string];

/** A service that answers by what is asked and by whom, and an Arc that asks it. */
async function service(answer: (path: string, token: string, nth: number) => Given) {
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const token = request.headers.authorization ?? "";
    const [status, headers, body] = answer(request.url ?? "", token, asked.length);
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let current = old;
  const credentials = {
    current: async () => current,
    renewed: async () => {
      current = fresh;
      return fresh;
    },
  };
  return {
    url,
    asked,
    arc: arcOf({ server: url, credentials, concurrency: 64 }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** What was recorded of an exchange. */
function recorded(what: string, auth = "alice"): Given {
  const found = golden.exchanges.find((one) => one.what === what && one.auth === auth);
  if (!found) throw new Error(`no such exchange: ${what}`);
  const { "Content-Length": _, ...headers } = found.headers as Record<string, string>;
  return [found.status, headers, found.body];
}

const isThere: Given = recorded("directory with slash");
const isAbsent: Given = recorded("absent file");
const file = "/arc/home/alice/.jobs/a/1/start.json";
const isFile = (path: string) => path.endsWith(".json");

test.each([
  ["/arc/home/alice/.jobs/a/1/log", "/arc/home/alice"],
  ["/arc/projects/survey/x", "/arc/projects/survey"],
  ["/arc//projects//survey", "/arc/projects/survey"],
  ["/arc/scratch/x/y", "/arc/scratch"],
])("the place of %s is %s", (path, place) => {
  expect(placeOf(path)).toBe(place);
});

test.each(["absent file", "link loop"])(
  "of %s there is none, if its home is there",
  async (what) => {
    await using w = await service((path) => (isFile(path) ? recorded(what) : isThere));
    await expect(w.arc.read(file)).resolves.toBeUndefined();
    await expect(w.arc.stream(file)).resolves.toBeUndefined();
    expect(w.asked.filter((one) => one === "GET /files/home/alice")).toHaveLength(2);
  },
);

test("a thousand absences share their looks whether the project is there", async () => {
  await using w = await service((path) => (isFile(path) ? isAbsent : isThere));
  const paths = Array.from({ length: 1000 }, (_, n) => `/arc/projects/survey/${n}/1/start.json`);
  const found = await Promise.all(paths.map((path) => w.arc.read(path)));
  expect(new Set(found)).toEqual(new Set([undefined]));
  expect(w.asked.length).toBeLessThan(1500);
});

test("a look that began before a file was missed does not count for it", async () => {
  let isMounted = true;
  await using w = await service((path) => {
    if (isFile(path)) return isAbsent;
    const answer = isMounted ? isThere : isAbsent;
    isMounted = false; // it goes while the first look is answered
    return answer;
  });
  await expect(w.arc.read(file)).resolves.toBeUndefined();
  await expect(w.arc.read(file)).rejects.toThrow(
    `read ${file}: VOSpace has no such file, and no /arc/home/alice either`,
  );
});

test.each([
  [404, "text/plain", ""],
  [404, "text/plain", "Not Found"],
  [404, "application/json", '{"status":404,"error":"Not Found"}'],
  [404, "text/plain", "not found: parent container /home/alice"],
  [200, "text/html", "Please log in"],
  [200, "text/plain", "<!DOCTYPE html><title>Log in</title>"],
])("a %d of %s that says %j is not VOSpace's", async (status, type, body) => {
  await using w = await service(() => [status, { "content-type": type }, body]);
  const names = /CANFAR_ARC_URL and skaha:arcUrl/;
  await expect(w.arc.read(file)).rejects.toThrow(names);
  if (type === "text/html") await expect(w.arc.stream(file)).rejects.toThrow(names);
});

test("what takes a file without VOSpace's 201 has not taken it", async () => {
  await using w = await service(() => [200, {}, ""]);
  await expect(w.arc.write(file, "x")).rejects.toThrow(/something else than VOSpace answered 200/);
});

test("a file of which the folder is not there is not written, if its home is there", async () => {
  await using w = await service((path) => (isFile(path) ? recorded("PUT absent folder") : isThere));
  await expect(w.arc.write(file, "x")).resolves.toBe(false);
});

test("who counts as nobody is told so as after a 401: with a fresh credential it is asked again", async () => {
  const nobody = recorded("present", "anon");
  await using w = await service((_, token) =>
    token === "Bearer fresh" ? recorded("present with header") : nobody,
  );
  await expect(w.arc.read(file)).resolves.toContain('"attempt":1');
  expect(w.asked).toHaveLength(2);
});

test("who counts as nobody all the same is named the credential, and not sent to the operators", async () => {
  await using w = await service(() => recorded("present", "anon"));
  const error: Error = await w.arc.read("/arc/projects/survey/x").then(
    () => new Error("it was read"),
    (thrown) => thrown,
  );
  expect(error).toBeInstanceOf(NotLoggedInError);
  expect(error.message).toMatch(
    /does not accept the token in CANFAR_TOKEN: set it to a fresh token$/,
  );
  expect(w.asked).toHaveLength(2); // no third one for the project's sake
});

test("who is known and not let in is told whom to ask", async () => {
  await using w = await service(() => recorded("another's home, present"));
  await expect(w.arc.read(file)).rejects.toThrow(/ask its operators for access/);
  expect(w.asked).toHaveLength(1);
});

test("a link with an absolute target is answered with what to write instead", async () => {
  await using w = await service(() => recorded("through absolute folder link /arc"));
  await expect(w.arc.read("/arc/home/alice/jobs-arc/a1/1/start.json")).rejects.toThrow(
    "does not follow the link to /arc/home/alice/.jobs on its way, because its target is absolute: name the real path",
  );
});
