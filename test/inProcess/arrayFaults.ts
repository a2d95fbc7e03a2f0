// Many jobs of one array, and among them one with each kind of fault: it alone is named, and all others converge.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { goOnPastRefused } from "../../provider/run/asked";
import { endRecorded, record, recordedWorld, recordFolder } from "../world/recorded";
import { hour, minute, type World, world } from "../world/world";

const odd = "job-42";

/** Which jobs the lines are about, by the end of their names in the program. */
function jobsIn(lines: readonly string[]): string[] {
  const found = lines.flatMap((line) => [...line.matchAll(/\bjob-\d+/g)].map(([name]) => name));
  return [...new Set(found)];
}

async function failureOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "",
    (error: Error) => error.message,
  );
}

/** @param count of the jobs; one more than `odd` at least */
export function oneOf(count: number): void {
  const names = Array.from({ length: count }, (_, n) => `job-${n}`);
  const program = (own: Record<string, unknown> = {}, all: Record<string, unknown> = {}) =>
    Object.fromEntries(
      names.map((name, n) => [name, { args: [n], ...all, ...(name === odd && own) }]),
    );
  const capacity = { cores: 2 * count, ramGiB: 16 * count };
  const othersOf = (w: World): Set<unknown> => {
    const { [odd]: _odd, ...others } = w.engine.statuses();
    expect(Object.keys(others)).toHaveLength(count - 1);
    return new Set(Object.values(others));
  };

  describe(`of ${count} jobs of an array, one`, () => {
    test("that the preview refuses is named alone, and an update past it launches all others", async () => {
      await using w = await world({ form: "array", capacity });
      const refusal = /: ram 3 is not offered: choose one of .* GiB/;
      const previewed = await failureOf(w.engine.preview(program({ ram: 3 })));
      expect(previewed).toMatch(/^1 job is refused:\n {2}ram 3 is not offered.*: "all\/job-42"$/);
      expect(await failureOf(w.engine.up(program({ ram: 3 })))).toBe(previewed);
      expect(w.posts()).toBe(0);

      w.engine.env[goOnPastRefused] = "true";
      const failed = await failureOf(w.engine.up(program({ ram: 3 })));
      expect(failed).toMatch(refusal);
      expect(jobsIn([failed])).toEqual([odd]);
      expect(othersOf(w)).toEqual(new Set(["Pending"]));
      expect(w.engine.names()).not.toContain(odd);

      await w.engine.up(program());
      expect(w.posts()).toBe(count);
      // Once it is there, what it cannot become changes nothing of it.
      const session = w.session(odd);
      expect(await failureOf(w.engine.up(program({ ram: 3 })))).toMatch(refusal);
      expect(w.session(odd)).toBe(session);
      await w.engine.up(program());
      expect(w.posts()).toBe(count);
      expect(w.requests("DELETE")).toEqual([]);
    });

    test("that the server refuses at its launch is named alone, and launched by the next up", async () => {
      await using w = await world({ form: "array", capacity });
      w.misbehave({ kind: "status", code: 400, body: "no\n", method: "POST", after: 42, times: 1 });
      const failed = await failureOf(w.engine.up(program()));
      expect(failed).toMatch(/Skaha answered 400: "no"/);
      expect(new Set(failed.match(/all\/job-\d+/g)).size).toBe(1);
      expect(w.engine.names()).toHaveLength(count - 1);
      await w.engine.up(program());
      expect(w.alive()).toHaveLength(count);
      expect(new Set(w.alive()).size).toBe(count);
      expect(w.requests("POST")).toHaveLength(count + 1);
    });

    test("that vanished is Lost and told of alone, and no other is launched again", async () => {
      await using w = await world({ form: "array", capacity });
      await w.engine.up(program());
      await w.engine.refresh();
      w.said();
      w.skaha.vanish(w.session(odd));
      await w.engine.up(program());
      expect(w.engine.statuses()[odd]).toBe("Lost");
      expect(othersOf(w)).toEqual(new Set(["Running"]));
      expect(jobsIn(w.said())).toEqual([odd]);
      expect(w.posts()).toBe(count);
    });

    test("whose launch was answered with a broken connection is found, and launched once", async () => {
      await using w = await world({ form: "array", capacity });
      w.misbehave({ kind: "lostAnswer", method: "POST", after: 42, times: 1 });
      await w.engine.up(program());
      expect(w.engine.names()).toHaveLength(count);
      expect(w.skaha.jobs()).toHaveLength(count);
      expect(new Set(w.alive()).size).toBe(count);
    });

    test("that lives twice is healed: the earlier session stays, and it alone is told of", async () => {
      await using w = await world({ form: "array", capacity });
      await w.engine.up(program());
      await w.engine.refresh();
      const first = w.session(odd);
      w.said();
      w.clock.pass(minute);
      const { skaha } = w;
      const answer = await fetch(`${skaha.url}/session`, {
        method: "POST",
        headers: { authorization: `Bearer ${skaha.token}` },
        body: new URLSearchParams({
          ...{ name: w.engine.id(odd), image: "images.canfar.net/skaha/terminal:1.1.2" },
          ...{ type: "headless", cmd: "true" },
        }),
      });
      expect(answer.status).toBe(200);
      expect(w.alive()).toHaveLength(count + 1);
      await w.engine.up(program());
      expect(w.alive()).toHaveLength(count);
      expect(w.session(odd)).toBe(first);
      expect(w.requests("DELETE")).toHaveLength(1);
      expect(jobsIn(w.said())).toEqual([odd]);
    });

    test("whose record is damaged is told of alone, and the others are Completed", async () => {
      await using w = await recordedWorld({ form: "array", capacity });
      await w.engine.up(program({}, { record }));
      for (const name of names) endRecorded(w, name, { exitCode: 0 });
      const folder = recordFolder(w, odd);
      mkdirSync(folder, { recursive: true });
      writeFileSync(path.join(folder, "end.json"), '{"exitCode": 0, "en');
      w.clock.pass(2 * hour);
      w.said();
      await w.engine.refresh();
      expect(othersOf(w)).toEqual(new Set(["Completed"]));
      expect(jobsIn(w.said())).toEqual([odd]);
      expect(w.engine.outputs(odd).status).not.toBe("Completed");
      expect(await w.engine.up(program({}, { record }))).toBeDefined();
      expect(w.posts()).toBe(count);
    });
  });
}
