import { packSize } from "../../../provider/packs/packSize";

const context = {
  ...{ cores: { options: [1, 2, 4, 8, 16] }, memoryGB: { options: [1, 2, 4, 8, 16, 24] } },
  gpus: { options: [1, 2] },
};

test.each([
  ["as many times a job's size as run at a time", { cores: 1, ram: 2 }, 4, { cores: 4, ram: 8 }],
  ["the next size that the server has", { cores: 1, ram: 3 }, 3, { cores: 4, ram: 16 }],
  ["the whole part is what the server compares", { cores: 0.5, ram: 1 }, 3, { cores: 1.5, ram: 4 }],
  ["no GPU stays none", { cores: 1, ram: 1, gpus: 0 }, 2, { cores: 2, ram: 2, gpus: 0 }],
])("%s", (_, job, most, size) => {
  expect(packSize(job, most, context)).toEqual({ parallel: most, ...size });
});

test("where the server has nothing so large fewer jobs run at a time", () => {
  expect(packSize({ cores: 1, ram: 12 }, 4, context)).toEqual({ parallel: 2, cores: 2, ram: 24 });
  expect(packSize({ cores: 1, ram: 1, gpus: 1 }, 4, context)).toMatchObject({
    parallel: 2,
    gpus: 2,
  });
});

test("what no session of the server can hold is asked for as it is, and refused there", () => {
  expect(packSize({ cores: 1, ram: 100 }, 2, context)).toEqual({ parallel: 1, cores: 1, ram: 100 });
});

test("where the server does not say which sizes it has, the product is asked for", () => {
  expect(packSize({ cores: 3, ram: 5 }, 3)).toEqual({ parallel: 3, cores: 9, ram: 15 });
});
