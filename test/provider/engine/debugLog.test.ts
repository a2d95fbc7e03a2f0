import * as pulumi from "@pulumi/pulumi";
import { HeadlessSession, Sweep } from "../../../provider";
import { leaveOutDebugLog } from "../../../provider/engine/debugLog";
import { image } from "../../world/job";

const log = pulumi.log as { debug: typeof pulumi.log.debug };
const original = log.debug;

afterEach(() => {
  log.debug = original;
});

/** @returns what is sent for debugging */
function sent(): string[] {
  const messages: string[] = [];
  log.debug = async (message) => void messages.push(message);
  return messages;
}

class Group extends pulumi.ComponentResource {}

test("what the SDK says of jobs and arrays is left out, and nothing else", async () => {
  const messages = sent();
  const mocks: pulumi.runtime.Mocks = {
    newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs }),
    call: ({ inputs }) => inputs,
  };
  await pulumi.runtime.setMocks(mocks, "survey", "dev", false, "organization");
  const before = new Group("test:index:Group", "before");
  new HeadlessSession("a", { image, cmd: "true" });
  const over = [{ n: 1 }, { n: 2 }];
  new Sweep("s", { over, image, cmd: "true", array: true, job: ({ n }) => ({ args: [n] }) });
  new Group("test:index:Group", "after", {}, { parent: before });
  await pulumi.log.debug("the program's own");
  await pulumi.runtime.disconnect();
  const about = (word: string) => messages.filter((one) => one.includes(word));
  expect(about("HeadlessSession")).toEqual([]);
  expect(about("SessionArray")).toEqual([]);
  expect(about("t=test:index:Group, name=after").length).toBeGreaterThan(1);
  expect(messages).toContain("the program's own");
});

test("what failed is told, and what only looks like ours", async () => {
  const messages = sent();
  leaveOutDebugLog();
  const ours = log.debug;
  leaveOutDebugLog();
  expect(log.debug).toBe(ours);
  const type = "skaha:index:HeadlessSession";
  const kept = [
    `RegisterResource RPC finished: resource:a[${type}]; err: Error: 2 UNKNOWN: refused, resp: undefined`,
    `RegisterResource RPC failed: t=${type}, name=a, err=Error: refused`,
    "RegisterResource RPC finished: resource:a[other:index:Thing]; err: null, resp: x",
    `my own: Registering resource: t=${type}, name=a`,
  ];
  const leftOut = [
    `RegisterResource RPC finished: resource:a\n; b[${type}]; err: null, resp: urn`,
    `Registering resource: t=${type}, name=a, custom=true, remote=false`,
  ];
  for (const message of [...kept, ...leftOut]) await pulumi.log.debug(message);
  expect(messages).toEqual(kept);
});
