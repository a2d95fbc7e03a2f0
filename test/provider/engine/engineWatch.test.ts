import { once } from "node:events";
import net from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { noEngine, watchEngine } from "../../../provider/engine/engineWatch";

async function engine() {
  const server = net.createServer((socket) => socket.on("error", () => {}));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  let exits = 0;
  const watch = watchEngine(`127.0.0.1:${port}`, () => {
    exits += 1;
  });
  return {
    watch,
    exits: () => exits,
    die: async () => {
      server.close();
      await sleep(50);
      await sleep(50); // one probe answers all who ask within 100 ms
      await sleep(10);
    },
    [Symbol.dispose]: () => {
      server.close();
    },
  };
}

describe("watchEngine", () => {
  test("lets work begin while the engine's address answers", async () => {
    using living = await engine();
    await expect(living.watch.assertAlive()).resolves.toBeUndefined();
    expect(living.exits()).toBe(0);
  });

  test("lets nothing begin once it does not, and ends the process", async () => {
    using dying = await engine();
    await dying.watch.assertAlive();
    await dying.die();
    await expect(dying.watch.assertAlive()).rejects.toThrow("engine is gone");
    expect(dying.exits()).toBe(1);
  });

  test("lets work under way end first", async () => {
    using dying = await engine();
    let end: (text: string) => void = () => {};
    const work = dying.watch.finishing(
      new Promise<string>((resolve) => {
        end = resolve;
      }),
    );
    await dying.die();
    await expect(dying.watch.assertAlive()).rejects.toThrow();
    expect(dying.exits()).toBe(0);
    end("launched");
    await expect(work).resolves.toBe("launched");
    expect(dying.exits()).toBe(1);
  });

  test("notices by itself, without anybody asking", async () => {
    jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate", "queueMicrotask"] });
    try {
      using dying = await engine();
      const server = dying.die();
      await jest.advanceTimersByTimeAsync(2_500);
      await server;
      for (let turn = 0; dying.exits() === 0 && turn < 1_000; turn += 1) {
        await jest.advanceTimersByTimeAsync(2_500);
      }
      expect(dying.exits()).toBeGreaterThan(0);
    } finally {
      jest.useRealTimers();
    }
  });
});

describe("noEngine", () => {
  test("stands in nobody's way", async () => {
    await expect(noEngine.assertAlive()).resolves.toBeUndefined();
    await expect(noEngine.finishing(Promise.resolve(1))).resolves.toBe(1);
  });
});
