import { tellings, viaLog } from "../engine/commands/tellings";

jest.setTimeout(600_000);

test("the states tell of a refresh and a destroy what the event log tells", async () => {
  expect(await tellings(viaLog)).toEqual(await tellings([]));
});
