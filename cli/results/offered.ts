// Which sizes the server offers.
import type { Context } from "../../provider/api";
import type { Connection } from "../../provider/connect";
import { messageOf } from "../../provider/errors";
import type { Offered } from "./measured";

/** Where it does not say, sizes are whole numbers. */
export async function offeredBy(
  connection: Pick<Connection, "client">,
): Promise<{ offered?: Offered; context?: Context; problem?: string }> {
  const { context, problem } = await contextOf(connection, "whole numbers are suggested");
  if (context === undefined) return problem === undefined ? {} : { problem };
  return { offered: { cores: context.cores.options, ram: context.memoryGB.options }, context };
}

/** @param without what is done where it does not say */
export async function contextOf(
  { client }: Pick<Connection, "client">,
  without: string,
): Promise<{ context?: Context; problem?: string }> {
  try {
    return { context: await client.context() };
  } catch (error) {
    return { problem: `the server's sizes are not known, so ${without}: ${messageOf(error)}` };
  }
}
