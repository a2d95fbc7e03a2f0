import { AskedOnce } from "../../../provider/packs/askedOnce";

test("a session is asked once for all of its jobs, and one that is a job's alone each time", async () => {
  const asked: string[] = [];
  const once = new AskedOnce(async (sessionId) => asked.push(sessionId));
  await Promise.all(["a.1", "a.2", "b", "b", "c.1"].map((id) => once.of(id)));
  expect(asked).toEqual(["a", "b", "b", "c"]);
});

test("what was not answered is asked again", async () => {
  let answer = Promise.reject<string>(new Error("away"));
  const once = new AskedOnce(() => answer);
  await expect(once.of("a.1")).rejects.toThrow("away");
  answer = Promise.resolve("here");
  expect(await once.of("a.2")).toBe("here");
});
