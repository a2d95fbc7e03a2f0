import { createServer } from "node:net";
import { EngineLog } from "../../../provider/engine/engineLog";
import { fakeEngine } from "../../world/fakeEngine";

test("what is said arrives with its resource, in its order, and is waited for", async () => {
  using engine = await fakeEngine();
  const log = new EngineLog(engine.address);
  log.say("one ü line");
  log.status("3 of 7 jobs", "urn:a");
  await log.settled();
  expect(engine.shown).toEqual([
    { text: "one ü line", urn: "", isEphemeral: false, severity: "INFO" },
    { text: "3 of 7 jobs", urn: "urn:a", isEphemeral: true, severity: "INFO" },
  ]);
});

test("an engine that has gone, comes to nothing or never was fails nobody", async () => {
  const hasLeft = new EngineLog(await addressOfNobody());
  hasLeft.say("a");
  hasLeft.say("b");
  await hasLeft.settled();
  const nobody = new EngineLog(undefined);
  nobody.say("a");
  await nobody.settled();
  using engine = await fakeEngine();
  const log = new EngineLog(engine.address);
  log.say("before");
  await log.settled();
  engine[Symbol.dispose]();
  log.say("after");
  await log.settled();
  expect(engine.shown.map(({ text }) => text)).toEqual(["before"]);
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
