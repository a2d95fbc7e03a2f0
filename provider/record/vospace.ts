// Small files under /arc over VOSpace, as Cavern serves them: `GET` and `PUT <service>/files/home/...`. What its
// answers mean was recorded from the real one (`test/golden/cavern.json`). Folders are listed by `GET <service>/nodes/home/...`, as
// its source has it (docs/skaha-api.md).
import { NothingServedError, NotLoggedInError, SkahaError } from "../errors";
import { type Answer, type Request, type TransportOptions, transport } from "../skaha/transport";
import { listedIn } from "./nodeList";
import { placeOf } from "./place";

/** `server` is the service's URL, like `https://ws-uv.canfar.net/arc`. */
export type VospaceOptions = TransportOptions;

/** The service starts some 28 processes for each file: more at a time are not answered sooner. */
const mostAtATime = 8;

/** What it says of a file that is not there, and nobody else does: a proxy's 404 says nothing of files. */
const noFile = /^404 (NodeNotFound|UnreadableLinkTarget)/;
const noFolder = /^404 not found: parent container/;
const isFolder = /^400 GET for directories not supported/;
const outside = /^400 InvalidArgument: cannot navigate external link (\S+)/;

/** Those of an `Arc`. */
export function vospace(service: VospaceOptions) {
  const transported = transport({
    ...service,
    concurrency: Math.min(service.concurrency, mostAtATime),
    name: "VOSpace",
    settings: "CANFAR_ARC_URL and skaha:arcUrl",
    followsRedirects: true,
  });
  const send = withSecondTry(transported);
  const places = new Places(transported, service.server);

  async function ask(
    what: string,
    path: string,
    absent: RegExp,
    request: Pick<Request, "method" | "body" | "isStreamed">,
    at = filePath(path),
  ): Promise<Answer | undefined> {
    const isAnswer = (status: number, text: string) =>
      [absent, outside].some((one) => one.test(`${status} ${text}`));
    const answer = await send(path, { what, path: at, isAnswer, ...request });
    const { status, text } = answer;
    const [, target] = outside.exec(`${status} ${text}`) ?? [];
    if (target !== undefined) {
      throw new SkahaError(
        `could not ${what}: VOSpace does not follow the link to ${target.replace(/^file:\/\//, "")} on its way, because its target is absolute: name the real path, which realpath prints, or make the link a relative one`,
        status,
      );
    }
    if (status >= 200 && status < 300) return genuine(what, answer);
    await places.assertThere(what, placeOf(path));
    return undefined;
  }

  /** No file that is asked for here is a web page: what answers then is a portal, or a page to log in. */
  function genuine(what: string, answer: Answer): Answer {
    const { status, text, contentType, stream } = answer;
    const isPage = contentType?.startsWith("text/html") || /^\s*<(!doctype|html)/i.test(text);
    if (!isPage) return answer;
    stream?.destroy();
    throw notGenuine(what, status);
  }

  const notGenuine = (what: string, status: number) => notVospace(what, status, service.server);

  const get = (path: string, isStreamed = false) =>
    ask(`read ${path}`, path, noFile, { method: "GET", isStreamed });
  return {
    read: async (path: string) => (await get(path))?.text,
    stream: async (path: string) => (await get(path, true))?.stream,
    isFolder: (path: string) => isFolderThere((request) => send(path, request), path),
    async list(path: string) {
      const what = `list ${path}`;
      const answer = await ask(what, path, noFile, { method: "GET" }, nodePath(path));
      if (!answer) return undefined;
      try {
        return listedIn(answer.text);
      } catch {
        throw notGenuine(what, answer.status);
      }
    },
    /** Such an answer has no body that would say why: whoever asks goes on as if there were no file. */
    async size(path: string) {
      const isAnswer = (status: number) => status === 400 || status === 404;
      const asked = { what: `see how long ${path} is`, path: filePath(path), isAnswer };
      const { status, length } = await send(path, { ...asked, method: "HEAD" });
      return status === 200 ? length : undefined;
    },
    async write(path: string, body: string | Uint8Array) {
      const what = `write ${path}`;
      const answer = await ask(what, path, noFolder, { method: "PUT", body });
      if (!answer) return false;
      if (answer.status !== 201 && answer.user === undefined) throw notGenuine(what, answer.status);
      return true;
    },
  };
}

function notVospace(what: string, status: number, server: string): Error {
  return new NothingServedError(
    `could not ${what}: something else than VOSpace answered ${status}, perhaps a page to log in: see whether ${server} can be reached from here, and CANFAR_ARC_URL and skaha:arcUrl`,
    status,
  );
}

/**
 * Whoever is let in by a group is now and then refused once, while the service asks for the groups of several requests.
 * The first who is refused in a project tries again, and the others with it; where that is refused too, nobody does.
 */
function withSecondTry(send: (request: Request) => Promise<Answer>) {
  const isLetIn = new Map<string, Promise<boolean>>();
  const isRefusal = (error: unknown) =>
    error instanceof SkahaError && error.status === 403 && !(error instanceof NotLoggedInError);
  return async (path: string, request: Request): Promise<Answer> => {
    const place = placeOf(path);
    try {
      return await send(request);
    } catch (error) {
      if (!isRefusal(error) || !place.startsWith("/arc/projects/")) throw error;
      const first = isLetIn.get(place);
      if (first && !(await first)) throw error;
      const again = send(request);
      if (!first) {
        isLetIn.set(
          place,
          again.then(
            () => true,
            (reason) => !isRefusal(reason),
          ),
        );
      }
      return await again;
    }
  };
}

/** Which homes and projects are there: without its file system the service has no file, and says so as of any other. */
class Places {
  readonly #next = new Map<string, Promise<void>>();
  readonly #running = new Map<string, Promise<void>>();

  constructor(
    private readonly send: (request: Request) => Promise<Answer>,
    private readonly server: string,
  ) {}

  /** By a look that begins now or later: one for all who wait for it. */
  assertThere(what: string, place: string): Promise<void> {
    const shared = this.#next.get(place) ?? this.#after(place);
    this.#next.set(place, shared);
    return shared.catch((error: unknown) => {
      throw error === absent
        ? new SkahaError(
            `could not ${what}: VOSpace has no such file, and no ${place} either: its file system is not there at the moment, or the name is wrong; see whether ${this.server} has ${place}, then run the command again`,
          )
        : error;
    });
  }

  async #after(place: string): Promise<void> {
    await this.#running.get(place)?.catch(() => {}); // whoever waits for that one is told
    const look = this.#look(place);
    this.#running.set(place, look);
    this.#next.delete(place);
    await look;
  }

  async #look(place: string): Promise<void> {
    if (!(await isFolderThere(this.send, place))) throw absent;
  }
}

/** The service hands out no folder, and says so. */
async function isFolderThere(
  send: (request: Request) => Promise<Answer>,
  path: string,
): Promise<boolean> {
  const isAnswer = (status: number, text: string) =>
    isFolder.test(`${status} ${text}`) || noFile.test(`${status} ${text}`);
  const what = `see whether ${path} is there`;
  const { status, text } = await send({ what, method: "GET", path: filePath(path), isAnswer });
  return isFolder.test(`${status} ${text}`);
}

const absent = new Error("it is not there");

/** What is in a folder, without its properties, of which each would be a look at the file. */
function nodePath(path: string): string {
  return `${filePath(path).replace(/^\/files/, "/nodes")}?detail=min`;
}

function filePath(path: string): string {
  const below = path.replace(/^\/arc\//, "");
  return `/files/${below.split("/").map(encodeURIComponent).join("/")}`;
}
