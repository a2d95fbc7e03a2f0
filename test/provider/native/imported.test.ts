import { image } from "../../world/job";
import { nativeClient } from "../../world/nativeClient";
import { type World, world } from "../../world/world";

const urnOf = (name: string) => `urn:pulumi:dev::survey::skaha:index:HeadlessSession::${name}`;
const night = urnOf("night");

async function byHand(w: World, form: Record<string, string>): Promise<string> {
  const headers = { authorization: `Bearer ${w.skaha.token}` };
  const body = new URLSearchParams(form);
  const answer = await fetch(`${w.skaha.url}/session`, { method: "POST", headers, body });
  return (await answer.text()).trim();
}

describe("a session that was started by hand", () => {
  const handmade = { name: "by-hand", image, type: "headless", cmd: "sleep", args: "600" };

  test.each(["Running", "Completed"])(
    "becomes a job when it is %s, with the inputs that the server tells",
    async (status) => {
      await using w = await world();
      using client = await nativeClient(w);
      const sessionId = await byHand(w, { ...handmade, cores: "2", ram: "4" });
      if (status === "Completed") w.runner.end(sessionId, 0);
      const { id, inputs, outs } = await client.read({ urn: night, id: sessionId });
      expect(outs).toMatchObject({ status, sessionId, sessionName: "by-hand", cores: 2, ram: 4 });
      expect(inputs).toMatchObject({ image, cores: 2, ram: 4, adopt: sessionId, jobName: id });
      // The engine checks them again, and a program that declares them changes nothing.
      expect((await client.check(night, inputs, inputs)).inputs).toEqual(inputs);
      const program = await client.check(night, inputs, { image, cores: 2, ram: 4 });
      const about = { urn: night, id, olds: outs, oldInputs: inputs, news: program.inputs };
      expect(await client.diff(about)).toMatchObject({ changes: false });
      // A `get` names it by its session each time, and has inputs, though there are none in them.
      expect((await client.read({ urn: night, id: sessionId, inputs: {} })).id).toBe(sessionId);
      // A refresh of that has a state, and no inputs at all.
      expect((await client.read({ urn: night, id: sessionId, olds: outs })).outs).toEqual(outs);
      expect(w.skaha.jobs()).toHaveLength(1);
      await client.delete(night, id, outs);
      expect(w.alive()).toEqual([]);
    },
  );

  test("is refused in words where there is none, and nothing is launched", async () => {
    await using w = await world();
    using client = await nativeClient(w);
    const reading = client.read({ urn: night, id: "nosuch" });
    await expect(reading).rejects.toThrow(
      /cannot import nosuch: .*\/v1 has no session nosuch of yours; a session is forgotten an hour after its end/,
    );
    await expect(client.read({ urn: night, id: "../x?y" })).rejects.toThrow("has no session");
    expect(w.skaha.jobs()).toEqual([]);
  });
});
