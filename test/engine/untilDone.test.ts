import { pairsToTheEnd } from "./pairs";
import { runsInSlots } from "./slots";

jest.setTimeout(600_000);

test("untilDone brings pairs to their end, and a failure stops its own successor only", async () => {
  await pairsToTheEnd(10);
});

test("never more jobs than maxInFlight are in flight, and all come to their end", async () => {
  await runsInSlots(12, 4);
});
