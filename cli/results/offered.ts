// Which sizes the server offers.
import type { Connection } from "../../provider/connect";
import { messageOf } from "../../provider/errors";
import type { Offered } from "./measured";

/** Where it does not say, sizes are whole numbers. */
export async function offeredBy({
  client,
}: Pick<Connection, "client">): Promise<{ offered?: Offered; problem?: string }> {
  try {
    const { cores, memoryGB } = await client.context();
    return { offered: { cores: cores.options, ram: memoryGB.options } };
  } catch (error) {
    const problem = `the server's sizes are not known, so whole numbers are suggested: ${messageOf(error)}`;
    return { problem };
  }
}
