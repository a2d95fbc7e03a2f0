import { memoryOf } from "../../../cli/commands/stats/action";
import { scriptedRunner, startSkaha } from "../../../embedded";
import { statsSchema } from "../../../provider/api";
import { skahaClient } from "../../../provider/skaha/client";

const credential = (token: string) => ({
  ...{ source: "a test", renewal: "" },
  headers: { authorization: `Bearer ${token}` },
});

async function asked(stats: "capacity" | "unavailable") {
  const runner = scriptedRunner();
  const skaha = await startSkaha({ runner, stats, capacity: { cores: 64, ramGiB: 256 } });
  try {
    const known = credential(skaha.token);
    const credentials = { current: async () => known, renewed: async () => undefined };
    const client = skahaClient({ server: skaha.url, credentials, concurrency: 1 });
    return { stats: await client.stats(), requests: skaha.journal().length };
  } finally {
    await skaha.close();
  }
}

describe("stats", () => {
  test("tells what is taken of what there is, in GB", async () => {
    expect(await asked("capacity")).toMatchObject({
      stats: {
        cores: { requestedCPUCores: 0, cpuCoresAvailable: 64 },
        ram: { requestedRAM: 0, ramAvailable: 274.88, maxRAM: { ram: expect.any(Number) } },
      },
      requests: 1,
    });
  });

  test("is undefined where the server does not measure, which is asked once", async () => {
    expect(await asked("unavailable")).toEqual({ stats: undefined, requests: 1 });
  });

  test.each([
    ["12.88G", 12.88],
    ["1Ti", 1099.511627776],
    ["4Gi", 4.294967296],
    ["2000M", 2],
    ["16GB", 16],
    [7, 7],
  ])("reads %p as %p GB", (text, gigabytes) => {
    const cores = { requestedCPUCores: 0, cpuCoresAvailable: 1 };
    const { ram } = statsSchema.parse({ cores, ram: { requestedRAM: text, ramAvailable: text } });
    expect(ram.requestedRAM).toBeCloseTo(gigabytes, 9);
  });

  test("refuses what is no amount of memory", () => {
    const cores = { requestedCPUCores: 0, cpuCoresAvailable: 1 };
    const parsed = statsSchema.safeParse({ cores, ram: { requestedRAM: "much", ramAvailable: 1 } });
    expect(parsed.error?.issues[0]?.message).toBe("much is no amount of memory");
  });

  test("takes a session's memory that the server tells a thousandfold for what it is", async () => {
    const skaha = await startSkaha({ runner: scriptedRunner() });
    try {
      const told = async (ram: string) => {
        const headers = { authorization: `Bearer ${skaha.token}` };
        const image = "images.canfar.net/skaha/terminal:1.1.2";
        const body = new URLSearchParams({ name: "a", image, ram });
        const posted = await fetch(`${skaha.url}/session`, { method: "POST", headers, body });
        const session = `${skaha.url}/session/${(await posted.text()).trim()}`;
        const answer = await fetch(session, { headers });
        return memoryOf(((await answer.json()) as { requestedRAM?: string }).requestedRAM);
      };
      const sizes = [await told("4.5"), await told("4.7"), await told("16")];
      expect(sizes).toEqual([4.83, 5.04659, 17.18]);
      expect(["16G", "<none>", undefined].map(memoryOf)).toEqual([16, 0, 0]);
    } finally {
      await skaha.close();
    }
  });
});
