import { configurationExample } from "../../cli/commands/dev/definition";
import { configSchema, contextWithin } from "../../embedded/config";

test("the configuration that dev --help shows is one, and has every key but those for the brave", () => {
  const example = configSchema.parse(JSON.parse(configurationExample));
  const left = Object.keys(configSchema.shape).filter((key) => !(key in example));
  expect(left.sort()).toEqual(["allowRemote", "host"]);
});

test.each([
  [{ cores: 8, ramGiB: 32 }, [8, 32]],
  [{ cores: 2.5, ramGiB: 7 }, [2, 6]],
  [{ cores: 0.5, ramGiB: 0.5 }, [1, 1]],
  [{ cores: 64 }, [16, 192]],
])("%j offers at most what can run", (capacity, [cores, ram]) => {
  const context = contextWithin(capacity);
  const mosts = [context.cores, context.memoryGB].map((one) => {
    const { options = [], ...usual } = one ?? {};
    const most = options.at(-1) ?? 0;
    expect(Object.values(usual).filter((size = 0) => size > most)).toEqual([]);
    expect(Object.keys(usual)).toHaveLength(3);
    return most;
  });
  expect(mosts).toEqual([cores, ram]);
});
