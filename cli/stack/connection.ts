// Whom the commands ask about jobs, and how long they wait for an answer.
import { type Connection, connect } from "../../provider/connect";
import { messageOf } from "../../provider/errors";
import { CommandError } from "../commandError";
import { once, plain } from "../terminal";

/** Without a connection after this time there will be none. */
const connectMs = 4_000;

/**
 * A person waits for what is asked here, and can ask again: who cannot be reached is not asked for long.
 * @param folder what relative paths of settings start from
 * @param tell says to the person at a terminal that an answer takes its time
 * @throws CommandError where a setting is wrong
 */
export function connected(
  config: (key: string) => string | undefined,
  folder: string,
  tell: (sentence: string) => void,
): Connection {
  const onSilent = once((server: string) => {
    if (process.stderr.isTTY) tell(plain(`${server} has not answered yet.`));
  });
  try {
    return connect(config, process.env, { folder, connectMs, isPatient: false, onSilent });
  } catch (error) {
    throw new CommandError(messageOf(error), 1, { cause: error });
  }
}
