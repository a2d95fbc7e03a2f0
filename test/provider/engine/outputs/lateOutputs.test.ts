// With Pulumi's mocks in place of an engine: they answer by the same calls.
import * as pulumi from "@pulumi/pulumi";
import { HeadlessSession } from "../../../../provider/headlessSession";

interface Facts {
  readonly value: unknown;
  readonly isKnown: boolean;
  readonly isSecret: boolean;
}

/** As the SDK has them, which its types leave out. */
async function factsOf(output: pulumi.Output<unknown>): Promise<Facts> {
  const own = output as unknown as Record<"isKnown" | "isSecret", Promise<boolean>> & {
    promise(): Promise<unknown>;
  };
  return { value: await own.promise(), isKnown: await own.isKnown, isSecret: await own.isSecret };
}

const asked: unknown[] = [];

async function withEngine(isPreview: boolean, state: Readonly<Record<string, unknown>>) {
  asked.length = 0;
  const newResource = ({ inputs }: pulumi.runtime.MockResourceArgs) => {
    asked.push(inputs);
    return { id: "an-id", state: { ...inputs, ...state } };
  };
  await pulumi.runtime.setMocks(
    { newResource, call: () => ({}) },
    ...(["survey", "dev", isPreview, "organization"] as const),
  );
}

const job = (name = "night") => new HeadlessSession(name, { image: "a/b:1", cmd: "sleep", ram: 4 });

test("tells what the engine answered, also long after", async () => {
  await withEngine(false, { status: "Running", attempts: [{ attempt: 1 }] });
  const night = job();
  expect(await factsOf(night.status)).toEqual({ value: "Running", isKnown: true, isSecret: false });
  const attempts = await factsOf(night.attempts);
  expect(attempts).toMatchObject({ value: [{ attempt: 1 }], isKnown: true });
  expect(await factsOf(night.image)).toMatchObject({ value: "a/b:1", isKnown: true });
});

test("asks the engine for inputs alone", async () => {
  await withEngine(false, {});
  await factsOf(job().status);
  expect(Object.keys(asked[0] as object).sort()).toEqual(
    ["__provider", "cmd", "identity", "image", "ram"].sort(),
  );
});

test("is undefined and known after an up that does not tell it, and not known after a preview", async () => {
  await withEngine(false, {});
  expect(await factsOf(job().exitCode)).toMatchObject({ value: undefined, isKnown: true });
  await withEngine(true, { status: "Held" });
  const night = job();
  expect(await factsOf(night.exitCode)).toMatchObject({ value: undefined, isKnown: false });
  expect(await factsOf(night.status)).toMatchObject({ value: "Held", isKnown: true });
});

test("stays secret where the engine says so", async () => {
  await withEngine(false, { logTail: pulumi.secret("hunter2") });
  expect(await factsOf(job().logTail)).toEqual({ value: "hunter2", isKnown: true, isSecret: true });
});

test("depends on its job, for what is made of it", async () => {
  await withEngine(false, { status: "Running" });
  const night = job();
  const { resources } = night.status as unknown as { resources(): Set<pulumi.Resource> };
  expect([...resources()]).toEqual([night]);
});

test("is the same output each time, and is listed with the job's own", async () => {
  await withEngine(false, { status: "Running" });
  const night = job();
  expect(Object.keys(night)).toEqual(expect.arrayContaining(["status", "exitCode", "image"]));
  expect(night.status).toBe(night.status);
});
