import { sessionDetailsSchema, sizeOfSession } from "../../../provider/skaha/sessionDetails";

const session = {
  id: "abc",
  userid: "alice",
  image: "images.canfar.net/skaha/terminal:1.1.2",
  type: "headless",
  status: "Running",
  name: "by-hand",
};
const sizeOf = (requested: Record<string, unknown>) =>
  sizeOfSession(sessionDetailsSchema.parse({ ...session, ...requested }));

test.each([1, 2, 4, 4.5, 8, 16, 96, 192])("%d GiB is read from decimal GB", (gib) => {
  const requestedRAM = ((gib * 2 ** 30) / 1e9).toFixed(2);
  expect(sizeOf({ requestedRAM })).toEqual({ ram: gib });
});

test("what the server tells as text, as nothing or in no form that is known says no size", () => {
  expect(sizeOf({})).toEqual({});
  expect(sizeOf({ requestedRAM: "5046.59" })).toEqual({}); // 4.7 GiB, as the server writes it
  expect(sizeOf({ requestedRAM: "<none>", requestedCPUCores: "<none>" })).toEqual({});
  expect(sizeOf({ requestedCPUCores: "2", requestedGPUCores: "1" })).toEqual({ cores: 2, gpus: 1 });
});
