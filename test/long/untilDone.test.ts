import { pairsToTheEnd } from "../engine/pairs";
import { runsInSlots } from "../engine/slots";

jest.setTimeout(1_200_000);

test("untilDone brings fifty pairs to their end, and a failure stops its own successor only", async () => {
  await pairsToTheEnd(50);
});

test("of two hundred jobs never more than twenty are in flight, and all come to their end", async () => {
  await runsInSlots(200, 20);
});
