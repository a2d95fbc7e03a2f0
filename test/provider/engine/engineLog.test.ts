import { createServer } from "node:net";
import { EngineLog } from "../../../provider/engine/engineLog";
import { linesTo } from "../../../provider/native/grpc/engineLines";
import { fakeEngine } from "../../world/fakeEngine";

describe.each([
  ["by the SDK", (address?: string) => new EngineLog(address)],
  ["by the native provider", (address?: string) => new EngineLog(address, linesTo)],
])("%s", (_how, logTo) => {
  test("what is said arrives with its resource, in its order, and is waited for", async () => {
    using engine = await fakeEngine();
    const log = logTo(engine.address);
    log.say("one ü line");
    log.status("3 of 7 jobs", "urn:a");
    log.warn("unlike the others");
    await log.settled();
    expect(engine.shown).toEqual([
      { text: "one ü line", urn: "", isEphemeral: false, severity: "INFO" },
      { text: "3 of 7 jobs", urn: "urn:a", isEphemeral: true, severity: "INFO" },
      { text: "unlike the others", urn: "", isEphemeral: false, severity: "WARNING" },
    ]);
  });

  test("an engine that has gone, comes to nothing or never was fails nobody", async () => {
    const hasLeft = logTo(await addressOfNobody());
    hasLeft.say("a");
    hasLeft.say("b");
    await hasLeft.settled();
    const nobody = logTo(undefined);
    nobody.say("a");
    await nobody.settled();
    using engine = await fakeEngine();
    const log = logTo(engine.address);
    log.say("before");
    await log.settled();
    engine[Symbol.dispose]();
    log.say("after");
    await log.settled();
    expect(engine.shown.map(({ text }) => text)).toEqual(["before"]);
  });

  test("no proxy is asked for an engine on this machine", async () => {
    const before = process.env.grpc_proxy;
    process.env.grpc_proxy = `http://${await addressOfNobody()}`;
    try {
      using engine = await fakeEngine();
      const log = logTo(engine.address);
      log.say("a");
      await log.settled();
      expect(engine.shown.map(({ text }) => text)).toEqual(["a"]);
    } finally {
      if (before === undefined) delete process.env.grpc_proxy;
      else process.env.grpc_proxy = before;
    }
  });
});

/** A port that was free a moment ago. */
async function addressOfNobody(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return `127.0.0.1:${address.port}`;
}
