// Asked by the npm package for gRPC, as the engine asks it.
import { createRequire } from "node:module";
import type * as Grpc from "@grpc/grpc-js";
import { type Method, serveUnary, type UnaryService } from "../../../provider/grpc/unaryServer";

const grpc: typeof Grpc = createRequire(require.resolve("@pulumi/pulumi"))("@grpc/grpc-js");
const same = (bytes: Buffer) => bytes;

const odd = 'could not: 100% of "ü"\n/tmp/a?b#c 𝄞';

const service: UnaryService = {
  name: "a.Service",
  methods: new Map<string, Method>([
    ["Echo", async (request: Buffer) => request],
    ["Fail", async () => Promise.reject(new Error(odd))],
  ]),
  failureOf: (error) => ({
    code: 2,
    message: (error as Error).message,
    details: Buffer.from([1, 2, 255]),
  }),
};

async function client(asked = service) {
  const port = await serveUnary(asked);
  const options = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };
  const one = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), options);
  const cancellable = (path: string, request: Buffer = Buffer.alloc(0)) => {
    const { promise: given, resolve, reject } = Promise.withResolvers<Buffer>();
    const call = one.makeUnaryRequest(path, same, same, request, (error, answer) =>
      error ? reject(error) : resolve(answer ?? Buffer.alloc(0)),
    );
    return { call, given };
  };
  return {
    cancellable,
    call: (path: string, request: Buffer) => cancellable(path, request).given,
    [Symbol.dispose]: () => one.close(),
  };
}

test("answers what it is asked, many at once, and nothing as well as 40 MB", async () => {
  using asking = await client();
  const large = Buffer.alloc(40 * 2 ** 20, "large");
  const requests = [
    Buffer.alloc(0),
    large,
    ...Array.from({ length: 200 }, (_, n) => Buffer.from(`${n}`)),
  ];
  const answers = await Promise.all(requests.map((one) => asking.call("/a.Service/Echo", one)));
  expect(answers.map((one, n) => one.equals(requests[n] as Buffer))).not.toContain(false);
});

test("tells what failed, whatever is in the sentence, and what belongs to it", async () => {
  using asking = await client();
  const error = await asking.call("/a.Service/Fail", Buffer.alloc(0)).catch((one) => one);
  expect(error).toMatchObject({ code: grpc.status.UNKNOWN, details: odd });
  expect(error.metadata.get("grpc-status-details-bin")).toEqual([Buffer.from([1, 2, 255])]);
});

test.each(["/a.Service/Other", "/other.Service/Echo", "/Echo"])(
  "%s is told as not implemented, which the engine has an answer for",
  async (path) => {
    using asking = await client();
    const error = await asking.call(path, Buffer.from("a")).catch((one) => one);
    expect(error.code).toBe(grpc.status.UNIMPLEMENTED);
  },
);

test("goes on after somebody who did not wait for the answer", async () => {
  const [asked, answered] = [Promise.withResolvers<void>(), Promise.withResolvers<Buffer>()];
  const waiting = async () => {
    asked.resolve();
    return answered.promise;
  };
  using asking = await client({
    ...service,
    methods: new Map([...service.methods, ["Wait", waiting]]),
  });
  const { call, given } = asking.cancellable("/a.Service/Wait");
  await asked.promise;
  call.cancel();
  await expect(given).rejects.toMatchObject({ code: grpc.status.CANCELLED });
  answered.resolve(Buffer.from("late"));
  expect(await asking.call("/a.Service/Echo", Buffer.from("a"))).toEqual(Buffer.from("a"));
});
